"""The sequence of a web form as text and as a workbook, to read, print or copy from; personal data is masked unless asked."""

from collections.abc import Iterator, Sequence

from filingdesk.documents.sheets import Sheet, write_xlsx
from filingdesk.services.webform import STATE_WORDS, Step, Walk

COLUMNS = ("序号", "步骤", "栏目", "所属记录", "字段", "内容", "字数", "状态", "填报时间", "来源", "说明")
_WIDTHS = (6.0, 12.0, 20.0, 30.0, 26.0, 60.0, 8.0, 10.0, 16.0, 8.0, 40.0)


def value_of(step: Step, *, personal: bool) -> str:
    """The content as it may be shown here."""
    return step.value if personal else step.shown


def rows(found: Walk, *, personal: bool = False) -> list[tuple[str, ...]]:
    """One row per place of the form, under `COLUMNS`."""
    return [
        (
            str(number),
            step.part,
            step.block,
            step.record,
            step.label,
            value_of(step, personal=personal),
            str(step.count) if step.kind == "text" and step.value else "",
            STATE_WORDS[step.state],
            step.pasted.when if step.pasted else "",
            step.source.badge,
            step.note,
        )
        for number, step in enumerate(found.steps, 1)
    ]


def workbook(walks: Sequence[Walk], *, personal: bool = False) -> bytes:
    """Bytes of an xlsx with one sheet per form; the same state gives the same bytes."""
    sheets = [Sheet(found.form.title, COLUMNS, _WIDTHS, rows(found, personal=personal)) for found in walks]
    return write_xlsx(sheets, title="网页填报顺序")


def copy_sheet(found: Walk, *, personal: bool = False) -> str:
    """The sequence as plain text: a heading per block, label and content per place, several lines of content set apart."""
    return "\n".join(_lines(found, personal)) + "\n"


def _lines(found: Walk, personal: bool) -> Iterator[str]:
    yield f"{found.form.title}（来源：{found.form.source.badge}）"
    yield found.form.note
    block, record = "", ""
    for step in found.steps:
        heading = f"{step.part} · {step.block}" if step.part else step.block
        if heading != block:
            yield ""
            yield f"【{heading}】"
            block, record = heading, ""
        if step.record != record:
            record = step.record
            if record:
                yield f"-- {record}"
        value = value_of(step, personal=personal) or "（还没填）"
        tail = {"done": f"  [已填 {step.pasted.when if step.pasted else ''}]", "changed": "  [填后又改过]"}
        mark = tail.get(step.state, "")
        if "\n" in value:
            yield f"{step.label}：{mark}"
            yield from (f"    {line}" for line in value.split("\n"))
        else:
            yield f"{step.label}：{value}{mark}"
    if found.gone:
        yield ""
        yield "【填过、现在已删除或不用填】"
        yield from (f"{gone.label}  [填于 {gone.pasted.when}]" for gone in found.gone)
