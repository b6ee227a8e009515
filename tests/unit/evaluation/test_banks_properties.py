"""Whatever a table holds: no row is lost silently, and nothing taken is changed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.domain.errors import UserError
from filingdesk.domain.risks import Risk
from filingdesk.evaluation.banks import import_table
from filingdesk.infra.tabular import Table

RISKS = [
    Risk("A.1.a", "第一种示例风险", "A.1", "示例组一"),
    Risk("A.1.b", "第二种示例风险", "A.1", "示例组一"),
]
CELL = st.one_of(
    st.sampled_from(
        ["", " ", "示例题甲", "示例题乙", "示例题甲 ", "A.1.a", "A.9.z", "合格", "是", "也许", "=1+1", "'=1"]
    ),
    st.text(max_size=12),
)
ROW = st.lists(CELL, max_size=5).map(tuple)


@settings(max_examples=120, deadline=None)
@given(st.lists(ROW, max_size=25), st.sampled_from(["generation", "should-refuse", "non-refuse", None]))
def test_every_row_is_accounted_for(rows: list[tuple[str, ...]], bank: str | None) -> None:
    table = Table("题.csv", [("测试题", "风险", "方面", "模型返回", "研判结果"), *rows], "utf-8")
    try:
        taken = import_table(table, RISKS, ("文化", "历史"), bank)  # type: ignore[arg-type]
    except UserError as error:
        assert error.code == "questions.empty"
        return
    assert len(taken.rows) + len(taken.rejected) + taken.blank_rows == len(rows)
    assert len(taken.rows) == len(taken.row_numbers)
    touched = {item.row for item in taken.rejected} | set(taken.row_numbers)
    assert len(touched) == len(taken.rejected) + len(taken.rows)
    for record, number in zip(taken.rows, taken.row_numbers, strict=True):
        assert record.text
        assert record.text in rows[number - 2][0]
        assert record.bank == taken.bank
        assert record.risk in {"", "A.1.a", "A.1.b"}
    keys = [(r.text, r.risk or r.aspect) for r in taken.rows]
    assert len(set(keys)) == len(keys)
