"""A paper as it lies on disk: `paper.yaml` says what it is, `body.md` what it says."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from filingdesk.documents.blocks import StyleName
from filingdesk.documents.tokens import RESERVED
from filingdesk.domain.conditions import holds
from filingdesk.domain.errors import UserError

SHARED_FOLDER = "_shared"
"""Beside the papers' folders: pieces any of them may `{% include %}`."""

Format = Literal["docx", "pdf", "html", "xlsx"]
_MAX_SOURCE = 1_000_000


class SignaturePlan(BaseModel):
    """Who signs or seals this paper, for the map of signatures; the place itself stands in the body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    who: str = ""
    """Path of the fact that names the person, if any."""
    kind: Literal["sign", "seal", "sign+seal"] = "sign"


class PaperVariant(BaseModel):
    """What the paper is called and where it lies in another kind of filing (登记 has its own names); blank = as usual."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    condition: dict[str, Any] = Field(alias="if")
    title: str = ""
    file_name: str = ""
    folder: str = ""


class PaperSpec(BaseModel):
    """The keys of `paper.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    stage: Literal["algorithm", "large-model", "both"]
    title: str
    """Printed at the top and used in lists; plain text."""
    subtitle: str = ""
    """One line below the title; may hold `{{ … }}`."""
    file_name: str = ""
    """File name without number and extension; the title when blank."""
    formats: tuple[Format, ...] = ("docx", "pdf")
    order: float = 100
    folder: str = ""
    """Folder in the submission bundle, blank = its top."""
    style: StyleName = "official"
    show_title: bool = True
    toc: bool = False
    header: str = ""
    """Small line at the head of each page; may hold `{{ … }}`."""
    signatures: tuple[SignaturePlan, ...] = ()
    needs: tuple[str, ...] = ()
    """Paths that must be filled for this paper though its text does not show them (attachments, say)."""
    clauses: tuple[str, ...] = ()
    source: Literal["law", "standard", "standard_unchecked", "practice", "vendor", "derived"] | None = None
    condition: dict[str, Any] | None = Field(default=None, alias="if")
    """A condition (`domain.conditions`): when it is false this paper is not asked for."""
    variants: tuple[PaperVariant, ...] = ()
    """The first one whose condition holds gives title, file name and folder."""
    bundle: bool | dict[str, Any] = True
    """Whether it goes into the bundle: always, never (a working paper), or under a condition."""
    on_request: bool = False
    """Made only when asked for by name: no filing is incomplete without it."""
    note: str = ""
    """One sentence for the officer, shown beside the paper, never printed."""


@dataclass(frozen=True)
class Paper:
    """A loaded paper. `partials` are the shared pieces by file name; `sha256` covers yaml, body and partials."""

    spec: PaperSpec
    body: str
    partials: tuple[tuple[str, str], ...] = field(default=())
    sha256: str = ""
    place: str = "body.md"

    @property
    def id(self) -> str:
        return self.spec.id

    @property
    def title(self) -> str:
        return self.spec.title

    @property
    def file_name(self) -> str:
        return self.spec.file_name or self.spec.title

    def placed(self, lookup: Callable[[str], Any]) -> "Paper":
        """This paper under the name and in the folder that the facts call for; `lookup` reads a path."""
        for variant in self.spec.variants:
            if holds(variant.condition, lookup):
                named = {
                    key: value for key in ("title", "file_name", "folder") if (value := getattr(variant, key))
                }
                return replace(self, spec=self.spec.model_copy(update=named))
        return self

    def is_bundled(self, lookup: Callable[[str], Any]) -> bool:
        """Does it go into the bundle, as the facts stand?"""
        bundle = self.spec.bundle
        return bundle if isinstance(bundle, bool) else holds(bundle, lookup)


def load_paper(folder: Path) -> Paper:
    """Read `folder/paper.yaml`, `folder/body.md` and the shared pieces beside the folder.

    Raises `UserError` naming file, line or key when something is missing, unreadable or unknown.
    """
    yaml_text = _read(folder / "paper.yaml")
    body = _read(folder / "body.md")
    shared = folder.parent / SHARED_FOLDER
    partials = (
        tuple((path.name, _read(path)) for path in sorted(shared.glob("*.md"))) if shared.is_dir() else ()
    )
    digest = hashlib.sha256()
    for text in (yaml_text, body, *(part for pair in partials for part in pair)):
        digest.update(len(text).to_bytes(8, "big") + text.encode())
    return Paper(
        parse_spec(yaml_text, f"{folder.name}/paper.yaml"),
        body,
        partials,
        digest.hexdigest(),
        f"{folder.name}/body.md",
    )


def load_papers(root: Path) -> list[Paper]:
    """Every paper below `root`, in their order; two papers with one id are refused."""
    papers = [
        load_paper(path.parent)
        for path in sorted(root.glob("*/paper.yaml"))
        if path.parent.name != SHARED_FOLDER
    ]
    seen: dict[str, Paper] = {}
    for paper in papers:
        if paper.id in seen:
            raise UserError(
                "template.duplicate", f"有两个文书模板用了同一个编号「{paper.id}」。", "请改掉其中一个的 id。"
            )
        seen[paper.id] = paper
    return sorted(papers, key=lambda paper: (paper.spec.order, paper.id))


def parse_spec(text: str, place: str = "paper.yaml") -> PaperSpec:
    """Parse the yaml of a paper; unknown keys and wrong values are refused with their line."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else ""
        raise UserError("template.yaml", f"{place} {line}不是有效的 YAML。", "请检查缩进和冒号。") from error
    if not isinstance(values, dict):
        raise UserError("template.yaml", f"{place} 里没有内容。", "请写上 id、stage、title。")
    try:
        return PaperSpec.model_validate(values)
    except ValidationError as error:
        problems = "；".join(_problem(text, item) for item in error.errors(include_url=False)[:5])
        raise UserError("template.spec", f"{place}：{problems}。", "可用的键见《模板说明》。") from error


def _problem(text: str, item: Any) -> str:
    keys = [str(part) for part in item["loc"]]
    line = next(
        (
            n
            for n, row in enumerate(text.splitlines(), 1)
            if row.strip().lstrip("- ").startswith(f"{keys[-1]}:")
        ),
        None,
    )
    where = f"第 {line} 行「{'.'.join(keys)}」" if line else f"「{'.'.join(keys)}」"
    match item["type"]:
        case "extra_forbidden":
            return f"{where}不是可用的键"
        case "missing":
            return f"缺少{where}"
        case "literal_error":
            return f"{where}只能是 {item['ctx']['expected']}"
        case _:
            return f"{where}的值不对（{item['msg']}）"


def _read(path: Path) -> str:
    place = f"{path.parent.name}/{path.name}"
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UserError(
            "template.missing", f"模板缺少文件 {place}。", "请补上这个文件，或恢复自带模板。"
        ) from error
    except OSError as error:
        raise UserError("template.unreadable", f"读不了模板文件 {place}。", "请检查文件权限。") from error
    if len(data) > _MAX_SOURCE:
        raise UserError("template.too_big", f"模板文件 {place} 超过 1 MB。", "模板只放文字，图片请作为附件。")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UserError(
            "template.encoding", f"模板文件 {place} 不是 UTF-8 编码。", "请另存为 UTF-8。"
        ) from error
    if match := RESERVED.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise UserError(
            "template.reserved",
            f"{place} 第 {line} 行有保留字符 U+{ord(match.group()):04X}。",
            "请删掉这个看不见的字符。",
        )
    return text
