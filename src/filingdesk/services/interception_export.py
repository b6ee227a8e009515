"""Writes every disguise that slipped through the last interception test to a file, also those that the project only counted."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from filingdesk.documents.sheets import Sheet, write_xlsx
from filingdesk.domain.errors import UserError
from filingdesk.domain.jobs import Cancel, Report, silent
from filingdesk.infra.files import atomic_file
from filingdesk.scan.channels import CHANNEL_NAMES
from filingdesk.scan.trial_result import Slip
from filingdesk.services import checking
from filingdesk.services.interception import again, kept
from filingdesk.services.interception_words import METHOD_NAMES
from filingdesk.services.library_export import guarded
from filingdesk.services.session import Session

COLUMNS = ("关键词", "风险", "通道", "伪装成", "手法")
_WIDTHS = (28, 34, 18, 40, 24)


def slips(
    session: Session,
    risk: str | None = None,
    channel: str | None = None,
    *,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> list[Slip]:
    """All that slipped in the last test (of one risk or channel). A project keeps the first of them: the others come of
    doing the test again, with the same seed and the same words.

    Raises `UserError` (`trial.none`, `trial.stale`, `trial.differs`), `Cancelled`.
    """
    trial = kept(session).trial
    found = trial.slips
    if trial.left_out.get("slips"):
        _stored, same, differences = again(session, cancel=cancel, report=report)
        if differences:
            raise UserError(
                "trial.differs",
                f"按原来的种子重算，结果与保存的不同：{'、'.join(differences)}。",
                "多半是程序升级过。请重新测试一次，再导出。",
            )
        found = same.slips
    return [s for s in found if risk in (None, s.risk) and channel in (None, s.channel)]


def export_slips(
    session: Session,
    target: Path,
    risk: str | None = None,
    channel: str | None = None,
    *,
    cancel: Cancel | None = None,
    report: Report = silent,
) -> int:
    """Write `slips` to `target` (.xlsx, or .csv in UTF-8 with BOM) and give how many; `trial.no_slips` when there are none."""
    suffix = target.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise UserError(
            "trial.format", f"不能导出为“{suffix or '无扩展名'}”。", "请用 .xlsx 或 .csv 结尾的文件名。"
        )
    found = slips(session, risk, channel, cancel=cancel, report=report)
    if not found:
        raise UserError("trial.no_slips", "没有漏过的词可以导出。", "请换一类风险或通道，或看“拦截率”。")
    names = {each.id: each.name for each in checking.standard_pack().risks}

    def rows() -> Iterator[tuple[str, ...]]:
        for slip in found:
            named = f"{slip.risk} {names.get(slip.risk, '')}".strip()
            yield (
                slip.keyword,
                named,
                CHANNEL_NAMES.get(slip.channel, slip.channel),
                slip.surface,
                METHOD_NAMES.get(slip.method, slip.method),
            )

    with atomic_file(target) as stream:
        if suffix == ".xlsx":
            sheet = Sheet("漏过的词", COLUMNS, _WIDTHS, rows())
            stream.write(write_xlsx([sheet], title="拦截测试中漏过的词", cancel=cancel))
        else:
            text = io.TextIOWrapper(stream, "utf-8-sig", newline="", errors="replace")
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            writer.writerows([guarded(cell) for cell in row] for row in rows())
            text.flush()
            text.detach()
    return len(found)
