"""The forms that are filled in on the web or on paper: which fields, in which order, with the source of that order (data)."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from filingdesk.domain.conditions import validate
from filingdesk.domain.errors import UserError
from filingdesk.domain.meta import SourceMark
from filingdesk.domain.specs import FieldSpec, ListSpec, Stage, by_pattern
from filingdesk.infra.resources import resource_path


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FormItem(_Data):
    """One place of the form: a field (`path`), records walked one by one (`list` with `items`), or an uploaded paper.

    A path that begins with a dot is relative to the record. `limit` (characters) needs a source of its own.
    """

    path: str = ""
    list_path: str = Field(default="", alias="list")
    paper: str = ""
    items: tuple["FormItem", ...] = ()
    label: str = ""
    note: str = ""
    limit: int = 0
    limit_source: SourceMark | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"path": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if [bool(self.path), bool(self.list_path), bool(self.paper)].count(True) != 1:
            raise ValueError("an item is a path, a list or a paper")
        if bool(self.list_path) != bool(self.items):
            raise ValueError("a list, and only a list, has items")
        if bool(self.limit) != bool(self.limit_source):
            raise ValueError("a limit and its source belong together")
        return self


class FormBlock(_Data):
    """One page or section of the form; `part` is the step of the filing it belongs to, where there are several."""

    title: str
    part: str = ""
    items: tuple[FormItem, ...]


class WebForm(_Data):
    """`resources/webforms/*.yaml`: `source` marks the order as a whole, `note` says to the user how far it can be trusted."""

    id: str
    stage: Stage
    title: str
    order: int
    source: SourceMark
    note: str
    condition: dict[str, Any] | None = Field(default=None, alias="if")
    blocks: tuple[FormBlock, ...]

    @model_validator(mode="after")
    def _known(self) -> Self:
        validate(self.condition)
        for block in self.blocks:
            for pattern, item in patterns(block.items):
                spec = by_pattern().get(pattern)
                wanted = ListSpec if item.list_path else FieldSpec
                if not isinstance(spec, wanted):
                    raise ValueError(f"{self.id}: {pattern} is no {wanted.__name__}")
        return self


def patterns(items: tuple[FormItem, ...], base: str = "") -> Iterator[tuple[str, FormItem]]:
    """Every field and list of a block with its pattern; papers are left out."""
    for item in items:
        place = item.path or item.list_path
        if place:
            pattern = f"{base}{place}" if place.startswith(".") else place
            yield pattern, item
            yield from patterns(item.items, f"{pattern}[]")


@cache
def forms() -> tuple[WebForm, ...]:
    """Every form that ships with the program, in order."""
    found = [
        WebForm.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        for file in sorted(resource_path("webforms").glob("*.yaml"))
    ]
    return tuple(sorted(found, key=lambda form: (form.order, form.id)))


def form(form_id: str) -> WebForm:
    """One form by id; `UserError` names the known ones."""
    for known in forms():
        if known.id == form_id:
            return known
    raise UserError(
        "webform.unknown", f"没有编号为“{form_id}”的表单。", f"现有：{'、'.join(f.id for f in forms())}。"
    )
