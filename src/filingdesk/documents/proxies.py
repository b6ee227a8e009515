"""What a template sees instead of facts: proxies that know their path, print as opaque tokens and compare by raw value."""

import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from filingdesk.documents.blocks import Run, Runs
from filingdesk.documents.cleaning import clean_text
from filingdesk.documents.tokens import Formatted, TokenTable

LIST_COMMA = "、"
Formatter = Callable[[str, str, str], Formatted | None]
"""(text, path, label of a fact) → what its writer made of it, or None for a fact that is plain."""


class Context:
    """Everything one rendering gathers: tokens, facts looked at, warnings."""

    def __init__(self, labels: Callable[[str], str], formatter: Formatter | None = None) -> None:
        self.tokens = TokenTable()
        self._labels = labels
        self._formatter = formatter
        self.used: dict[str, None] = {}
        self._dropped: dict[str, int] = {}

    def label(self, path: str) -> str:
        return self._labels(path)

    def gap(self, path: str, label: str = "") -> str:
        """The token of a visible gap; it counts as a gap of the paper only where it is printed."""
        return self.tokens.put((self.gap_run(path, label),))

    def gap_run(self, path: str, label: str = "") -> Run:
        shown = label or self.label(path)
        return Run(f"【待补充：{shown}】", fact=path, gap=True, label=shown)

    def fact_run(self, text: str, path: str) -> Run:
        return Run(self.clean(text, path), fact=path, label=self.label(path))

    def fact(self, text: str, path: str) -> str:
        if (
            self._formatter is not None
            and (made := self._formatter(text, path, self.label(path))) is not None
        ):
            return self.tokens.put(made)
        return self.tokens.put((self.fact_run(text, path),))

    def clean(self, text: str, path: str) -> str:
        cleaned, dropped = clean_text(text)
        if dropped:
            self._dropped[path] = dropped
        return cleaned

    @property
    def warnings(self) -> tuple[str, ...]:
        return tuple(
            f"「{self.label(path) if path else '计算数据'}」中有 {count} 个看不见的控制字符没有写入文书。"
            for path, count in self._dropped.items()
        )


class TextProxy:
    """One text fact. Prints as a token (a gap when blank), is true when filled, compares as its text."""

    __slots__ = ("_context", "_path", "_raw")

    def __init__(self, context: Context, path: str, raw: str) -> None:
        # Cleaned at once: text of nothing but control characters is blank, not filled.
        self._context, self._path, self._raw = context, path, context.clean(raw, path)

    def __str__(self) -> str:
        if not self:
            return self._context.gap(self._path)
        return self._context.fact(self._raw.strip(), self._path)

    def __bool__(self) -> bool:
        return bool(self._raw.strip())

    def __eq__(self, other: object) -> bool:
        return self._raw.strip() == raw_text(other)

    def __lt__(self, other: object) -> bool:
        return self._raw.strip() < str(raw_text(other))

    def __gt__(self, other: object) -> bool:
        return self._raw.strip() > str(raw_text(other))

    def __hash__(self) -> int:
        return hash(self._raw.strip())

    def __contains__(self, part: object) -> bool:
        return str(raw_text(part)) in self._raw

    def __len__(self) -> int:
        return len(self._raw.strip())

    def __int__(self) -> int:
        return int(self._raw)

    def __float__(self) -> float:
        return float(self._raw)

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)


