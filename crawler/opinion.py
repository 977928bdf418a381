"""A second opinion on pages that a layout reads: does a generic extractor read the same article?

A layout whose rules have gone astray still gives records. Of every layout some articles of a run
are read generically, too; where headline or body are too unlike, it is counted and reported.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from scrapy.http import Response, TextResponse

from crawler.generic import disagreement, is_available, read_generic
from crawler.items import Article
from crawler.parsing import decoded
from crawler.text import printable, sha256_of

__all__ = ["Opinions"]

_FIRST = 5
"""Articles of a layout that are looked at in each run, whatever their id."""
_MOST = 50
"""Addresses that are named in a report."""


class Opinions:
    """Asked for each article read. Stats: `articles/compared/<layout>`,
    `articles/disputed/<layout>`, `disputed` (the addresses)."""

    def __init__(self, stats: Any, every: int) -> None:
        """`every`: after the first of a layout, one in so many is looked at; 0 for none."""
        self._stats = stats
        self._every = every if is_available() else 0
        self._read: Counter[str] = Counter()

    def ask(self, response: Response, item: Article) -> None:
        """Compares what was read with the generic reading, if the page is of the sample."""
        layout = str(item.layout)
        self._read[layout] += bool(self._every)
        if not self._every or item.kind != "article" or not self._is_drawn(layout, str(item.id)):
            return
        try:
            page = decoded(response)
            reading = read_generic(page, fast=True) if isinstance(page, TextResponse) else None
        except Exception as error:  # noqa: BLE001 - whatever the extractor does, the article stands
            self._stats.inc_value(f"articles/opinion_failed/{type(error).__name__}")
            return
        if reading is None:
            return
        self._stats.inc_value(f"articles/compared/{layout}")
        what = disagreement(reading, item.headline, item.body)
        if what is None:
            return
        self._stats.inc_value(f"articles/disputed/{layout}")
        disputed = self._stats.get_value("disputed", [])
        if len(disputed) < _MOST:
            said = {"url": printable(str(item.url)), "layout": layout, "disputed": what}
            self._stats.set_value("disputed", [*disputed, said])

    def _is_drawn(self, layout: str, identifier: str) -> bool:
        by_lot = int(sha256_of(identifier)[:8], 16) % self._every == 0
        return by_lot or self._read[layout] <= _FIRST
