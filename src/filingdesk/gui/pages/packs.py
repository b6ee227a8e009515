"""规则: which packs judge since when, what changed between versions, the choice to upgrade or stay, and local rules."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from filingdesk.domain.values import parse_date
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import ScrollPage
from filingdesk.gui.pages.packs_lists import CompareView, PacksView
from filingdesk.gui.pages.packs_local import LocalView
from filingdesk.gui.pages.packs_offer import OfferCard
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.dropzone import TakesFiles
from filingdesk.services import upgrades

IN_FORCE, COMPARE, LOCAL = "适用的规则", "比较", "属地或公司要求"
VIEWS = (IN_FORCE, COMPARE, LOCAL)


class PacksPage(TakesFiles, ScrollPage):
    """The page."""

    key = "packs"
    title = "规则与版本"
    shows_problems = False

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "规则与版本", "", parent)
        self.setAcceptDrops(True)
        self.offer = OfferCard(desk)
        self.column.addWidget(self.offer)
        self.views = ChipGroup(VIEWS, multiple=False)
        self.views.set_label("看什么")
        self.views.set_values([IN_FORCE])
        self.views.changed.connect(lambda values: self.show_view(values[0] if values else VIEWS[self._at()]))
        self.column.addWidget(self.views)
        self.packs = PacksView(desk)
        self.compare = CompareView()
        self.local = LocalView(desk)
        self._stack: list[QWidget] = [self.packs, self.compare, self.local]
        for view in self._stack:
            self.column.addWidget(view)
            view.setVisible(view is self.packs)
        self.column.addStretch(1)
        self.refresh(None)

    def _at(self) -> int:
        return next(n for n, view in enumerate(self._stack) if not view.isHidden())

    def show_view(self, name: str) -> None:
        """One of the three views."""
        self.views.set_values([name])
        for view, title in zip(self._stack, VIEWS, strict=True):
            view.setVisible(title == name)
        self._freshen()

    def refresh(self, keys: frozenset[str] | None) -> None:
        self._say_record()
        self.offer.refresh()
        self._freshen()

    def refresh_findings(self) -> None:
        self.packs.refresh()

    def _freshen(self) -> None:
        if not self.compare.isHidden():
            self.compare.load()
        elif not self.local.isHidden():
            self.local.refresh()
        else:
            self.packs.refresh()

    def _say_record(self) -> None:
        found = upgrades.pins(self.desk.session)
        if found is None:
            self.set_intro("项目还没有记录用过的规则包；导出提交包时会记录，之后规则有更新会在这里说明影响。")
            return
        day = parse_date(found.as_of)
        when = f"{day.year}年{day.month}月{day.day}日" if day else found.as_of
        if upgrades.is_pending(self.desk.session):
            state = "项目沿用这一组" if found.stay else "现行的已经不同，见下面"
        else:
            state = "都是现行的"
        self.set_intro(f"最近一次记录：{when}的 {len(found.packs)} 个规则包，{state}。")

    def reveal(self, path: str) -> bool:
        if path.removeprefix("view:") in VIEWS:
            self.show_view(path.removeprefix("view:"))
            return True
        return False

    def place(self) -> str:
        return f"view:{VIEWS[self._at()]}"

    def set_read_only(self, read_only: bool) -> None:
        self.refresh(None)

    def take_files(self, paths: list[Path]) -> None:
        self.show_view(LOCAL)
        for path in paths:
            self.local.take_in(path)
