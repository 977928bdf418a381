"""Articles of several pages, put together from captures in any order, and more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from crawler.items import Article
from crawler.pages import PageError
from crawler.reading import Reading, join

__all__ = ["Parts"]

_APART = timedelta(days=1)
"""How far apart the captures of one article's pages may be: pages of different days may be of
different texts."""


class Parts:
    """Holds the pages of articles that have several until all are there."""

    def __init__(self, page_number: Callable[[str], int]) -> None:
        """`page_number` tells which page of its article an address is."""
        self._page_number = page_number
        self._first: dict[str, list[Reading]] = defaultdict(list)
        self._further: dict[str, dict[int, list[Reading]]] = defaultdict(lambda: defaultdict(list))

    def begin(self, reading: Reading) -> None:
        """A first page that goes on elsewhere."""
        self._first[str(reading.item.id)].append(reading)

    def add(self, reading: Reading, number: int) -> None:
        """A further page."""
        self._further[str(reading.item.id)][number].append(reading)

    def whole(self) -> Iterator[tuple[Article, PageError | None]]:
        """Each article begun, with all its pages; or as far as it goes, with what is missing. Last
        come further pages whose first page never came."""
        for identifier, firsts in self._first.items():
            for first in sorted(firsts, key=lambda reading: str(reading.item.fetched_at)):
                yield self._assembled(identifier, first)
        for identifier, pages in self._further.items():
            if identifier not in self._first:
                number, readings = min(pages.items())
                item = readings[0].item
                yield item, PageError("first page missing", f"page {number}", item.layout)

    def _assembled(self, identifier: str, first: Reading) -> tuple[Article, PageError | None]:
        item = first.item
        last = max(map(self._page_number, first.continued))
        number = 2
        while number <= last:
            further = self._nearest(self._further[identifier][number], item)
            if further is None:
                return item, PageError("further page missing", f"page {number}", item.layout)
            join(item, further.item)
            last = max([last, *map(self._page_number, further.continued)])
            number += 1
        return item, None

    @staticmethod
    def _nearest(readings: list[Reading], first: Article) -> Reading | None:
        """The capture nearest in time to that of the first page."""

        def apart(reading: Reading) -> tuple[timedelta, str]:
            item = reading.item
            return abs(_moment(item) - _moment(first)), str(item.fetched_at)

        nearest = min(readings, key=apart, default=None)
        return nearest if nearest and apart(nearest)[0] <= _APART else None


def _moment(item: Article) -> datetime:
    return datetime.fromisoformat(str(item.fetched_at))
