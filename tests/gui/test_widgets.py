"""The small painted widgets: what they say, to the eye and to a screen reader."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from filingdesk.domain.meta import SourceMark
from filingdesk.gui.widgets.badge import SourceBadge
from filingdesk.gui.widgets.bars import MarkedBar
from filingdesk.gui.widgets.chips import ChipGroup
from filingdesk.gui.widgets.dot import ProgressDot
from filingdesk.gui.widgets.labels import ElidedLabel, Prose
from filingdesk.gui.widgets.severity import WORDS, SeverityMark, paint_severity


def test_one_choice_replaces_the_other_and_can_be_taken_back(app: QApplication, qtbot: QtBot) -> None:
    group = ChipGroup(("是", "否"), multiple=False)
    qtbot.addWidget(group)
    heard: list[list[str]] = []
    group.changed.connect(heard.append)
    yes, no = group.chips()
    yes.click()
    no.click()
    no.click()
    assert heard == [["是"], ["否"], []]


def test_several_choices_keep_the_order_of_the_form(app: QApplication, qtbot: QtBot) -> None:
    group = ChipGroup(("文本", "语音", "图像"), multiple=True)
    qtbot.addWidget(group)
    group.chips()[2].click()
    group.chips()[0].click()
    assert group.values() == ["文本", "图像"]


def test_a_stored_term_that_is_no_choice_any_more_is_kept(app: QApplication, qtbot: QtBot) -> None:
    group = ChipGroup(("文本", "语音"), multiple=True)
    qtbot.addWidget(group)
    group.set_values(["文本", "三维模型"])
    assert group.values() == ["文本", "三维模型"]


def test_chips_are_walked_with_arrows_and_pressed_with_return(app: QApplication, qtbot: QtBot) -> None:
    group = ChipGroup(("甲", "乙", "丙"), multiple=False)
    qtbot.addWidget(group)
    group.show()
    qtbot.waitExposed(group)
    group.activateWindow()
    group.chips()[0].setFocus()
    qtbot.keyClick(group.chips()[0], Qt.Key.Key_Right)
    qtbot.keyClick(group.chips()[1], Qt.Key.Key_Return)
    assert group.values() == ["乙"]


def test_a_bar_says_whether_the_requirement_is_met(app: QApplication, qtbot: QtBot) -> None:
    bar = MarkedBar(86, 100)
    qtbot.addWidget(bar)
    assert "不足" in bar.accessibleName()
    bar.set_value(100, 100)
    assert "达到" in bar.accessibleName()


def test_severities_differ_in_shape_not_only_in_colour(app: QApplication) -> None:
    shapes = {}
    for severity in WORDS:
        image = QImage(28, 28, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        paint_severity(painter, QRectF(2, 2, 24, 24), severity)
        painter.end()
        alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
        shapes[severity] = bytes(alpha.constBits())
    assert len(set(shapes.values())) == len(shapes)


def test_a_severity_has_its_word(app: QApplication, qtbot: QtBot) -> None:
    mark = SeverityMark("blocker")
    qtbot.addWidget(mark)
    assert mark.accessibleName() == "阻断"


@pytest.mark.parametrize(
    ("source", "word"),
    [
        (SourceMark.LAW, "法定"),
        (SourceMark.STANDARD, "标准"),
        (SourceMark.STANDARD_UNCHECKED, "标准·待核对"),
        (SourceMark.PRACTICE, "实务"),
        (SourceMark.VENDOR, "厂商说法"),
        (SourceMark.DERIVED, "推导"),
    ],
)
def test_every_source_mark_has_its_badge_and_explains_itself(
    app: QApplication, qtbot: QtBot, source: SourceMark, word: str
) -> None:
    badge = SourceBadge(source)
    qtbot.addWidget(badge)
    assert badge.text() == word
    assert len(badge.toolTip()) > len(word)


def test_a_dot_says_how_far_it_is(app: QApplication, qtbot: QtBot) -> None:
    dot = ProgressDot(0.5)
    qtbot.addWidget(dot)
    assert dot.accessibleName() == "已填 50%"
    dot.set_fraction(1)
    assert dot.accessibleName() == "已填完"


def test_typed_text_is_never_read_as_markup(app: QApplication, qtbot: QtBot) -> None:
    prose = Prose("a < b & <b>c</b>\n第二行")
    qtbot.addWidget(prose)
    assert "&lt;b&gt;c&lt;/b&gt;" in prose.text()
    assert prose.accessibleName() == "a < b & <b>c</b>\n第二行"


def test_a_shortened_label_tells_the_whole(app: QApplication, qtbot: QtBot) -> None:
    label = ElidedLabel("很长的一段路径" * 10)
    qtbot.addWidget(label)
    assert label.toolTip() == "很长的一段路径" * 10
    assert label.minimumSizeHint().width() < 100
