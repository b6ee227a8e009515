"""The functions a template may call: gaps, check boxes, dates, masks, figures, signature places."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from jinja2.runtime import Undefined

from filingdesk.documents.blocks import CheckList, Diagram, Figure, Run, Runs, SignaturePlace
from filingdesk.documents.drawing import Drawing
from filingdesk.documents.figures import Bar, Step, bar_chart, flow_chart
from filingdesk.documents.layers import Link, Part, layered
from filingdesk.documents.proxies import (
    PRINTABLE,
    ChoicesProxy,
    Context,
    ListProxy,
    RecordProxy,
    TextProxy,
    raw_text,
)
from filingdesk.documents.tokens import Marker

_DATE = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*")
_ATTACHMENT = re.compile(r"^(?P<name>.*)#[0-9a-f]{16}$", re.DOTALL)
_LABEL = re.compile(r"[a-z][a-z0-9-]{0,30}")
_MAX_OPTIONS = 500
_SPACE_BETWEEN_BOXES = "　"
_WHOLE_NUMBER = re.compile(r"(?<![\d.])\d{4,15}(?![\d.])")
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"})

Helper = Callable[..., Any]


def attachment_name(reference: str) -> str:
    """`NAME#HASH16` → NAME; text that is no reference stays as it is."""
    match = _ATTACHMENT.match(reference.strip())
    return match["name"] if match else reference.strip()


def masked(text: str) -> str:
    """Hide the middle of a number or name: all but the first three and last four characters (short text: all but the first)."""
    text = text.strip()
    if len(text) >= 10:
        return text[:3] + "*" * (len(text) - 7) + text[-4:]
    return text[:1] + "*" * (len(text) - 1)


def chinese_date(text: str) -> str:
    """2026-09-01 → 2026年9月1日; anything that is no such date is given back untouched."""
    match = _DATE.fullmatch(text)
    return f"{match[1]}年{int(match[2])}月{int(match[3])}日" if match else text.strip()


def grouped(text: str) -> str:
    """120000 → 120,000; text that is not one plain whole number (12万, 8.6, a date) stays as typed."""
    return f"{int(text):,}" if _WHOLE_NUMBER.fullmatch(text) and not text.startswith("0") else text


def is_picture_name(name: str) -> bool:
    """Whether a file of this name can stand in a paper as a picture; others are named in words."""
    dot = name.rfind(".")
    return dot < 0 or name[dot:].lower() in _PICTURES


def build_helpers(context: Context) -> dict[str, Helper]:
    """The helpers bound to one rendering."""

    def path_of(value: Any) -> str:
        if isinstance(value, (TextProxy, ChoicesProxy, ListProxy, RecordProxy)):
            return value._path
        bool(value)  # an undefined name says so itself
        raise TypeError("这里要写一个字段")

    def words(label: Any) -> str:
        """A label in plain words, whatever it was put together from."""
        return context.tokens.words(shown(label))

    def shown(value: Any) -> str:
        """What may be printed, as text."""
        if not isinstance(value, (str, int, float, Undefined, *PRINTABLE)):
            raise TypeError("这里要写文字或一个字段")
        return str(value)

    def need(value: Any, label: Any = "") -> str:
        if isinstance(value, (ListProxy, RecordProxy)):
            return "" if value else context.gap(path_of(value), words(label))
        return str(value) if value else context.gap(path_of(value), words(label))

    def opt(value: Any, otherwise: str = "无") -> str:
        if value:
            return str(value)
        return context.tokens.put(
            (Run(str(otherwise), fact=path_of(value), label=context.label(path_of(value))),)
        )

    def selected(value: Any) -> list[str]:
        if isinstance(value, ChoicesProxy):
            return [text.strip() for text in value._raw]
        if isinstance(value, bool):
            return ["是" if value else "否"]
        text = raw_text(value)
        return [text] if isinstance(text, str) and text else []

    def boxes(value: Any, options: Sequence[Any]) -> list[tuple[bool, Run]]:
        """Every option with its tick; a value that is not among the options is added at the end, never lost."""
        path = path_of(value) if not isinstance(value, bool) else None
        label = context.label(path) if path else ""
        chosen = selected(value)
        if len(options) > _MAX_OPTIONS:
            raise ValueError(f"选项超过 {_MAX_OPTIONS} 个")
        names = [shown(raw_text(option)) for option in options]
        names += [text for text in chosen if text not in names]
        return [(n in chosen, Run(context.clean(n, path or ""), fact=path, label=label)) for n in names]

    def check(value: Any, options: Sequence[Any], optional: bool = False) -> str:
        runs: list[Run] = []
        for on, run in boxes(value, options):
            text = ("☑" if on else "☐") + run.text + _SPACE_BETWEEN_BOXES
            runs.append(Run(text, fact=run.fact, label=run.label))
        if runs:
            last = runs[-1]
            runs[-1] = Run(last.text.rstrip(_SPACE_BETWEEN_BOXES), fact=last.fact, label=last.label)
        if not value and not optional and not isinstance(value, bool):
            runs.append(context.gap_run(path_of(value)))
        return context.tokens.put(tuple(runs))

    def checklist(value: Any, options: Sequence[Any], optional: bool = False) -> str:
        lines: list[tuple[bool, Runs]] = [(on, (run,)) for on, run in boxes(value, options)]
        if not value and not optional and not isinstance(value, bool) and lines:
            on, runs = lines[-1]
            lines[-1] = (on, (*runs, context.gap_run(path_of(value))))
        return _alone(context.tokens.put(CheckList(tuple(lines))))

    def box(on: Any, text: str = "") -> str:
        return ("☑" if on else "☐") + shown(text)

    def date_cn(value: Any) -> str:
        return context.fact(chinese_date(value._raw), value._path) if value else str(value)

    def mask(value: Any) -> str:
        return context.fact(masked(value._raw), value._path) if value else str(value)

    def attached(value: Any) -> str:
        if not value:
            return str(value)
        raws = value._raw if isinstance(value, ChoicesProxy) else [value._raw]
        return context.fact("、".join(attachment_name(raw) for raw in raws), path_of(value))

    def label_name(label: str) -> str:
        if label and not _LABEL.fullmatch(label):
            raise ValueError(f"图表编号“{label}”只能用小写字母、数字和连字符")
        return label

    def ref(label: str) -> str:
        """The number of the table or figure of this label, wherever it stands in the paper."""
        return context.tokens.put((Run("？", ref=label_name(label)),))

    def figure(value: Any, caption: Any = "", label: str = "") -> str:
        """One figure per attached picture; another file is named in words; a blank fact is a gap."""
        if not value:
            return "\n\n" + context.gap(path_of(value)) + "\n\n"
        raws = value._raw if isinstance(value, ChoicesProxy) else [value._raw]
        path = path_of(value)
        out = []
        name = label_name(label)
        for raw in raws:
            alt = context.clean(attachment_name(raw), path)
            named = Run(alt, fact=path, label=context.label(path))
            title = caption_runs(caption)
            if is_picture_name(alt):
                out.append(
                    context.tokens.put(Figure(raw.strip(), title or (named,), alt=alt, fact=path, label=name))
                )
                name = ""  # references go to the first picture of several
            else:
                told = (*title, Run("：")) if title else ()
                out.append(context.tokens.put((*told, Run("见附件“"), named, Run("”。"))))
        return "".join(_alone(token) for token in out)

    def plain(value: Any) -> str:
        """A value of a record as it is drawn: without line breaks and control characters."""
        return " ".join(context.clean(str(raw_text(value)), "").split())

    def diagram(drawing: Drawing, caption: Any, label: str) -> str:
        runs = caption_runs(caption)
        alt = "".join(run.text for run in runs)
        return _alone(context.tokens.put(Diagram(drawing, runs, alt=alt, label=label_name(label))))

    def flowchart(nodes: Any, caption: Any = "", label: str = "") -> str:
        """The steps of a flow as a drawing; nothing is drawn of an empty list."""
        steps = [Step(plain(n.name) or "（待补充）", plain(n.stage), plain(n.decided_by)) for n in nodes]
        return diagram(flow_chart(steps), caption, label) if steps else ""

    def barchart(rows: Any, caption: Any = "", unit: str = "", label: str = "") -> str:
        """Counts against minima as bars; `rows` hold id, name, count and minimum."""
        named = [(f"{plain(r['id'])} " if "id" in r else "") + plain(r.name) for r in rows]
        bars = [Bar(name, int(r.count), r.minimum or None) for name, r in zip(named, rows, strict=True)]
        return diagram(bar_chart(bars, unit), caption, label) if bars else ""

    def architecture(description: Any, caption: Any = "", label: str = "") -> str:
        """Components by layer with their data flows; `description` is `data.architecture`."""
        parts = [
            Part(plain(c.id), plain(c.name), plain(c.layer), bool(c.manual)) for c in description.components
        ]
        links = [Link(plain(f.source), plain(f.target)) for f in description.flows]
        layers = [plain(name) for name in description.layers]
        return diagram(layered(parts, links, layers), caption, label) if parts else ""

    def caption_runs(caption: Any) -> Runs:
        runs: list[Run] = []
        for piece in context.tokens.split(shown(caption)):
            if isinstance(piece, tuple):
                runs.extend(piece)
            elif isinstance(piece, str) and not isinstance(piece, Marker):
                runs.append(Run(piece))
        return tuple(runs)

    def sign(label: Any, who: Any = "", date: bool = True, seal: bool = False) -> str:
        """A signature place; `who` is printed when it is known, otherwise the place stays blank for the pen."""
        name = caption_runs(who) if who else ()
        return _alone(context.tokens.put(SignaturePlace(caption_runs(label), name, bool(seal), bool(date))))

    def seal_place(label: Any = "单位（盖章）", who: Any = "", date: bool = True) -> str:
        return sign(label, who, date, seal=True)

    def count(value: Any) -> int:
        return len(value)

    def number(value: Any, default: float = 0) -> float:
        text = str(raw_text(value)).replace(",", "").replace("，", "").strip()
        try:
            return float(text)
        except ValueError:
            return default

    def number_cn(value: Any) -> str:
        """A whole number with separators for thousands; a fact keeps its path, anything else stays as typed."""
        if isinstance(value, bool) or not isinstance(value, (int, TextProxy)):
            return shown(value)
        if isinstance(value, int):
            return grouped(str(value))
        return context.fact(grouped(value._raw.strip()), value._path) if value and value._path else str(value)

    def gap(label: Any, path: str = "") -> str:
        return context.gap(path, words(label))

    def clause(*ids: str) -> str:
        return "".join(context.tokens.put(Marker(clause_id)) for clause_id in ids)

    return {
        "need": need,
        "opt": opt,
        "check": check,
        "checklist": checklist,
        "box": box,
        "date_cn": date_cn,
        "mask": mask,
        "attached": attached,
        "figure": figure,
        "ref": ref,
        "flowchart": flowchart,
        "barchart": barchart,
        "architecture": architecture,
        "sign": sign,
        "seal": seal_place,
        "count": count,
        "number": number,
        "number_cn": number_cn,
        "gap": gap,
        "clause": clause,
    }


def _alone(token: str) -> str:
    """A block stands in a paragraph of its own, wherever the template calls for it."""
    return f"\n\n{token}\n\n"
