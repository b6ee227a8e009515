"""Fills the merged cells of a spreadsheet: a reader of values gives the text only in the first of them."""

import json
from pathlib import Path

from filingdesk.domain.jobs import Cancel
from filingdesk.infra.safeparse import Send, run_limited
from filingdesk.infra.tabular import SHEET_LIMITS, Table

_MAX_RANGES = 100_000


def fill_merged(path: Path, table: Table, cancel: Cancel | None = None) -> list[tuple[str, ...]]:
    """The rows of a table as `read_table` gave them, each merged range filled with its first cell; text files as they are."""
    rows = [list(row) for row in table.rows]
    if table.encoding != "xlsx":
        return [tuple(row) for row in rows]
    ranges: list[list[int]] = []
    for body in run_limited(_worker, str(path), table.sheet, path=path, limits=SHEET_LIMITS, cancel=cancel):
        ranges = json.loads(body)
    for top, left, bottom, right in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        text = rows[top][left]
        for row in rows[top : bottom + 1]:
            row += [""] * (right + 1 - len(row))
            row[left : right + 1] = [text] * (right + 1 - left)
    return [tuple(row) for row in rows]


def _worker(send: Send, name: str, sheet: str) -> None:
    """In the child: send the merged ranges as [top, left, bottom, right], all from 0."""
    import python_calamine as calamine

    found = calamine.load_workbook(name).get_sheet_by_name(sheet).merged_cell_ranges or []
    ranges = [[a[0], a[1], b[0], b[1]] for a, b in found[:_MAX_RANGES]]
    send(json.dumps([r for r in ranges if r[3] - r[1] < 200]).encode())
