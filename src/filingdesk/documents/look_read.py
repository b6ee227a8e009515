"""Reads the company's own look out of a reference .docx: what its text really looks like, its margins, head, foot and mark."""

import hashlib
from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lxml import etree

from filingdesk.documents.form_scan import ancestor
from filingdesk.documents.look import ROLES, Look, PageLook, Strip, TextLook
from filingdesk.documents.look_strip import TITLE_MARK, StripReader
from filingdesk.documents.look_styles import Styles, number, on
from filingdesk.documents.look_xml import style_of
from filingdesk.documents.office_package import (
    Package,
    refuse_active,
    refuse_huge_pictures,
    strip_external,
    w,
)

_A4 = (11906, 16838)
_MM = 56.7
_SIZES = {"body": (8, 24), "table": (7, 20), "table_head": (7, 20), "caption": (7, 20)}
_NAMES = {
    "title": "title",
    "subtitle": "subtitle",
    "caption": "caption",
    "toc 1": "toc1",
    "toc 2": "toc2",
    "toc 3": "toc3",
    **{f"heading {n}": f"heading{n}" for n in range(1, 5)},
    **{f"标题 {n}": f"heading{n}" for n in range(1, 5)},
    "题注": "caption",
    "标题": "title",
}
_BY_STYLE = {
    "heading1",
    "heading2",
    "heading3",
    "heading4",
    "title",
    "subtitle",
    "caption",
    "toc1",
    "toc2",
    "toc3",
}
_FONTS_ONLY = {"table", "table_head", "header", "footer", "subtitle", "toc1", "toc2", "toc3"}
"""Of these roles the fonts, sizes and colours are taken; their spacing belongs to our tables and contents."""
_CHINESE = {
    "normal": "正文",
    "title": "标题",
    "subtitle": "副标题",
    "caption": "题注",
    "header": "页眉",
    "footer": "页脚",
    "body text": "正文文本",
    "list paragraph": "列出段落",
}
_MAX_PARAGRAPHS = 5_000
"""Enough to see what most of the text looks like."""


@lru_cache(maxsize=8)
def read_look(data: bytes, name: str) -> Look:
    """The look of a reference file. `UserError` when it is broken, locked, has macros or is no .docx.

    What points out of the file is not taken over and is told in `left_out`.
    """
    package = Package(data, name)
    refuse_active(package)
    refuse_huge_pictures(package)
    notes = [("外部引用", line) for line in strip_external(package)]
    return _Reader(package, hashlib.sha256(data).hexdigest(), notes).run()


