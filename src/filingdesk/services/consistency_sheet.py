"""The comparison as a workbook: the matrix, the contradictions, the claims, what could not be read."""

from filingdesk.documents.sheets import Sheet, write_xlsx
from filingdesk.services.consistency import STATE_WORDS, ConsistencyReport


def workbook(found: ConsistencyReport) -> bytes:
    """Bytes of an xlsx with four sheets; the same report gives the same bytes."""
    readable = [file for file in found.files if not file.failed]
    matrix = [
        (
            row.title,
            row.shown[:500],
            *(STATE_WORDS[found.state(row, file)] for file in readable),
        )
        for row in found.rows
    ]
    conflicts = [
        (c.row.title, c.row.shown[:500], c.file.source.name, c.place.where, c.place.found, c.place.quote)
        for c in found.conflicts
    ]
    claims = [
        (claim.rule.title, file.source.name, claim.where, claim.message, claim.rule.fix, claim.quote)
        for file, claim in found.claims
    ]
    unread = [
        (file.source.name, file.source.where, file.failed or "；".join(file.partly))
        for file in found.files
        if file.failed or file.partly
    ]
    names = tuple(file.source.name for file in readable)
    sheets = [
        Sheet("核对表", ("事实", "填报的内容", *names), (26, 40, *(12.0 for _ in names)), matrix),
        Sheet(
            "矛盾",
            ("事实", "填报的内容", "材料", "位置", "材料中的写法", "原文"),
            (26, 40, 34, 20, 30, 60),
            conflicts,
        ),
        Sheet(
            "要证据的说法",
            ("类别", "材料", "位置", "问题", "怎么办", "原文"),
            (22, 34, 20, 50, 50, 60),
            claims,
        ),
        Sheet("没有读到的", ("材料", "所在位置", "原因"), (40, 40, 60), unread),
    ]
    return write_xlsx(sheets, title="一致性核对")
