"""A small tree of facts and papers made on the spot, for all tests of the papers' machinery."""

from pathlib import Path

from pydantic import BaseModel, Field

from filingdesk.documents.paper import Paper, parse_spec

GOLDEN = Path(__file__).parents[2] / "golden" / "engine"
SHOT = "标识截图.png#0123456789abcdef"

LABELS = {
    "algorithm.name": "算法名称",
    "algorithm.intro": "算法简介",
    "algorithm.proof": "证明材料",
    "algorithm.shots": "标识截图",
    "officer.mobile": "手机号码",
    "products": "产品",
}


class Product(BaseModel):
    id: str = ""
    name: str = ""
    forms: list[str] = []
    note: str = ""


class Algorithm(BaseModel):
    name: str = ""
    intro: str = ""
    kind: list[str] = []
    launched_on: str = ""
    shots: list[str] = []
    proof: list[str] = []


class Officer(BaseModel):
    name: str = ""
    mobile: str = ""


class SmallFacts(BaseModel):
    algorithm: Algorithm = Field(default_factory=Algorithm)
    officer: Officer = Field(default_factory=Officer)
    products: list[Product] = []


def label_of(path: str) -> str:
    return LABELS.get(path, f"字段 {path}")


def filled() -> SmallFacts:
    return SmallFacts(
        algorithm=Algorithm(
            name="示例问答生成算法",
            intro="先检索，再生成。\n第二段以 # 开头也不是标题。",
            kind=["生成合成类"],
            launched_on="2026-09-01",
            shots=[SHOT],
            proof=["证明.pdf#fedcba9876543210"],
        ),
        officer=Officer(name="王样本", mobile="13800000000"),
        products=[
            Product(id="a", name="示例客服助手", forms=["网站", "小程序"], note="主要产品"),
            Product(id="b", name="示例检索台", forms=["大屏"]),
        ],
    )


def paper_of(body: str, **spec: str) -> Paper:
    """A paper made in a test; partials as in the golden sample."""
    keys = {"id": "test", "stage": "both", "title": "测试文书", **spec}
    yaml = "\n".join(f"{key}: {value}" for key, value in keys.items())
    return Paper(parse_spec(yaml), body, (("pieces.md", PIECES),), place="test/body.md")


PIECES = "{% macro closing(person) %}负责人：{{ person.name }}{% endmacro %}"
