"""The card on the bundle page about filling in the web form: how far, what changed since, and the door to the small window."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from filingdesk.gui.desk import Desk
from filingdesk.gui.theme import Space
from filingdesk.gui.widgets.cards import Card
from filingdesk.gui.widgets.labels import Prose, set_look
from filingdesk.services import webform
from filingdesk.services.webform import Walk

NAMED = 4


def stale_words(walks: list[Walk]) -> str:
    """What changed after it was pasted, in one sentence; blank when nothing did."""
    labels = [step.title for found in walks for step in found.having("changed")]
    labels += [f"{gone.label}（已删除或不用填）" for found in walks for gone in found.gone]
    if not labels:
        return ""
    more = f"等 {len(labels)} 项" if len(labels) > NAMED else ""
    return f"填到网页之后又改过：{'、'.join(labels[:NAMED])}{more}。请在网页上同步更新。"


class WebFormCard(Card):
    """What stands on the web, as far as it was noted."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("网页填报", "", parent)
        self._desk = desk
        self.open_button = QPushButton("打开填报小窗")
        self.open_button.setAccessibleName("打开填报小窗")
        self.open_button.setToolTip("置顶小窗，按备案系统网页的顺序逐项复制（F6）")
        self.open_button.clicked.connect(lambda _checked=False: desk.webform_wanted.emit(""))
        self.head.addWidget(self.open_button)
        lines = QVBoxLayout()
        lines.setSpacing(Space.XXS)
        self.words = Prose("", "secondary")
        lines.addWidget(self.words)
        self.stale = Prose("", "small")
        set_look(self.stale, tone="warning")
        lines.addWidget(self.stale)
        self.body.addLayout(lines)
        self.refresh()

    def refresh(self) -> None:
        """Count anew."""
        walks = webform.walks(self._desk.session)
        self.words.set_prose(
            "\n".join(
                f"{found.form.title}：已填 {found.done} / {len(found.steps)} 项"
                if found.done or found.stale
                else f"{found.form.title}：还没有记录填过的项，共 {len(found.steps)} 项"
                for found in walks
            )
        )
        words = stale_words(walks)
        self.stale.set_prose(words)
        self.stale.setVisible(bool(words))
