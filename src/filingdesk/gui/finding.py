"""What the finder of the window leads to: pages, papers, fields, clauses, what was typed, and the commands of the menu."""

from collections.abc import Mapping

from PySide6.QtGui import QAction

from filingdesk.domain import specs
from filingdesk.domain.specs import page_of, trail_of
from filingdesk.gui.desk import Desk
from filingdesk.services.palette import Found
from filingdesk.services.palette_facts import facts_found


def findables(desk: Desk, pages: Mapping[str, str]) -> list[Found]:
    """Of the open project; `pages`: key → title."""
    found = [Found("页面", title, "", f"page:{key}") for key, title in pages.items()]
    found.append(Found("命令", "填报小窗", "", "do:webform"))
    found += [
        Found("文书", title, "", f"paper:{paper}") for paper, title in desk.knowledge.paper_titles.items()
    ]
    for pattern, spec in specs.fields().items():
        page = page_of(pattern)
        if page is None:
            continue
        holder = trail_of(pattern).split(" › ")[-2:-1]
        where = " › ".join(dict.fromkeys([page.title, *holder]))
        found.append(Found("字段", spec.meta.label, where, f"field:{pattern.replace('[]', '[0]')}"))
    titles = dict.fromkeys(line.title for line in desk.knowledge.clause_lines())
    found += [Found("依据", title, "", f"clause:{title}") for title in titles]
    return found + facts_found(desk.facts)


def commands(actions: Mapping[str, QAction]) -> list[Found]:
    """What the menu offers now; `do:NAME` by the name of the action."""
    found = []
    for name, action in actions.items():
        text = action.text().partition("(&")[0].rstrip("…")
        if action.isEnabled() and text and name not in {"find", "webform"}:
            found.append(Found("命令", text, action.shortcut().toString(), f"do:{name}"))
    return found


def preferences() -> list[Found]:
    """Every preference; `pref:KEY`."""
    from filingdesk.infra.preferences import PREFERENCES

    return [
        Found("命令", f"设置：{declared.title}", declared.words, f"pref:{declared.key}")
        for declared in PREFERENCES
    ]
