"""Names of sources are controlled: one spelling for one outlet (`crawler.outlets`).

A name that is not in the table stays as printed and is counted (`sources/unknown/<name>`, those
beyond the first 200 as `others`), which says what to add. Several sources are taken apart only where every part is known: the comma of
`Office of Science, Beijing` is not the one of `AFP, Reuters`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter

from crawler.outlets import control, is_known
from crawler.text import collapse

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

__all__ = ["SourcePipeline", "read_sources"]

_BRACKETS = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]*?)\s*[)\]）】]")
_LABEL = re.compile(r"Source(?:s|\(s\))?\s*[:：]\s*\|?\s*|\|\s*", re.IGNORECASE)
_MARKS = re.compile(r"\s*[/,;|、，]\s*")
_WEAK_MARKS = re.compile(r"\s*[–-]\s*|\s+(?:and|&)\s+")  # stand within names, too
_LONGEST, _MOST_COUNTED = 80, 200
"""Letters of a name that is counted, and how many names are counted by themselves."""


# The end of a print edition's slug, `(China Daily 05/12/2011 page5)`; an issue of Beijing Review,
# `NO. 35 SEPTEMBER 1, 2022`, which stands where its pages have a source.
_SLUG = re.compile(r"\s+[0-9]{2}/[0-9]{2}/[0-9]{4}\s+page\s?\w{1,4}(?=\s*[)）]?$)", re.IGNORECASE)
_ISSUE = re.compile(r"NOS?\. ?\d.*", re.IGNORECASE)


def read_sources(text: str | None) -> list[str]:
    """Controlled names of a source as printed, in order: `Source(s): AFP, Reuters`."""
    name = _SLUG.sub("", collapse(text or ""))
    if whole := _BRACKETS.fullmatch(name):
        name = whole[1]
    name = _LABEL.sub("", name, count=1) if _LABEL.match(name) else name
    if whole := _BRACKETS.fullmatch(name):
        name = whole[1]
    if not any(letter.isalpha() for letter in name) or _ISSUE.fullmatch(name):
        return []
    if name[:4].lower() == "for " and is_known(name[4:]):
        name = name[4:]
    if is_known(name):
        return [control(name)]
    parts: list[str] = []
    for part in _MARKS.split(name):
        parts += [part] if is_known(part) else _WEAK_MARKS.split(part)
    if not all(map(is_known, parts)):
        return [collapse(name)]
    return list(dict.fromkeys(map(control, parts)))


class SourcePipeline:
    """Sets `sources` from `source_text`, and from what a layout left in `sources` as printed: the
    first of two sources that a page prints."""

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats
        self._counted: set[str] = set()
        """Names that have a count of their own."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats
        return cls(crawler.stats)

    def process_item(self, item: Any) -> Any:
        adapter = ItemAdapter(item)
        printed = [*(adapter.get("sources") or []), adapter.get("source_text")]
        names = (name for text in printed for name in read_sources(text))
        adapter["sources"] = list(dict.fromkeys(names))
        for name in adapter["sources"]:
            if not is_known(name):
                self._count(name[:_LONGEST])
        return item

    def _count(self, name: str) -> None:
        if name not in self._counted and len(self._counted) >= _MOST_COUNTED:
            name = "others"
        else:
            self._counted.add(name)
        self.stats.inc_value(f"sources/unknown/{name}")
