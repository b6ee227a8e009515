"""On which pages of the pdf the headings and signature places of a paper stand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PageMap:
    """`headings` and `places` give a page number (from 1) for each heading and each signature place, in reading order."""

    total: int
    headings: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
