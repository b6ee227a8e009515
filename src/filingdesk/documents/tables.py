"""How wide the columns of a table are, the same for Word and pdf."""

from filingdesk.documents.blocks import Column, Row, grid


def column_shares(widths: tuple[float, ...], lengths: tuple[int, ...]) -> list[float]:
    """Shares of the table width (summing to 1): given widths win; the others divide the rest by their text length."""
    open_total = sum(1 for width in widths if not width)
    if not open_total:
        return [width / sum(widths) for width in widths]
    rest = max(100.0 - sum(widths), 12.0 * open_total)
    weights = [
        min(max(length, 4), 30) ** 0.7 if not width else 0.0
        for width, length in zip(widths, lengths, strict=True)
    ]
    shares = [width or rest * weight / sum(weights) for width, weight in zip(widths, weights, strict=True)]
    return [share / sum(shares) for share in shares]


def column_lengths(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> tuple[int, ...]:
    """The longest text of each column (cells that span several columns do not count)."""
    longest = [0] * len(columns)
    for row in grid(rows, len(columns)):
        for c, (cell, *_) in enumerate(row):
            if cell.colspan == 1:
                length = max((sum(len(run.text) for run in para) for para in cell.paras), default=0)
                longest[c] = max(longest[c], length)
    return tuple(longest)
