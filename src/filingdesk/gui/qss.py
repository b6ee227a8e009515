"""The one style sheet, generated from a palette; widgets choose their look by the dynamic property `role`."""

import re
from dataclasses import asdict, is_dataclass
from string import Template
from typing import Any

from filingdesk.gui.icons import icon_file

_SHEET = Template("""
* { outline: none; }
QWidget { color: $text; }
QMainWindow, QDialog, QMessageBox { background: $bg; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 5px 8px; }
QLabel { background: transparent; }
QLabel[role="pageTitle"] { font-size: 20px; font-weight: 600; }
QLabel[role="cardTitle"] { font-size: 15px; font-weight: 600; }
QLabel[role="section"] { font-size: 13px; font-weight: 600; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="small"] { color: $secondary; font-size: 12px; }
QLabel[role="muted"] { color: $muted; font-size: 12px; }
QLabel[role="error"] { color: $blocker; font-size: 12px; }
QLabel[role="fieldLabel"] { color: $secondary; }
QLabel[role="number"] { font-size: 28px; font-weight: 600; }
QLabel[role="number"][words="true"] { font-size: 22px; }
QLabel[role="number"][tone="blocker"] { color: $blocker; }
QLabel[role="number"][tone="warning"] { color: $warning; }
QLabel[role="number"][tone="done"] { color: $done; }
QLabel[tone="blocker"] { color: $blocker; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="done"] { color: $done; }

QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[role="tour"] { background: $surface; border: 1px solid $accent; border-radius: 8px; }
QFrame[role="tray"] { background: $surface; border: 1px solid $control_border; border-radius: 8px; }
QFrame[role="subCard"] { background: $bg; border: 1px solid $border; border-radius: 8px; }
QFrame[role="recordHead"] { background: transparent; border: 1px solid transparent; border-radius: 8px; }
QFrame[role="recordHead"]:hover { background: $hover; }
QFrame[role="recordHead"]:focus { border-color: $accent; }
QFrame[role="card"][door="true"]:hover { border-color: $faint; }
QFrame[role="card"][door="true"]:focus { border-color: $accent; }
QFrame[role="rowLine"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="topBar"] { background: $surface; border: none; border-bottom: 1px solid $border; }
QFrame[role="sideBar"] { background: $sidebar; border: none; border-right: 1px solid $border; }
QFrame[role="helpPane"] { background: $surface; border: none; border-left: 1px solid $border; }
QFrame[role="drawer"] { background: $surface; border: none; border-top: 1px solid $border; }
QFrame[role="statusLine"] { background: $sidebar; border: none; border-top: 1px solid $border; }
QFrame[role="content"], QWidget[role="content"] { background: $bg; }
QFrame[role="good"] { background: $done_soft; border: none; border-left: 3px solid $done; border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QFrame[role="bad"] { background: $blocker_soft; border: none; border-left: 3px solid $blocker; border-top-right-radius: 6px; border-bottom-right-radius: 6px; }
QFrame[role="notice"] { background: $accent_soft; border: none; border-bottom: 1px solid $border; }
QFrame[role="notice"][tone="warning"] { background: $warning_soft; }
QFrame[role="notice"][tone="blocker"] { background: $blocker_soft; }
QFrame[role="notice"][tone="done"] { background: $done_soft; }
QFrame[role="dropZone"] { background: transparent; border: 1px dashed $control_border; border-radius: 6px; }
QFrame[role="dropZone"][over="true"] { background: $accent_soft; border: 1px dashed $accent; }
QFrame[role="found"] { background: transparent; border: 2px solid $accent; border-radius: 6px; }
QFrame[role="sheet"] { background: #FFFFFF; border: 1px solid $border; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit {
  background: $input_bg; color: $text; border: 1px solid $control_border; border-radius: 6px;
  selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QComboBox, QSpinBox, QDateEdit { min-height: 32px; max-height: 32px; padding: 0 9px; }
QPlainTextEdit, QTextEdit { padding: 5px 6px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QComboBox:hover { border-color: $faint; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus { border-color: $accent; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QTextEdit[invalid="true"], QComboBox[invalid="true"] { border-color: $blocker; }
QLineEdit:read-only, QPlainTextEdit[readOnly="true"], QTextEdit[readOnly="true"] { background: $bg; color: $secondary; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDateEdit:disabled { background: $bg; color: $secondary; }
QLineEdit[role="search"] { background: $bg; padding-left: 9px; }
QTextBrowser[role="compare"] { background: $surface; color: $text; }
QTextBrowser[role="preview"] { background: $bg; border: none; padding: 0; }

QComboBox::drop-down { border: none; width: 26px; subcontrol-position: right center; }
QComboBox::down-arrow { image: url("$icon_chevron_down"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; padding: 4px; selection-background-color: $accent_soft; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected, QListView[role="popup"]::item:selected { background: $accent_soft; color: $text; }

QPushButton { background: $surface; color: $text; border: 1px solid $control_border; border-radius: 6px; min-height: 30px; padding: 0 14px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $bg; border-color: $border; }
QPushButton::menu-indicator { image: url("$icon_chevron_down"); width: 10px; height: 10px; subcontrol-origin: padding; subcontrol-position: right center; right: 6px; }
QPushButton[role="primary"], QDialogButtonBox QPushButton:default { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[role="primary"]:hover, QDialogButtonBox QPushButton:default:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $focus_ring; padding: 0 13px; min-height: 28px; }
QPushButton[role="primary"]:disabled, QDialogButtonBox QPushButton:default:disabled { background: $hover; color: $muted; border-color: $border; }
QPushButton[role="danger"] { color: $blocker; }
QPushButton[role="tile"] { background: $surface; border: 1px solid $control_border; border-radius: 8px; padding: 0; text-align: left; }
QPushButton[role="tile"]:hover { border-color: $accent; background: $accent_soft; }
QPushButton[role="tile"]:focus { border: 2px solid $accent; }
QPushButton[role="tile"]:disabled { background: $bg; border-color: $border; }
QPushButton[role="link"] { background: transparent; border: none; color: $accent; padding: 0 4px; min-height: 24px; text-align: left; }
QPushButton[role="link"][tone="warning"] { color: $warning; }
QPushButton[role="link"][tone="done"] { color: $done; }
QPushButton[role="link"][tone="neutral"] { color: $muted; }
QPushButton[role="link"]:hover { color: $accent_hover; text-decoration: underline; }
QPushButton[role="link"]:focus { border: 1px solid $accent; border-radius: 4px; padding: 0 3px; min-height: 22px; }
QPushButton[role="rowLink"] { background: transparent; border: none; border-bottom: 2px solid transparent; border-radius: 0; color: $text; padding: 2px 0 0 0; min-height: 22px; text-align: left; }
QPushButton[role="rowLink"][tone="accent"] { color: $accent; }
QPushButton[role="rowLink"][tone="neutral"] { color: $muted; }
QFrame[role="statusLine"] QPushButton { font-size: 12px; }
QPushButton[role="rowLink"]:hover { color: $accent_hover; }
QPushButton[role="rowLink"]:focus { color: $accent; border-bottom-color: $accent; }
QPushButton[role="rowLink"]:disabled { color: $muted; }
QPushButton[role="link"]:disabled { background: transparent; color: $muted; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: $secondary; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QTableView::indicator { width: 15px; height: 15px; border: 1px solid $faint; border-radius: 4px; background: $input_bg; }
QCheckBox::indicator:checked, QTableView::indicator:checked { background: $accent; border-color: $accent; image: url("$icon_check"); }
QCheckBox::indicator:focus { border-color: $accent; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $faint; border-radius: 8px; background: $input_bg; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 6px; height: 6px; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="content"] { background: $bg; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $control_border; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 2px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QTableView, QTreeView, QListView { background: transparent; border: 1px solid transparent; border-radius: 6px; gridline-color: $border; selection-background-color: $accent_soft; selection-color: $text; alternate-background-color: $bg; }
QTableView:focus, QTreeView:focus, QListView:focus, QScrollArea:focus { border: 1px solid $accent; border-radius: 6px; }
QTableView[role="boxed"], QListView[role="boxed"] { border: 1px solid $border; border-radius: 6px; background: $surface; }
QTableView[role="boxed"]:focus, QListView[role="boxed"]:focus { border-color: $accent; }
QListView[role="popup"] { background: $surface; border: 1px solid $border; }
QListView[role="popup"]::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QTableView::item { border: none; border-bottom: 1px solid $border; padding: 0 6px; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected { background: $accent_soft; color: $text; }
QTableView::item:hover, QListView::item:hover { background: $row_hover; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: $muted; font-size: 12px; border: none; border-bottom: 1px solid $border; padding: 6px 9px; text-align: left; }
QTableCornerButton::section { background: transparent; border: none; }

QMenu { background: $surface; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 14px; border-radius: 5px; color: $text; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 5px 6px; }
QMenu::indicator { width: 12px; height: 12px; margin-left: 6px; }
QMenu::indicator:checked { image: url("$icon_check_accent"); }

QProgressBar { background: $track; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accent; }
QTabBar::tab { background: transparent; padding: 6px 12px; color: $secondary; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $accent; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $text; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 14px; padding-top: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 12px; color: $secondary; }
QCalendarWidget QWidget#qt_calendar_navigationbar { background: $surface; }
QCalendarWidget { background: $surface; }
QCalendarWidget QTableView { background: $surface; }
QCalendarWidget QTableView::item { border: none; padding: 0; }
QCalendarWidget QToolButton#qt_calendar_prevmonth { qproperty-icon: url("$icon_left"); }
QCalendarWidget QToolButton#qt_calendar_nextmonth { qproperty-icon: url("$icon_right"); }
QCalendarWidget QSpinBox { min-height: 24px; max-height: 24px; }
QCalendarWidget QToolButton { color: $text; padding: 4px 8px; }
QCalendarWidget QAbstractItemView { background: $surface; color: $text; selection-background-color: $accent; selection-color: $on_accent; }
""")


_TYPE = re.compile(r"(?<=font-size: )(\d+)(?=px)")


def stylesheet(colors: Any, text: float = 1.0) -> str:
    """The application's style sheet for one palette (a dataclass of `#RRGGBB` values with a `name`) and size of text."""
    if not is_dataclass(colors) or isinstance(colors, type):
        raise TypeError("a palette is a dataclass")
    values = asdict(colors)
    variant = values["name"]
    sheet = _SHEET.substitute(
        values,
        icon_chevron_down=icon_file(f"control/chevron-down-{variant}"),
        icon_left=icon_file(f"control/chevron-left-{variant}"),
        icon_right=icon_file(f"control/chevron-right-{variant}"),
        icon_check=icon_file(f"control/check-{variant}"),
        icon_check_accent=icon_file(f"control/check-accent-{variant}"),
    )
    return _TYPE.sub(lambda size: str(round(int(size[1]) * text)), sheet)
