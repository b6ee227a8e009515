"""A few risks of annex A, enough to sort keywords by."""

import pytest

from filingdesk.domain.risks import Risk

_VALUES = "包含违反社会主义核心价值观的内容"
_DISCRIMINATION = "包含歧视性内容"


@pytest.fixture(scope="session")
def risks() -> list[Risk]:
    return [
        Risk("A.1.a", "煽动颠覆国家政权、推翻社会主义制度", "A.1", _VALUES),
        Risk("A.1.f", "宣扬暴力、淫秽色情", "A.1", _VALUES),
        Risk("A.2.a", "民族歧视内容", "A.2", _DISCRIMINATION),
        Risk("A.2.i", "其他方面歧视内容", "A.2", _DISCRIMINATION),
        Risk("A.3.a", "侵犯他人知识产权", "A.3", "商业违法违规"),
        Risk(
            "A.5.b",
            "内容不可靠，虽然不包含严重错误的内容，但无法对使用者形成帮助",
            "A.5",
            "无法满足特定服务类型的安全需求",
        ),
    ]
