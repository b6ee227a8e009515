"""Which pages there are, in the order of the sidebar, and how each is made; a page's module is imported when first shown."""

from importlib import import_module

from filingdesk.domain import specs
from filingdesk.gui.desk import Desk
from filingdesk.gui.page import Page, PageEntry
from filingdesk.gui.sidebar import NavEntry, NavGroup

GROUPS = ("", "算法备案", "大模型备案", "核对", "文书", "提交")
_PLACED = {"evidence": "文书", "followup": "提交"}


def _form(page: specs.Page) -> PageEntry:
    def make(desk: Desk) -> Page:
        from filingdesk.gui.pages.formpage import FormPage
        from filingdesk.gui.pages.industry import IndustryPage

        made = IndustryPage(desk, page) if page.key == "industry" else FormPage(desk, page)
        if page.key == "subject":
            made.add_action("单位档案…", lambda: desk.go("profile")).setToolTip("存入或放入单位档案")
        elif page.key == "model":
            from filingdesk.gui.pages.profile_refer import ask_to_refer

            made.add_action("引用其他算法备案…", lambda: ask_to_refer(desk, made)).setEnabled(
                not desk.read_only
            )
        return made

    group = _PLACED.get(page.key) or specs.STAGE_TITLES.get(page.stage or "", "")
    module = "industry" if page.key == "industry" else "formpage"
    return PageEntry(page.key, page.title, group, make, f"filingdesk.gui.pages.{module}", ahead=True)


def _own(key: str, title: str, group: str, module: str, name: str, *, ahead: bool = False) -> PageEntry:
    def make(desk: Desk) -> Page:
        made = getattr(import_module(f"filingdesk.gui.pages.{module}"), name)(desk)
        if not isinstance(made, Page):
            raise TypeError(f"{module}.{name} is no page")
        return made

    return PageEntry(key, title, group, make, f"filingdesk.gui.pages.{module}", ahead)


def modules() -> tuple[str, ...]:
    """Where the pages are made, each named once."""
    return tuple(dict.fromkeys(entry.module for entry in entries() if entry.module))


def entries() -> tuple[PageEntry, ...]:
    """All pages in the order of the sidebar."""
    forms = [_form(page) for page in specs.PAGES]
    by_key = {entry.key: entry for entry in forms}
    route = _own("intake", "适用判定", "", "route", "RoutePage", ahead=True)
    large_model = [entry for entry in forms if entry.group == "大模型备案"]
    place = next((i for i, entry in enumerate(large_model) if entry.key == "measures"), len(large_model))
    large_model.insert(
        place, _own("keywords", "关键词库", "大模型备案", "keywords", "KeywordsPage", ahead=True)
    )
    large_model.insert(
        place + 1, _own("questions", "测试题库", "大模型备案", "questions", "QuestionsPage", ahead=True)
    )
    return (
        _own("overview", "总览", "", "overview", "OverviewPage"),
        route,
        _own("diagnosis", "风险诊断", "", "diagnosis", "DiagnosisPage"),
        *(entry for entry in forms if entry.group == "" and entry.key != route.key),
        _own("profile", "单位档案", "", "profile", "ProfilePage"),
        *(entry for entry in forms if entry.group == "算法备案"),
        _own("architecture", "架构描述", "算法备案", "architecture", "ArchitecturePage", ahead=True),
        _own("reuse", "沿用关系", "大模型备案", "reuse_map", "ReusePage", ahead=True),
        *large_model,
        _own("check", "自检", "核对", "checkreport", "CheckPage", ahead=True),
        _own("consistency", "一致性", "核对", "consistency", "ConsistencyPage"),
        _own("boilerplate", "雷同自查", "核对", "boilerplate", "BoilerplatePage"),
        _own("asks", "待问事项", "核对", "asks", "AsksPage"),
        _own("packs", "规则与版本", "核对", "packs", "PacksPage", ahead=True),
        by_key["evidence"],
        _own("papers", "文书", "文书", "papers", "PapersPage"),
        _own("templates", "模板", "文书", "templates", "TemplatesPage"),
        _own("own-forms", "自备表单", "文书", "own_forms", "OwnFormsPage", ahead=True),
        _own("own-look", "本单位格式", "文书", "own_look", "OwnLookPage"),
        _own("returned", "退回稿", "文书", "returned", "ReturnedPage"),
        _own("versions", "版本比较", "文书", "versions", "VersionsPage"),
        _own("bundle", "提交包", "提交", "bundle", "BundlePage"),
        by_key["followup"],
        _own("library", "资料", "提交", "library_search", "LibrarySearchPage"),
    )


def groups(pages: tuple[PageEntry, ...]) -> tuple[NavGroup, ...]:
    """The same as the sidebar wants it."""
    return tuple(
        NavGroup(title, tuple(NavEntry(page.key, page.title) for page in pages if page.group == title))
        for title in GROUPS
    )
