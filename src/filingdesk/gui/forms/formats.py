"""Joins the switch 格式 of a long field with the project: what it says is kept there and can be undone."""

from filingdesk.gui.desk import Desk
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.longtext import TextEditor
from filingdesk.services import formatting


def connect_format(editor: Editor, desk: Desk, key: str) -> None:
    """Let the switch of a long field change how papers print it; other editors have none."""
    if isinstance(editor, TextEditor):
        editor.set_pictures(lambda: list(formatting.pictures(desk.facts)))
        editor.format_changed.connect(
            lambda on: desk.attempt(lambda: formatting.set_formatted(desk.session, key, on))
        )
        editor.pictures_left_out.connect(
            lambda count: desk.tell(
                f"剪贴板里的 {count} 张图片没有粘贴。图片请作为材料添加，再用“图片”插入。", "warning"
            )
        )


def show_format(editor: Editor, desk: Desk, key: str) -> None:
    """Show what the project keeps."""
    if isinstance(editor, TextEditor):
        editor.set_formatted(formatting.is_formatted(desk.session, key))