class _Reader:
    def __init__(self, package: Package, sha256: str, notes: list[tuple[str, str]]) -> None:
        self._package, self._sha256 = package, sha256
        self._styles = Styles(package)
        self._root = package.xml(package.main)
        self._left_out: dict[tuple[str, str], None] = dict.fromkeys(notes)
        self._taken: list[tuple[str, str]] = []
        self._looks: dict[tuple[str | bytes, ...], TextLook] = {}

    def run(self) -> Look:
        texts = self._texts()
        sections = [s for s in self._root.iter(w("sectPr")) if ancestor(s, "pPrChange") is None]
        upright = next((s for s in sections if not _is_lying(s)), None)
        page = self._page(upright) if upright is not None else None
        reader = StripReader(self._package, self._styles)
        strips = self._strips(upright, reader) if upright is not None else {}
        self._left_out.update(reader.left_out)
        first = upright is not None and on(upright.find(w("titlePg")))
        self._tell(texts, page, strips, first, len(sections))
        return Look(
            name=self._package.name,
            sha256=self._sha256,
            texts=texts,
            page=page,
            header=strips.get("header"),
            footer=strips.get("footer"),
            first_header=strips.get("first_header") if first else None,
            first_footer=strips.get("first_footer") if first else None,
            has_first=first,
            taken=tuple(self._taken),
            left_out=tuple(self._left_out),
        )

    # Text

    def _texts(self) -> dict[str, TextLook]:
        weights: dict[str, dict[TextLook, int]] = defaultdict(lambda: defaultdict(int))
        for count, paragraph in enumerate(self._root.iter(w("p"))):
            if count > _MAX_PARAGRAPHS:
                break
            direct = paragraph.find(w("pPr"))
            style = style_of(direct)
            role = self._role(paragraph, style, direct)
            for run in paragraph.iter(w("r")):
                length = sum(len((t.text or "").strip()) for t in run.findall(w("t")))
                if length and ancestor(run, "p") is paragraph:
                    weights[role][self._look_of(style, direct, run.find(w("rPr")))] += length
        texts = {role: _heaviest(found) for role, found in weights.items() if role in ROLES}
        for role in ROLES:
            if role not in texts and (style := self._defined(role)):
                texts[role] = self._styles.text_look(style)
        if "body" not in texts:
            texts["body"] = self._styles.text_look(self._styles.default)
        return {role: texts[role] for role in ROLES if role in texts and self._fits(role, texts[role])}

    def _look_of(self, style: str, paragraph: Any, run: Any) -> TextLook:
        """`Styles.text_look`, once for each kind of formatting: a long file has thousands of runs of a few kinds."""
        key = (style, *(etree.tostring(e) if e is not None else b"" for e in (paragraph, run)))
        if key not in self._looks:
            self._looks[key] = self._styles.text_look(style, paragraph, run)
        return self._looks[key]

    def _role(self, paragraph: Any, style: str, direct: Any) -> str:
        named = _NAMES.get(self._styles.name(style).lower(), "")
        table = ancestor(paragraph, "tbl")
        if table is not None:
            row = ancestor(paragraph, "tr")
            return "table_head" if row is next(table.iter(w("tr")), None) and len(table) > 3 else "table"
        if named:
            return named
        level = self._styles.paragraph(style, direct).get(w("outlineLvl"))
        depth = number(level, "val", 9)
        if depth < 4:
            return f"heading{depth + 1}"
        return "body"

    def _defined(self, role: str) -> str:
        """The style a role has by name, though no text of the file uses it."""
        if role in {"heading4", "subtitle", "toc1", "toc2", "toc3"}:
            return ""  # what nobody uses is as the program that made the file had it: follow the neighbours
        if role in {"header", "footer"}:
            return self._styles.id_of(role)
        if role not in _BY_STYLE:
            return ""
        return next(
            (
                found
                for name, known in _NAMES.items()
                if known == role and (found := self._styles.id_of(name))
            ),
            "",
        )

    def _fits(self, role: str, text: TextLook) -> bool:
        least, most = _SIZES.get(role, (6, 60))
        if not least <= text.size <= most:
            self._left_out[f"{ROLES[role]}的字号", f"{text.size:g} 磅，不像{ROLES[role]}，沿用原来的样式"] = (
                None
            )
            return False
        if text.rule == "exact" and text.line / 20 < text.size:
            self._left_out[
                f"{ROLES[role]}的行距",
                f"固定 {text.line / 20:g} 磅，小于字号 {text.size:g} 磅，字会被切掉，沿用原来的样式",
            ] = None
            return False
        return True

    # Page

    def _page(self, section: Any) -> PageLook | None:
        size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
        wide, high = number(size, "w", _A4[0]), number(size, "h", _A4[1])
        if abs(wide - _A4[0]) > 120 or abs(high - _A4[1]) > 120:
            self._left_out[
                "纸张和页边距",
                f"不是 A4（{wide / _MM:.0f} × {high / _MM:.0f} 毫米），备案文书用 A4，沿用原来的",
            ] = None
            return None
        if margins is None:
            return None
        page = PageLook(
            top=abs(number(margins, "top", 1440)),
            bottom=abs(number(margins, "bottom", 1440)),
            left=abs(number(margins, "left", 1440)),
            right=abs(number(margins, "right", 1440)),
            header=_edge(number(margins, "header", 720)),
            footer=_edge(number(margins, "footer", 720)),
            pitch=_pitch(section),
        )
        gutter = number(margins, "gutter", 0)
        page = replace(page, left=page.left + max(0, gutter))
        if wide - page.left - page.right < 100 * _MM or high - page.top - page.bottom < 150 * _MM:
            self._left_out["页边距", "太大，剩下的版心不到 100 × 150 毫米，放不下表格，沿用原来的"] = None
            return None
        if min(page.left, page.right, page.top, page.bottom) < 5 * _MM:
            self._left_out["页边距", "小于 5 毫米，打印时会被裁掉，沿用原来的"] = None
            return None
        return page

    # Head and foot

    def _strips(self, section: Any, reader: StripReader) -> dict[str, Strip]:
        relations = {rel.id: rel for rel in self._package.relations(self._package.main)}
        found: dict[str, Strip] = {}
        for kind, what in (("header", "页眉"), ("footer", "页脚")):
            for reference in section.findall(w(f"{kind}Reference")):
                relation = relations.get(reference.get(_ID, ""))
                if relation is None or relation.external or relation.target not in self._package.parts:
                    continue
                variant = reference.get(w("type"), "default")
                if variant == "even":
                    if (even := reader.read(relation.target, f"偶数页{what}")) and even.text:
                        self._left_out[f"偶数页{what}", "只取通用的那一种，每页相同"] = None
                    continue
                strip = reader.read(relation.target, what if variant == "default" else f"首页{what}")
                if strip is not None:
                    found[kind if variant == "default" else f"first_{kind}"] = strip
        return found

    # Telling

    def _tell(
        self,
        texts: dict[str, TextLook],
        page: PageLook | None,
        strips: dict[str, Strip],
        first: bool,
        sections: int,
    ) -> None:
        for role, text in texts.items():
            if role not in {"header", "footer"} or role in strips:
                words = text.words(spacing=role not in _FONTS_ONLY)
                self._taken.append((ROLES[role], f"{words}（取自样式“{_in_chinese(text.style)}”）"))
        for role in ("heading1", "heading2", "heading3", "title", "caption", "table"):
            if role not in texts and not any(ROLES[role] in what for what, _why in self._left_out):
                self._left_out[ROLES[role], "文件里没有用到，也没有这个样式，沿用原来的"] = None
        if page is not None:
            sides = "、".join(
                f"{name} {value / _MM:.0f}"
                for name, value in (
                    ("上", page.top),
                    ("下", page.bottom),
                    ("左", page.left),
                    ("右", page.right),
                )
            )
            self._taken.append(("页边距", f"{sides} 毫米；横排页随之转向"))
        for name, what in (
            ("header", "页眉"),
            ("footer", "页脚"),
            ("first_header", "首页页眉"),
            ("first_footer", "首页页脚"),
        ):
            strip = strips.get(name)
            if strip is None or (name.startswith("first") and not first):
                continue
            parts = (
                [f"“{strip.text[:30].replace(chr(0xE000), '').replace(chr(0xE001), '')}”"]
                if strip.text
                else []
            )
            parts += [f"{len(strip.pictures)} 幅图"] if strip.pictures else []
            parts += ["自带页码"] if strip.page else []
            self._taken.append((what, "，".join(parts)))
        if "footer" in strips and not strips["footer"].page:
            self._left_out["页脚页码", "文件的页脚没有页码，保留“第 × 页　共 × 页”"] = None
        if "header" in strips and TITLE_MARK not in strips["header"].xml:
            why = "由本单位页眉代替；要印文书名称，请在文件的页眉里写上 {{ 文书名称 }}"
            self._left_out["自带的页眉文字", why] = None
        if "header" not in strips:
            self._left_out["页眉", "文件没有页眉，沿用原来的"] = None
        if sections > 1:
            self._left_out["其他节的版面", f"文件有 {sections} 节，只取第一个竖排节的页边距、页眉和页脚"] = (
                None
            )
        self._left_out["标题编号", "一、（一）1. 由程序编排并被目录和引用使用，沿用原来的"] = None
        self._left_out["表格线和底纹", "表格的合并、表头和底纹随文书模板，沿用原来的"] = None


_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _in_chinese(style: str) -> str:
    """A built-in style as Chinese Word calls it."""
    lowered = style.lower()
    if lowered.startswith("heading ") and lowered[8:].isdigit():
        return f"标题 {lowered[8:]}"
    if lowered.startswith("toc ") and lowered[4:].isdigit():
        return f"目录 {lowered[4:]}"
    return _CHINESE.get(lowered, style)


def _heaviest(found: dict[TextLook, int]) -> TextLook:
    """The look that most letters have; of equal ones the first that stood in the file."""
    return max(found, key=lambda look: found[look])


def _edge(distance: int) -> int:
    """The distance of head or foot from the edge of the sheet; programs write 0 where there is none."""
    return distance if 5 * _MM <= distance <= 60 * _MM else 850


def _is_lying(section: Any) -> bool:
    size = section.find(w("pgSz"))
    return number(size, "w", 0) > number(size, "h", 1)


def _pitch(section: Any) -> int:
    grid = section.find(w("docGrid"))
    if grid is None or grid.get(w("type"), "default") not in {"lines", "linesAndChars", "snapToChars"}:
        return 0
    return max(0, min(number(grid, "linePitch", 0), 2000))
