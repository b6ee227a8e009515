"""Which editor a leaf gets."""

from filingdesk.domain.meta import FieldMeta, Kind
from filingdesk.gui.forms.base import Editor
from filingdesk.gui.forms.choices import ChipEditor, ComboEditor
from filingdesk.gui.forms.lines import DateEditor, LineEditor
from filingdesk.gui.forms.longtext import TextEditor

MAX_CHIPS = 6


def make_editor(meta: FieldMeta) -> Editor:
    """The editor of a leaf that is not an attachment."""
    if meta.kind is Kind.LONG_TEXT:
        return TextEditor(meta)
    if meta.kind is Kind.DATE:
        return DateEditor(meta)
    if meta.kind is Kind.MULTI_CHOICE:
        return ChipEditor(meta.choices, multiple=True)
    if meta.kind is Kind.CHOICE:
        if len(meta.choices) <= MAX_CHIPS:
            return ChipEditor(meta.choices, multiple=False)
        return ComboEditor(meta)
    return LineEditor(meta)
