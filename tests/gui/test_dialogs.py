"""Every dialog of the window: its controls say what they are, Tab comes to all of them, one button is the default, Esc is no."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import filingdesk.gui
from filingdesk.domain.errors import UserError
from filingdesk.gui import boxes, theme
from filingdesk.gui.desk import Desk
from filingdesk.gui.dialogs import AttestDialog, WaiveDialog
from filingdesk.gui.forms.notes import AnswerDialog, HistoryDialog, NotesDialog
from filingdesk.gui.forms.paste import PasteDialog
from filingdesk.gui.pages import import_dialog, library_search_lists
from filingdesk.gui.pages.asks_import import AnswersDialog
from filingdesk.gui.pages.impact_dialog import ImpactDialog
from filingdesk.gui.pages.keywords_edit import AskDialog, PlanDialog
from filingdesk.gui.pages.keywords_map import MapDialog
from filingdesk.gui.pages.keywords_scan_model import RecordDialog, SeenHit
from filingdesk.gui.pages.library_search_policy import PolicyDialog
from filingdesk.gui.pages.listings import Remark, RemarkDialog
from filingdesk.gui.pages.own_forms_dialog import FormDialog
from filingdesk.gui.pages.packs_editor import LocalRulesDialog
from filingdesk.gui.pages.profile_dialog import ProfileDialog
from filingdesk.gui.pages.profile_password import PasswordDialog
from filingdesk.gui.pages.profile_refer import ReferDialog
from filingdesk.gui.pages.templates_parts import FieldDialog, GuideDialog, UpdateDialog
from filingdesk.gui.pages.work import WorkSheet
from filingdesk.gui.preferences import PreferencesDialog
from filingdesk.gui.profilekeeper import keeper
from filingdesk.gui.rescue import ReportDialog
from filingdesk.gui.shell import Shell
from filingdesk.gui.widgets.dialog import Dialog
from filingdesk.services.asking import Note
from filingdesk.services.asking_files import Answer
from filingdesk.services.library import EditLine, EditPlan
from filingdesk.services.library_map import CategoryQuestion
from filingdesk.services.reuse import Impact
from filingdesk.services.table_paste import read_table
from filingdesk.services.template_merge import diff_lines
from filingdesk.services.templates import Text, Upstream
from gui.access import nameless, reachable, real_walk
from gui.delivery import desk_of

NOTE = Note("subject.name", "n1", "question", "问题", "甲", "2026-01-01T00:00:00+08:00", "乙")
REMARKS = [Remark("1", "词", "重复"), Remark("2", "句", "太长")]


def _plan() -> EditPlan:
    return EditPlan("改两个词", 1, changed=2, lines=(EditLine("甲词", "A.1.a", "A.1.b"),))


def _preview() -> import_dialog.ImportPreview:
    return import_dialog.ImportPreview(
        "导入词表",
        "词表.csv",
        "个",
        3,
        REMARKS,
        (),
        1,
        20,
        True,
        policies={"mine": "保留我的", "theirs": "用新的"},
    )


def _upstream() -> Upstream:
    text = Text("id: a\n", "甲\n")
    return Upstream({"body.md": diff_lines("甲\n", "乙\n")}, text, text, {})


def _answers() -> list[Answer]:
    return [Answer(2, "n1", NOTE, "主体名称", "", "新名称", "乙", "", "clean", "新名称")]


def _hit() -> SeenHit:
    return SeenHit(0, 2, 4, "示例", "示例词", "A.1.a", "exact", "语料/一.txt", 3)


Maker = Callable[[Desk, QWidget, Path], QDialog]
MADE: dict[type[QDialog], Maker] = {
    WaiveDialog: lambda desk, up, _f: WaiveDialog("AL-SUB-001", "问题", up),
    AttestDialog: lambda desk, up, _f: AttestDialog(
        "AL-SUB-001", "规则", "问题", desk.session.today, parent=up
    ),
    NotesDialog: lambda desk, up, _f: NotesDialog(desk, "subject.name", up),
    AnswerDialog: lambda desk, up, _f: AnswerDialog(NOTE, up),
    HistoryDialog: lambda desk, up, _f: _with_history(desk, up),
    PasteDialog: lambda desk, up, _f: PasteDialog(
        desk, "contacts", read_table("contacts", "姓名\t备注\n甲\t乙\n"), up
    ),
    import_dialog.ImportDialog: lambda desk, up, _f: import_dialog.ImportDialog(desk, _preview(), up),
    library_search_lists.ImportDialog: lambda desk, up, _f: library_search_lists.ImportDialog("清单", "", up),
    AnswersDialog: lambda desk, up, _f: AnswersDialog(desk, "回答.xlsx", _answers(), up),
    ImpactDialog: lambda desk, up, _f: ImpactDialog(
        "放入项目", "说明", [("主体名称", "甲")], Impact((), (), ()), "放入", up
    ),
    AskDialog: lambda desk, up, _f: _asked(AskDialog("改写关键词", "说明", "保存", up)),
    PlanDialog: lambda desk, up, _f: PlanDialog(desk, _plan(), up),
    MapDialog: lambda desk, up, _f: MapDialog(
        "某来源",
        [CategoryQuestion("涉政", 3, ("甲", "乙"), "A.1.a", "名称相近", False)],
        {"A.1.a": "示例"},
        up,
    ),
    RecordDialog: lambda desk, up, _f: RecordDialog(_hit(), "这里有示例词。", 0, [_hit()], up),
    PolicyDialog: lambda desk, up, _f: PolicyDialog(None, desk.session.today, up),
    RemarkDialog: lambda desk, up, _f: RemarkDialog(
        desk, "没有收录的行", "说明", ("行", "内容", "原因"), REMARKS, up
    ),
    FormDialog: lambda desk, up, _f: FormDialog("放入自备表单", "表单", "algorithm", "", up),
    LocalRulesDialog: lambda desk, up, _f: LocalRulesDialog(desk.session.today, None, up),
    ProfileDialog: lambda desk, up, _f: ProfileDialog(desk.jobs, keeper(desk), up),
    PasswordDialog: lambda desk, up, _f: PasswordDialog(up),
    ReferDialog: lambda desk, up, _f: ReferDialog(desk, up),
    FieldDialog: lambda desk, up, _f: FieldDialog(up),
    UpdateDialog: lambda desk, up, _f: UpdateDialog("承诺书", _upstream(), up),
    GuideDialog: lambda desk, up, _f: GuideDialog(up),
    WorkSheet: lambda desk, up, _f: WorkSheet(desk, "正在收录", "请稍候", up),
    PreferencesDialog: lambda desk, up, _f: PreferencesDialog(desk.jobs, lambda _e: None, up),
    ReportDialog: lambda desk, up, folder: ReportDialog(_report(folder), up),
}
NOTHING_TO_CONFIRM = {
    WorkSheet: "Enter must not stop the work",
    PreferencesDialog: "what is chosen holds at once",
    ProfileDialog: "an open profile is only looked at",
}


def _with_history(desk: Desk, up: QWidget) -> HistoryDialog:
    for name in ("甲公司", "乙公司"):
        desk.session.set("subject.name", name)
    return HistoryDialog(desk, "subject.name", up)


def _asked(dialog: AskDialog) -> AskDialog:
    dialog.add_line("改成", "词")
    dialog.add_risks({"A.1.a": "示例"}, "A.1.a")
    return dialog


def _report(folder: Path) -> Path:
    path = folder / "report.txt"
    path.write_text("版本 1\n", encoding="utf-8")
    return path


def _subclasses(of: type) -> Iterator[type]:
    for each in of.__subclasses__():
        yield each
        yield from _subclasses(each)


def every_dialog() -> set[type]:
    """All dialogs of the program that are not only a base of others."""
    for module in pkgutil.walk_packages(filingdesk.gui.__path__, "filingdesk.gui."):
        importlib.import_module(module.name)
    ours = {each for each in _subclasses(QDialog) if each.__module__.startswith("filingdesk.")}
    return {each for each in ours if not any(sub in ours for sub in each.__subclasses__())}


def named(of: set[type]) -> set[str]:
    return {f"{each.__module__}.{each.__name__}" for each in of}


def test_no_dialog_is_forgotten() -> None:
    assert named(every_dialog()) == named(set(MADE))
    assert all(issubclass(each, Dialog) for each in every_dialog())


@pytest.fixture(params=MADE, ids=lambda kind: f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}")
def dialog(
    request: pytest.FixtureRequest, project: Shell, app: QApplication, qtbot: QtBot, tmp_path: Path
) -> Iterator[QDialog]:
    """Each dialog in turn, shown over the window."""
    made = MADE[request.param](desk_of(project), project, tmp_path)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    app.processEvents()
    yield made
    made.hide()
    made.setParent(None)
    made.deleteLater()
    app.processEvents()


def test_controls_of_dialogs_say_what_they_are(dialog: QDialog) -> None:
    assert nameless(dialog) == []
    assert dialog.windowTitle()


def test_one_button_is_the_default_and_in_the_primary_colour(dialog: QDialog, app: QApplication) -> None:
    buttons = [b for b in dialog.findChildren(QPushButton) if b.isVisible()]
    defaults = [b for b in buttons if b.isDefault()]
    primaries = [b for b in buttons if b.property("role") == "primary"]
    if type(dialog) in NOTHING_TO_CONFIRM:
        assert defaults == primaries == []
        return
    assert len(defaults) == 1
    assert defaults == primaries
    (primary,) = primaries
    if primary.isEnabled():
        # As it is painted: near the left edge, where no word stands.
        picture = dialog.grab().toImage()
        at = primary.mapTo(dialog, primary.rect().center()) * dialog.devicePixelRatioF()
        edge = primary.mapTo(dialog, primary.rect().topLeft()) * dialog.devicePixelRatioF()
        assert picture.pixelColor(edge.x() + 6, at.y()) == QColor(theme.colors().accent)
    # Whoever has the focus.
    for button in buttons:
        button.setFocus(Qt.FocusReason.TabFocusReason)
        app.processEvents()
        assert primary.isDefault(), f"{button.text()} took over"
        assert not any(other.isDefault() for other in buttons if other is not primary)


def test_yes_and_no_stand_where_the_platform_has_them(dialog: QDialog) -> None:
    """Both in one box of the toolkit, which knows the custom: nothing is placed by hand, in one dialog so and in the next the other
    way round."""
    boxes_ = [b for b in dialog.findChildren(QDialogButtonBox) if b.isVisible()]
    roles = {button: box.buttonRole(button) for box in boxes_ for button in box.buttons()}
    yes, no = QDialogButtonBox.ButtonRole.AcceptRole, QDialogButtonBox.ButtonRole.RejectRole
    defaults = [b for b in dialog.findChildren(QPushButton) if b.isVisible() and b.isDefault()]
    closing = [
        b
        for b in dialog.findChildren(QPushButton)
        if b.isVisible() and b.text() in {"取消", "关闭", "以后再说"}
    ]
    for primary in defaults:
        if primary not in closing:
            assert roles.get(primary) == yes, primary.text()
            assert [b for b in roles if roles[b] == no], "no way back beside it"
    if len(defaults) == 1 and defaults[0] not in closing:
        assert all(roles.get(b) == no for b in closing), [b.text() for b in closing]
        plain = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        plain.adjustSize()
        ok = plain.button(QDialogButtonBox.StandardButton.Ok)
        cancel = plain.button(QDialogButtonBox.StandardButton.Cancel)
        (back,) = [b for b in roles if roles[b] == no]
        custom = ok.mapTo(plain, ok.rect().center()).x() < cancel.mapTo(plain, cancel.rect().center()).x()
        ours = (
            defaults[0].mapTo(dialog, defaults[0].rect().center()).x()
            < back.mapTo(dialog, back.rect().center()).x()
        )
        assert ours == custom
        plain.deleteLater()


def test_esc_says_no(dialog: QDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_tab_comes_to_every_control_of_a_dialog_and_back(
    dialog: QDialog, qtbot: QtBot, app: QApplication
) -> None:
    come_to = real_walk(dialog, qtbot, app)
    wanted = {w for w in dialog.findChildren(QWidget) if reachable(w)}
    proxies = {w.focusProxy() for w in come_to}
    lost = [w for w in wanted if w not in come_to and w not in proxies]
    assert not lost, [f"{type(w).__name__} {w.accessibleName()}" for w in lost]
    back = real_walk(dialog, qtbot, app, Qt.Key.Key_Backtab)
    assert set(back) == set(come_to)


def test_enter_on_another_button_is_that_button(project: Shell, app: QApplication, qtbot: QtBot) -> None:
    dialog = WaiveDialog("AL-SUB-001", "问题", project)
    dialog.reason.setPlainText("理由")
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    cancel = next(b for b in dialog.findChildren(QPushButton) if b.text() == "取消")
    cancel.setFocus()
    qtbot.keyClick(cancel, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Rejected
    dialog.show()
    dialog.reason.setFocus()
    qtbot.keyClick(dialog.reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.result() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    app.processEvents()


@pytest.mark.parametrize("kind", [PolicyDialog, LocalRulesDialog])
def test_esc_asks_where_much_was_written(
    project: Shell, qtbot: QtBot, tmp_path: Path, kind: type[QDialog]
) -> None:
    dialog = MADE[kind](desk_of(project), project, tmp_path)
    dialog.show()
    line = dialog.findChildren(QLineEdit)[0]
    line.setText("写了一半")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    (box,) = dialog.findChildren(QMessageBox)
    box.defaultButton().click()
    assert dialog.isVisible(), "staying is the default"
    assert line.text() == "写了一半"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    box = dialog.findChildren(QMessageBox)[-1]
    next(button for button in box.buttons() if button.text() == "放弃").click()
    assert not dialog.isVisible()
    assert dialog.result() == QDialog.DialogCode.Rejected
    dialog.deleteLater()


def test_boxes_have_a_default_and_leave_by_esc(project: Shell, app: QApplication, qtbot: QtBot) -> None:
    for box in (boxes.fault_box(UserError("a", "甲", "乙"), project), boxes.bug_box(None, project)):
        box.show()
        app.processEvents()
        assert box.defaultButton() is not None
        qtbot.keyClick(box, Qt.Key.Key_Escape)
        assert not box.isVisible()
        box.deleteLater()
    app.processEvents()


def test_every_question_names_its_default_and_its_way_out() -> None:
    """Read from the source, so that a new box cannot be forgotten: each function that makes a box names the default button, and
    the one for Esc when there are two."""
    missing = []
    for file in sorted(Path(filingdesk.gui.__file__).parent.rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            names = [
                c.func.id if isinstance(c.func, ast.Name) else c.func.attr
                for c in calls
                if isinstance(c.func, ast.Name | ast.Attribute)
            ]
            if "QMessageBox" not in names:
                continue
            where = f"{file.name}:{function.name}"
            if "setDefaultButton" not in names:
                missing.append(f"{where} setDefaultButton")
            if names.count("addButton") > 1 and "setEscapeButton" not in names:
                missing.append(f"{where} setEscapeButton")
    assert not missing
