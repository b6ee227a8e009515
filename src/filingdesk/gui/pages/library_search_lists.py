"""公示清单: import lists that were downloaded, search them, verify the numbers this project relies on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from filingdesk.domain.jobs import Cancel, Report
from filingdesk.domain.specs import trail_of
from filingdesk.gui.desk import Desk
from filingdesk.gui.pages.lazy_rows import Column, PlainRows, fit_rows, table_view
from filingdesk.gui.pages.listings import Remark, RemarkDialog
from filingdesk.gui.pages.work import WorkStrip
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card, EmptyState
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.gui.widgets.labels import Prose, label
from filingdesk.services import registry_lists as lists
from filingdesk.services.registry_import import date_in
from filingdesk.services.registry_lists import Called, Hit, Imported, PublicList, Verdict

FILTER = "公示清单 (*.docx *.xlsx *.csv *.tsv);;所有文件 (*)"
_WORDS = {
    "found": ("已查到", "done"),
    "cancelled": ("已注销", "blocker"),
    "other_holder": ("主体不符", "blocker"),
    "not_found": ("未查到", "warning"),
    "bad_number": ("格式不对", "blocker"),
    "no_lists": ("没有清单", "warning"),
}


@dataclass(frozen=True)
class Checked:
    """A number of the project and what the lists say of it."""

    called: Called
    verdict: Verdict


class ImportDialog(Dialog):
    """Date and source of a list before it is imported."""

    def __init__(self, name: str, day: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("导入公示清单")
        self.setMinimumWidth(520)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer.setSpacing(Space.S)
        outer.addWidget(label("导入公示清单", "cardTitle"))
        outer.addWidget(
            Prose(
                f"{name}\n日期写清单公布的那一天，查询结果都会带上它；文件名或标题里有日期的可以留空。",
                "secondary",
            )
        )
        form = QFormLayout()
        form.setSpacing(Space.S)
        self.day = QLineEdit(day)
        self.day.setPlaceholderText("2026-06-12 或 2026-06")
        self.day.setAccessibleName("清单日期")
        self.source = QLineEdit()
        self.source.setPlaceholderText("从哪里下载的，如网址")
        self.source.setAccessibleName("清单来源")
        form.addRow("清单日期", self.day)
        form.addRow("来源", self.source)
        self.skip = QCheckBox("跳过不能识别的行，并列出它们")
        form.addRow("", self.skip)
        outer.addLayout(form)
        buttons, _ok = self.answers("导入")
        outer.addWidget(buttons)


class ListsTab(QWidget):
    """The imported lists, a search over them, and the numbers of this project."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._every: Sequence[PublicList] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        self.strip = WorkStrip(desk)
        column.addWidget(self.strip)
        column.addWidget(self._make_project())
        column.addWidget(self._make_lists(), 1)

    def _make_project(self) -> Card:
        self.project = Card("本项目写到的编号", lists.NOT_FOUND_IS_NOT_UNFILED)
        columns = (
            Column[Checked](
                "", lambda c: _WORDS[c.verdict.status][0], 76, tone=lambda c: _WORDS[c.verdict.status][1]
            ),
            Column[Checked]("编号", lambda c: c.called.number, 270),
            Column[Checked]("写在哪里", lambda c: " › ".join(trail_of(c.called.path).split(" › ")[-2:]), 210),
            Column[Checked]("核对结果", lambda c: c.verdict.sentence),
        )
        self.checked = PlainRows(columns, self)
        self.checked_table = table_view(self.checked, columns, "本项目写到的编号，回车前往")
        self.checked_table.activated.connect(
            lambda index: self._desk.go_to(self.checked.rows[index.row()].called.path)
        )
        self.checked_table.selectionModel().currentRowChanged.connect(lambda now, _o: self._tell(now.row()))
        self.project.body.addWidget(self.checked_table)
        self.sentence = Prose("", "secondary")
        self.project.body.addWidget(self.sentence)
        return self.project

    def _make_lists(self) -> Card:
        card = Card("已导入的清单", "从官网下载后导入，存在本机，所有项目共用")
        self.import_button = QPushButton("导入清单…")
        self.import_button.setAccessibleName(self.import_button.text())
        self.import_button.clicked.connect(lambda: self._choose())
        self.remove_button = QPushButton("去掉选中的清单")
        self.remove_button.setAccessibleName(self.remove_button.text())
        self.remove_button.clicked.connect(lambda: self._remove())
        card.head.addWidget(self.remove_button)
        card.head.addWidget(self.import_button)
        self.empty = EmptyState(
            "还没有导入清单",
            "到官网下载算法备案清单、生成式人工智能服务公告等（docx、xlsx、csv），导入后可以离线核对编号和主体。",
            picture="book",
        )
        card.body.addWidget(self.empty, 1)
        columns = (
            Column[PublicList]("清单", lambda e: e.title),
            Column[PublicList]("日期", lambda e: e.date, 100),
            Column[PublicList]("备案", lambda e: f"{len(e.entries):,}", 70, number=True),
            Column[PublicList]("已注销", lambda e: f"{e.cancelled:,}", 70, number=True),
            Column[PublicList]("跳过", lambda e: f"{len(e.left_out):,}", 60, number=True),
            Column[PublicList]("来源", lambda e: e.source or "—", 200),
        )
        self.lists = PlainRows(columns, self)
        self.list_table = table_view(self.lists, columns, "已导入的清单，回车看跳过的行")
        self.list_table.activated.connect(lambda index: self._show_left_out(self.lists.rows[index.row()]))
        self.list_table.selectionModel().currentRowChanged.connect(lambda *_: self._enable())
        card.body.addWidget(self.list_table)
        row = QHBoxLayout()
        self.query = QLineEdit()
        self.query.setProperty("role", "search")
        self.query.setPlaceholderText("在清单里查编号、名称、单位或产品")
        self.query.setAccessibleName("在清单里查找")
        self.query.setClearButtonEnabled(True)
        self.query.textChanged.connect(lambda _text: self.search())
        row.addWidget(self.query)
        card.body.addLayout(row)
        hit_columns = (
            Column[Hit]("编号", lambda h: h.entry.number, 270),
            Column[Hit]("名称", lambda h: h.entry.name, 200),
            Column[Hit]("主体", lambda h: h.entry.holder),
            Column[Hit](
                "状态",
                lambda h: "已注销或撤销" if h.entry.cancelled else "",
                100,
                tone=lambda h: "blocker" if h.entry.cancelled else "",
            ),
            Column[Hit]("清单日期", lambda h: h.date, 100),
        )
        self.hits = PlainRows(hit_columns, self)
        self.hit_table = table_view(self.hits, hit_columns, "清单里查到的备案")
        card.body.addWidget(self.hit_table, 1)
        self.told = Prose("", "muted")
        card.body.addWidget(self.told)
        return card

    # Showing

    def read(self) -> None:
        """Read the lists and ask them about the project's numbers, beside the window."""
        facts = self._desk.facts

        def job(_cancel: Cancel, _report: Report) -> tuple[list[PublicList], list[Checked]]:
            return lists.lists(), [Checked(c, v) for c, v in lists.verify_called(facts)]

        self._desk.jobs.start(job, on_done=self._show, on_error=self._desk.failed.emit)

    def _show(self, found: tuple[list[PublicList], list[Checked]]) -> None:
        self._every, checked = found
        self._keep(checked)
        self.lists.show(self._every)
        fit_rows(self.list_table, len(self._every), 4)
        self.checked.show(checked)
        fit_rows(self.checked_table, len(checked), 5)
        self.project.setVisible(bool(checked))
        have = bool(self._every)
        self.empty.setVisible(not have)
        for widget in (self.list_table, self.query, self.hit_table, self.told):
            widget.setVisible(have)
        if checked:
            first = next((i for i, c in enumerate(checked) if c.verdict.alarming), 0)
            self.checked_table.setCurrentIndex(self.checked.index(first, 0))
            self._tell(first)
        self._enable()
        self.search()

    def _keep(self, checked: Sequence[Checked]) -> None:
        """What lists say against numbers belongs to the project: the self-check tells it from now on."""
        session = self._desk.session
        if not self._desk.read_only and self._every:
            self._desk.attempt(lambda: lists.keep(session, [(c.called, c.verdict) for c in checked]))

    def _tell(self, place: int) -> None:
        if 0 <= place < len(self.checked.rows):
            verdict = self.checked.rows[place].verdict
            self.sentence.set_prose("\n".join((verdict.sentence, *verdict.warnings)))

    def search(self) -> None:
        """Look for what was typed."""
        if not self._every:
            return
        words = self.query.text().strip()
        found = self._desk.attempt(lambda: lists.search(words)) or []
        self.hits.show(found)
        asked = f"查了{lists.dates_told(self._every)}。"
        if words:
            self.told.set_prose(
                f"{'没有查到。' if not found else f'查到 {len(found)} 条。'}{asked}{lists.NOT_FOUND_IS_NOT_UNFILED}。"
            )
        else:
            old = max(lists.age_in_days(each, self._desk.session.today) for each in self._every)
            self.told.set_prose(f"{lists.dates_told(self._every)}，最早的一份距今 {old} 天。")

    def _enable(self) -> None:
        self.remove_button.setVisible(bool(self._every))
        self.remove_button.setEnabled(self.list_table.currentIndex().isValid())

    def _show_left_out(self, each: PublicList) -> None:
        if each.left_out:
            remarks = [Remark(place, "", why) for place, why in each.left_out]
            RemarkDialog(
                self._desk, "没有导入的行", each.title, ("位置", "内容", "原因"), remarks, self
            ).exec()

    # Importing

    def _choose(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "导入公示清单", self._desk.folder(), FILTER)
        if not name:
            return
        path = Path(name)
        dialog = ImportDialog(path.name, date_in(path.stem), self)
        if dialog.exec():
            self.import_file(
                path, dialog.day.text().strip(), dialog.source.text(), skip_bad=dialog.skip.isChecked()
            )

    def import_file(self, path: Path, day: str, source: str, *, skip_bad: bool = False) -> None:
        """Import a list in a job."""
        at = self._desk.session.clock()

        def job(cancel: Cancel, report: Report) -> Imported:
            return lists.import_list(
                path, at=at, day=day, source=source, skip_bad=skip_bad, cancel=cancel, report=report
            )

        def done(made: Imported) -> None:
            left = f"，跳过 {len(made.list.left_out)} 行" if made.list.left_out else ""
            self._desk.tell(
                f"已导入《{made.list.title}》（{made.list.date}）：{len(made.list.entries):,} 条{left}。",
                "done",
            )
            self.read()

        self.strip.run(f"正在读取 {path.name}", job, done)

    def _remove(self) -> None:
        place = self.list_table.currentIndex().row()
        if 0 <= place < len(self.lists.rows):
            self._desk.attempt(lambda: lists.remove(self.lists.rows[place].id))
            self.read()
