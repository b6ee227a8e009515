"""A paper as it lies on disk: `paper.yaml` says what it is, `body.md` what it says."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from filingdesk.documents.blocks import StyleName
from filingdesk.documents.faults import Fault, TemplateError
from filingdesk.documents.plain_yaml import check_characters, line_of_key, read_yaml
from filingdesk.domain.conditions import ConditionError, holds, validate
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
    order: float = Field(default=100, allow_inf_nan=False)
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
    yaml: str = ""
    """The text that `spec` was read from."""

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
    shared = folder.parent / SHARED_FOLDER
    partials = (
        tuple((path.name, read_source(path)) for path in sorted(shared.glob("*.md")))
        if shared.is_dir()
        else ()
    )
    return assemble(
        folder.name, read_source(folder / "paper.yaml"), read_source(folder / "body.md"), partials
    )


def assemble(folder: str, yaml_text: str, body: str, partials: tuple[tuple[str, str], ...]) -> Paper:
    """A paper from its texts; `folder` names it in sentences about faults. Raises `TemplateError` for a bad yaml."""
    digest = hashlib.sha256()
    for text in (yaml_text, body, *(part for pair in partials for part in pair)):
        digest.update(len(text).to_bytes(8, "big") + text.encode())
    spec = parse_spec(yaml_text, f"{folder}/paper.yaml")
    return Paper(spec, body, partials, digest.hexdigest(), f"{folder}/body.md", yaml_text)


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
    values = read_yaml(text, place)
    if not isinstance(values, dict):
        raise TemplateError(Fault(place, None, " 里没有内容", "请写上 id、stage、title。", "template.yaml"))
    try:
        spec = PaperSpec.model_validate(values)
        for condition in (spec.condition, spec.bundle, *(variant.condition for variant in spec.variants)):
            if not isinstance(condition, bool):
                validate(condition)
    except ValidationError as error:
        raise TemplateError(
            *(_problem(text, place, item) for item in error.errors(include_url=False)[:20])
        ) from error
    except ConditionError as error:
        line = line_of_key(text, "if") or line_of_key(text, "bundle")
        message = "「if」或「bundle」的条件写法不对"
        raise TemplateError(Fault(place, line, message, _SPEC_HINT, "template.spec")) from error
    return spec


_SPEC_HINT = "可用的键见《模板说明》。"


def _problem(text: str, place: str, item: Any) -> Fault:
    keys = [str(part) for part in item["loc"]]
    line = line_of_key(text, next((key for key in reversed(keys) if not key.isdigit()), ""))
    name = f"「{'.'.join(keys)}」"
    match item["type"]:
        case "extra_forbidden":
            message = f"{name}不是可用的键"
        case "missing":
            line, message = None, f"缺少{name}"
        case "literal_error":
            message = f"{name}只能是 {item['ctx']['expected'].replace(' or ', ' 或 ')}"
        case _:
            message = f"{name}的值不对（{_WRONG.get(item['type'], '写法不对')}）"
    return Fault(place, line, message, _SPEC_HINT, "template.spec")


_WRONG = {
    "string_type": "应是一段文字，数字和日期请加引号",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "float_type": "应是数字",
    "float_parsing": "应是数字",
    "finite_number": "应是数字",
    "tuple_type": "应是列表",
    "dict_type": "应是“键: 值”",
    "model_type": "应是“键: 值”",
    "string_pattern_mismatch": "只能用小写字母、数字和连字符",
}


def read_source(path: Path) -> str:
    """The text of a template file. `UserError` names file and line of what cannot be read."""
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
    check_characters(text, place)
    return text