class ChoicesProxy:
    """A fact that is a list of text (several choices, attachments). Prints joined with 、."""

    __slots__ = ("_context", "_path", "_raw")

    def __init__(self, context: Context, path: str, raw: list[str]) -> None:
        self._context, self._path = context, path
        self._raw = [text for text in (context.clean(item, path) for item in raw) if text.strip()]

    def __str__(self) -> str:
        if not self._raw:
            return self._context.gap(self._path)
        return self._context.fact(LIST_COMMA.join(text.strip() for text in self._raw), self._path)

    def __bool__(self) -> bool:
        return bool(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __iter__(self) -> Iterator[TextProxy]:
        return (TextProxy(self._context, self._path, text) for text in self._raw)

    def __getitem__(self, index: int) -> TextProxy:
        return TextProxy(self._context, self._path, self._raw[index])

    def __contains__(self, choice: object) -> bool:
        return raw_text(choice) in [text.strip() for text in self._raw]

    def __eq__(self, other: object) -> bool:
        theirs = other._raw if isinstance(other, ChoicesProxy) else other
        return self._raw == theirs

    def __hash__(self) -> int:
        return hash(tuple(self._raw))


class RecordProxy:
    """A group of facts: `subject.name`. True when anything in it is filled."""

    __slots__ = ("_context", "_model", "_path")

    def __init__(self, context: Context, path: str, model: BaseModel) -> None:
        self._context, self._path, self._model = context, path, model

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in type(self._model).model_fields:
            raise AttributeError(name)
        return _child(self._context, f"{self._path}.{name}" if self._path else name, self._model, name)

    def __bool__(self) -> bool:
        return any(bool(getattr(self, name)) for name in type(self._model).model_fields if name != "id")

    def __str__(self) -> str:
        raise TypeError(f"「{self._path}」是一组字段，请写出其中一项")


class ListProxy:
    """A list of records; its items know their place: `products[0].name`."""

    __slots__ = ("_context", "_items", "_path")

    def __init__(self, context: Context, path: str, items: list[BaseModel]) -> None:
        self._context, self._path, self._items = context, path, items

    def __iter__(self) -> Iterator[RecordProxy]:
        return (self[index] for index in range(len(self._items)))

    def __getitem__(self, index: int) -> RecordProxy:
        model = self._items[index]
        return RecordProxy(self._context, f"{self._path}[{index}]", model)

    def __len__(self) -> int:
        return len(self._items)

    def __bool__(self) -> bool:
        return bool(self._items)

    def __str__(self) -> str:
        if self._items:
            raise TypeError(f"「{self._path}」是一个列表，请用 {{% for %}} 逐条写出")
        return self._context.gap(self._path)


class DataProxy:
    """Computed values passed beside the facts (counts, clause tables): reached by name only, their text is literal too."""

    __slots__ = ("_context", "_values")

    def __init__(self, context: Context, values: Mapping[str, Any]) -> None:
        self._context, self._values = context, values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(name)
        return wrap_data(self._context, self._values[name])

    def __getitem__(self, name: object) -> Any:
        return wrap_data(self._context, self._values[str(raw_text(name))])

    def __contains__(self, name: object) -> bool:
        return raw_text(name) in self._values

    def __iter__(self) -> Iterator[Any]:
        return (wrap_data(self._context, name) for name in self._values)

    def __len__(self) -> int:
        return len(self._values)


class DataText(TextProxy):
    """A computed text: prints literally; a blank one prints nothing."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._context.tokens.put((Run(self._context.clean(self._raw, "")),)) if self._raw else ""


class DataRuns:
    """Computed text that already knows which facts it came from."""

    __slots__ = ("_context", "_runs")

    def __init__(self, context: Context, runs: Runs) -> None:
        self._context, self._runs = context, runs

    def __str__(self) -> str:
        self._context.used.update({run.fact: None for run in self._runs if run.fact})
        return self._context.tokens.put(self._runs)


PRINTABLE = (TextProxy, ChoicesProxy, RecordProxy, ListProxy, DataRuns)
"""What a template may print besides text and numbers (records and filled lists say themselves that they cannot)."""


def wrap_data(context: Context, value: Any) -> Any:
    """Wrap a computed value: text and `Run`s become tokens, mappings and lists are walked, numbers stay numbers."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return DataText(context, "", value)
    if isinstance(value, Run):
        return DataRuns(context, (value,))
    if isinstance(value, Mapping):
        return DataProxy(context, value)
    if isinstance(value, (list, tuple)):
        return [wrap_data(context, item) for item in value]
    raise TypeError(f"data value of type {type(value).__name__} cannot enter a paper")


def raw_text(value: object) -> object:
    """The value behind a text proxy; anything else as it is."""
    return value._raw.strip() if isinstance(value, TextProxy) else value


def _child(context: Context, path: str, model: BaseModel, name: str) -> Any:
    value = getattr(model, name)
    if isinstance(value, BaseModel):
        return RecordProxy(context, path, value)
    if isinstance(value, list):
        if (value and isinstance(value[0], BaseModel)) or (not value and holds_records(model, name)):
            context.used[path] = None
            return ListProxy(context, path, value)
        context.used[path] = None
        return ChoicesProxy(context, path, value)
    context.used[path] = None
    return TextProxy(context, path, value if isinstance(value, str) else "" if value is None else str(value))


def holds_records(model: BaseModel | type[BaseModel], name: str) -> bool:
    """Whether a field is declared as a list of records (needed while the list is still empty)."""
    kind = model if isinstance(model, type) else type(model)
    arguments = typing.get_args(kind.model_fields[name].annotation)
    inner = arguments[0] if arguments else None
    if typing.get_origin(inner) is typing.Annotated:
        inner = typing.get_args(inner)[0]
    return isinstance(inner, type) and issubclass(inner, BaseModel)
