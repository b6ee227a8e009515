"""Widths of columns: the template's, moved to where words would be broken; the same in every format."""

from hypothesis import given, settings
from hypothesis import strategies as st

from filingdesk.documents.blocks import Cell, Column, Row, Run
from filingdesk.documents.tables import cell_lines, column_shares

WIDTH, SIZE = 440.0, 10.5


def row(*texts: str) -> Row:
    return tuple(Cell(((Run(text),),)) for text in texts)


def lines_of(columns: tuple[Column, ...], rows: tuple[Row, ...], shares: list[float]) -> int:
    return sum(
        max(cell_lines(cell, share * WIDTH, SIZE) for cell, share in zip(cells, shares, strict=True))
        for cells in rows
    )


def test_room_goes_from_columns_that_have_it_to_those_that_lack_it() -> None:
    columns = (Column(15), Column(60), Column(25))
    rows = (row("编号", "名称", "依据"), row("AL-1", "有制度", "《互联网信息服务算法推荐管理规定》第七条"))
    shares = column_shares(columns, rows, WIDTH, SIZE)
    assert abs(sum(shares) - 1) < 1e-9
    assert shares[2] > 0.4
    assert lines_of(columns, rows, shares) == 2


def test_widths_that_fit_are_left_as_the_template_says() -> None:
    columns = (Column(30), Column(70))
    rows = (row("项目", "说明"), row("甲", "乙"))
    assert column_shares(columns, rows, WIDTH, SIZE) == [0.3, 0.7]


def test_short_words_are_not_broken_for_long_ones() -> None:
    columns = (Column(18), Column(14), Column(68))
    rows = (row("环节", "类别", "内容"), *[row("输入关键词", "输入审核", "很长的说明" * 30)] * 4)
    shares = column_shares(columns, rows, WIDTH, SIZE)
    for cell, share in zip(rows[1][:2], shares, strict=False):
        assert cell_lines(cell, share * WIDTH, SIZE) == 1


def test_a_label_beside_merged_cells_takes_nothing_that_these_need() -> None:
    columns = (Column(18), Column(32), Column(18), Column(32))
    wide = Cell(((Run("说明" * 60),),), colspan=3)
    rows = tuple((Cell(((Run("软硬件设施及部署位置"),),)), wide) for _ in range(5))
    shares = column_shares(columns, rows, WIDTH, SIZE)
    given = [column.width / 100 for column in columns]
    room = [sum(widths[1:]) * WIDTH for widths in (shares, given)]
    assert cell_lines(wide, room[0], SIZE) <= cell_lines(wide, room[1], SIZE)


CELLS = st.text(alphabet="字。，AB12 -", max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(8, 40), min_size=n, max_size=n),
            st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=8),
        )
    )
)
def test_a_table_never_becomes_taller_and_keeps_all_its_width(
    made: tuple[list[int], list[list[str]]],
) -> None:
    widths, texts = made
    columns = tuple(Column(float(width)) for width in widths)
    rows = tuple(row(*cells) for cells in texts)
    shares = column_shares(columns, rows, WIDTH, SIZE)
    assert abs(sum(shares) - 1) < 1e-9
    assert all(share > 0 for share in shares)
    assert shares == column_shares(columns, rows, WIDTH, SIZE)
    given_shares = [width / sum(widths) for width in widths]
    short = sum(1 for cells in texts for text in cells if 0 < len(text) <= 10)
    # A broken short word counts for a part of a line.
    assert lines_of(columns, rows, shares) <= lines_of(columns, rows, given_shares) + 0.15 * short
