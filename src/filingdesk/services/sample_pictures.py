"""Draws the attachments of the sample filing: screens of an invented product and papers with an invented seal, all marked 示例."""

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from filingdesk.infra.resources import resource_path

_INK, _GREY, _LINE = (31, 41, 55), (107, 114, 128), (221, 225, 230)
_BLUE, _PALE, _RED = (29, 78, 137), (238, 243, 249), (190, 45, 45)
_WHITE, _DESK = (255, 255, 255), (246, 247, 249)
_MAX_HEIGHT = 1400
_NO_CLOCK = time.gmtime(1_767_225_600)  # 2026-01-01: a file must not tell when it was drawn
_FOOT = "示例材料　内容均为虚构"


@lru_cache(maxsize=16)
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC-Bold.ttf" if bold else "NotoSansSC-Regular.ttf"
    return ImageFont.truetype(str(resource_path("fonts", name)), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _advance(sign: str, font: ImageFont.FreeTypeFont) -> float:
    return font.getlength(sign)


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Lines no wider than `width` pixels; a closing mark is not left alone at the head of a line."""
    lines, line = [], ""
    used = 0.0
    for sign in text:
        step = _advance(sign, font)
        if used + step > width and line and sign not in "，。；：、！？）”》":
            lines.append(line)
            line, used = "", 0.0
        line += sign
        used += step
    return [*lines, line]


@dataclass
class _Pen:
    """A sheet that is written from top to bottom between `left` and `right`; `y` is where the next block begins."""

    draw: ImageDraw.ImageDraw
    left: int
    right: int
    y: int
    label: str

    @property
    def width(self) -> int:
        return self.right - self.left

    def text(
        self, text: str, size: int = 18, fill: tuple[int, int, int] = _INK, *, bold: bool = False
    ) -> None:
        font = _font(size, bold)
        for line in _wrap(text, font, self.width):
            self.draw.text((self.left, self.y), line, font=font, fill=fill)
            self.y += size + size // 2
        self.y += size // 2

    def heading(self, text: str) -> None:
        self.y += 6
        self.text(text, 22, _BLUE, bold=True)

    def hint(self, text: str) -> None:
        self.text(text, 15, _GREY)

    def bubble(self, text: str, *, mine: bool) -> None:
        font = _font(18)
        lines = _wrap(text, font, self.width * 0.66)
        width = max(int(font.getlength(line)) for line in lines) + 32
        height = 27 * len(lines) + 22
        x = self.right - width if mine else self.left
        self.draw.rounded_rectangle(
            (x, self.y, x + width, self.y + height),
            10,
            fill=_PALE if mine else _WHITE,
            outline=_PALE if mine else _LINE,
        )
        for number, line in enumerate(lines):
            self.draw.text((x + 16, self.y + 10 + 27 * number), line, font=font, fill=_INK)
        self.y += height + 6
        if not mine:
            self.draw.text((x + 4, self.y), self.label, font=_font(14), fill=_GREY)
            self.y += 22
        self.y += 14

    def rows(self, pairs: Mapping[str, str]) -> None:
        font = _font(18)
        column = max(int(font.getlength(name)) for name in pairs) + 28
        for name, value in pairs.items():
            lines = _wrap(str(value), font, self.width - column - 12)
            height = 27 * len(lines) + 13
            self.draw.rectangle((self.left, self.y, self.right, self.y + height), fill=_WHITE, outline=_LINE)
            self.draw.text((self.left + 12, self.y + 6), name, font=font, fill=_GREY)
            for number, line in enumerate(lines):
                self.draw.text((self.left + column, self.y + 6 + 27 * number), line, font=font, fill=_INK)
            self.y += height
        self.y += 18

    def table(self, lines: Sequence[Sequence[str]]) -> None:
        font = _font(17)
        widest = [max(font.getlength(str(line[place])) for line in lines) for place in range(len(lines[0]))]
        scale = (self.width - 24 * len(widest)) / sum(widest)
        for number, line in enumerate(lines):
            self.draw.rectangle(
                (self.left, self.y, self.right, self.y + 38),
                fill=_PALE if not number else _WHITE,
                outline=_LINE,
            )
            x = float(self.left)
            for place, cell in enumerate(line):
                ink = _BLUE if not number else _INK
                self.draw.text((x + 12, self.y + 7), str(cell), font=_font(17, not number), fill=ink)
                x += widest[place] * scale + 24
            self.y += 38
        self.y += 18

    def switch(self, value: Sequence[Any]) -> None:
        text, on = str(value[0]), bool(value[1])
        self.draw.text((self.left, self.y), text, font=_font(19), fill=_INK)
        x = self.right - 56
        self.draw.rounded_rectangle(
            (x, self.y, x + 52, self.y + 28), 14, fill=_BLUE if on else (190, 196, 204)
        )
        knob = x + (26 if on else 2)
        self.draw.ellipse((knob, self.y + 2, knob + 24, self.y + 26), fill=_WHITE)
        self.y += 46

    def button(self, text: str) -> None:
        font = _font(18, True)
        width = int(font.getlength(text)) + 56
        self.draw.rounded_rectangle((self.left, self.y, self.left + width, self.y + 44), 8, fill=_BLUE)
        self.draw.text((self.left + 28, self.y + 8), text, font=font, fill=_WHITE)
        self.y += 58

    def code(self, lines: Sequence[str]) -> None:
        height = 28 * len(lines) + 24
        self.draw.rounded_rectangle(
            (self.left, self.y, self.right, self.y + height), 8, fill=(243, 244, 246), outline=_LINE
        )
        for number, line in enumerate(lines):
            self.draw.text(
                (self.left + 18, self.y + 12 + 28 * number), line, font=_font(17), fill=(55, 65, 81)
            )
        self.y += height + 16

    def block(self, kind: str, value: Any) -> None:
        """One block of `pictures.yaml`."""
        writers: dict[str, Callable[[Any], None]] = {
            "h": self.heading,
            "p": self.text,
            "hint": self.hint,
            "rows": self.rows,
            "table": self.table,
            "switch": self.switch,
            "button": self.button,
            "code": self.code,
            "me": lambda text: self.bubble(text, mine=True),
            "ai": lambda text: self.bubble(text, mine=False),
        }
        writers[kind](value)


def _page(draw: ImageDraw.ImageDraw, width: int, spec: Mapping[str, Any]) -> int:
    """A browser window; gives where its inside begins."""
    draw.rectangle((0, 0, width, 46), fill=(229, 232, 237))
    for place, ink in enumerate(((236, 106, 94), (244, 191, 79), (97, 197, 84))):
        draw.ellipse((18 + 24 * place, 16, 32 + 24 * place, 30), fill=ink)
    draw.rounded_rectangle((110, 9, width - 20, 37), 8, fill=_WHITE)
    draw.text((124, 12), str(spec.get("url", "")), font=_font(15), fill=_GREY)
    draw.rectangle((0, 46, width, 100), fill=_BLUE)
    draw.text((40, 58), str(spec["title"]), font=_font(22, True), fill=_WHITE)
    return 124


def _phone(draw: ImageDraw.ImageDraw, width: int, spec: Mapping[str, Any]) -> int:
    draw.rectangle((0, 0, width, 92), fill=_WHITE)
    draw.text((22, 8), "9:41", font=_font(16, True), fill=_INK)
    draw.text((width - 70, 8), "100%", font=_font(15), fill=_GREY)
    font = _font(20, True)
    draw.text(((width - font.getlength(spec["title"])) / 2, 50), spec["title"], font=font, fill=_INK)
    draw.line((0, 92, width, 92), fill=_LINE)
    return 116


def _paper(draw: ImageDraw.ImageDraw, width: int, spec: Mapping[str, Any]) -> int:
    font = _font(32, True)
    draw.text(((width - font.getlength(spec["title"])) / 2, 60), spec["title"], font=font, fill=_INK)
    if number := spec.get("number"):
        small = _font(17)
        draw.text(((width - small.getlength(number)) / 2, 116), number, font=small, fill=_GREY)
    return 166


def _seal(draw: ImageDraw.ImageDraw, right: int, y: int, owner: str) -> None:
    """An invented seal that says it is one."""
    box = (right - 170, y, right - 20, y + 150)
    draw.ellipse(box, outline=_RED, width=4)
    name, _, place = owner.partition("（")
    for size, text, down in ((15, name, 38), (28, "示例章", 58), (13, f"（{place}", 98)):
        font = _font(size, size > 20)
        draw.text((right - 95 - font.getlength(text) / 2, y + down), text, font=font, fill=_RED)


_KINDS: dict[str, tuple[int, int, Callable[[ImageDraw.ImageDraw, int, Mapping[str, Any]], int]]] = {
    "page": (960, 40, _page),
    "phone": (430, 22, _phone),
    "paper": (820, 80, _paper),
}


def draw_file(name: str, spec: Mapping[str, Any], *, seal: str, label: str) -> bytes:
    """The file behind one entry of `pictures.yaml`, a PNG or, by its name, a one-page PDF like a scan of a paper.

    The same spec gives the same bytes.
    """
    image = _draw(spec, seal, label)
    out = io.BytesIO()
    if name.endswith(".pdf"):
        image.save(
            out, "PDF", resolution=100, quality=82, title=name, creationDate=_NO_CLOCK, modDate=_NO_CLOCK
        )
    else:
        image.quantize(48, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _draw(spec: Mapping[str, Any], seal: str, label: str) -> Image.Image:
    width, margin, frame = _KINDS[spec["kind"]]
    is_paper = spec["kind"] == "paper"
    image = Image.new("RGB", (width, _MAX_HEIGHT), _WHITE if is_paper else _DESK)
    draw = ImageDraw.Draw(image)
    pen = _Pen(draw, margin, width - margin, frame(draw, width, spec), label)
    for block in spec["blocks"]:
        for kind, value in block.items():
            pen.block(kind, value)
    if is_paper:
        _seal(draw, pen.right, pen.y + 4, str(spec.get("seal", seal)))
        pen.y += 170
    bottom = min(pen.y + 44, _MAX_HEIGHT)
    font = _font(14)
    draw.text((width - margin - font.getlength(_FOOT), bottom - 32), _FOOT, font=font, fill=(160, 166, 175))
    image = image.crop((0, 0, width, bottom))
    ImageDraw.Draw(image).rectangle((0, 0, width - 1, bottom - 1), outline=_LINE)
    return image
