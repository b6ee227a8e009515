"""The tab 体检: what is doubtful about the library, by kind, to read, copy and keep."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.listings import Remark, RemarkTable
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import EmptyState
from filingdesk.gui.widgets.labels import Prose
from filingdesk.scan.audit import AuditReport, Shortfall

KIND_WORDS = {
    "symbols_only": "只有符号",
    "one_char": "只有一个字",
    "all_digits": "全是数字",
    "mojibake": "疑似乱码",
    "missing_risk": "没有写明风险",
    "unknown_risk": "风险不在附录 A",
    "duplicate": "完全重复",
    "folded_duplicate": "变体重复",
    "other_risk": "归在多种风险",
    "contains_shorter": "含有更短的词",
    "hits_benign": "误拦正常文本",
}
SHOWN_SHORTFALLS = 6


def shortfall_words(items: Sequence[Shortfall], *, distinct: bool = False) -> str:
    """Minima that are not met, in one line."""
    words = "；".join(
        f"{item.risk or '总量'} {item.distinct if distinct else item.found:,} 个（要求 {item.needed:,}）"
        for item in items[:SHOWN_SHORTFALLS]
    )
    return f"{words} 等 {len(items)} 处" if len(items) > SHOWN_SHORTFALLS else words


class AuditView(QWidget):
    """The outcome of the last audit."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report: AuditReport | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        column.addWidget(self.stack)
        self.stack.addWidget(
            EmptyState(
                "还没有体检",
                "「体检」会找出重复、过短、疑似乱码、没有归类的词，并按标准核对数量。",
                picture="shield",
            )
        )
        filled = QWidget()
        inner = QVBoxLayout(filled)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(Space.XS)
        self.summary = Prose("", "secondary")
        inner.addWidget(self.summary)
        row = QHBoxLayout()
        self.kinds = QComboBox()
        self.kinds.setAccessibleName("只看哪一种问题")
        self.kinds.setMinimumWidth(220)
        self.kinds.currentIndexChanged.connect(lambda _index: self._fill())
        row.addWidget(self.kinds)
        row.addStretch(1)
        inner.addLayout(row)
        self.table = RemarkTable(desk, ("序号", "关键词", "问题"), "体检发现的问题")
        self.table.setMinimumHeight(220)
        inner.addWidget(self.table, 1)
        self.stack.addWidget(filled)

    def show_report(self, report: AuditReport) -> None:
        """Show what an audit found."""
        self.report = report
        parts = [
            f"共 {report.total:,} 个词；不计大小写、全半角、繁简和符号的差别，不同的有 {report.distinct:,} 个。"
        ]
        if report.shortfalls:
            parts.append(f"数量不足：{shortfall_words(report.shortfalls)}。")
        elif report.short_when_folded:
            parts.append(
                f"数量靠变体凑足，去掉变体后不足：{shortfall_words(report.short_when_folded, distinct=True)}。"
            )
        else:
            parts.append("总量和各类数量都达到要求。")
        self.summary.set_prose("\n".join(parts))
        counts = report.counts()
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self.kinds.addItem(f"全部问题（{len(report.problems):,}）", "")
        for kind, count in sorted(counts.items(), key=lambda item: -item[1]):
            self.kinds.addItem(f"{KIND_WORDS.get(kind, kind)}（{count:,}）", kind)
        self.kinds.blockSignals(False)
        self._fill()
        self.stack.setCurrentIndex(1)

    def clear(self) -> None:
        """The library is another one now."""
        self.report = None
        self.stack.setCurrentIndex(0)

    def _fill(self) -> None:
        if self.report is None:
            return
        kind = self.kinds.currentData()
        self.table.show_remarks(
            [
                Remark(str(problem.row or ""), problem.keyword, problem.message)
                for problem in self.report.problems
                if not kind or problem.kind == kind
            ]
        )
