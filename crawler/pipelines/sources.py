"""Names of sources are controlled: one spelling for one outlet, from one table.

A name that is not in the table stays as printed and is counted (`sources/unknown/<name>`, those
beyond the first 200 as `others`), which says what to add. Several sources are taken apart only where every part is known: the comma of
`Office of Science, Beijing` is not the one of `AFP, Reuters`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter

from crawler.text import collapse

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

__all__ = ["NAMES", "SourcePipeline", "control", "is_known", "read_sources"]

NAMES: dict[str, tuple[str, ...]] = {
    # Controlled name: other spellings. Case, `www.` and the form of apostrophes do not matter.
    "ECNS": ("Ecns.cn", "CNS"),
    # The agency that owns ECNS. ECNS pages name it in photo credits and speak of it as another
    # outlet than the site, so it keeps its own name.
    "China News Service": (),
    "China Daily": ("chinadaily.com.cn", "chinadaily.com", "chinadaily", "China Daily Online"),
    # Stands in the author slot of chinadaily.com.cn pages.
    "China Daily HK Edition": ("HK Edition",),
    "China Daily USA": (),
    "China Daily Global": (),
    "China Daily Europe": (),
    # chinaview.cn was the address of Xinhua's English pages: articles of 2007 and 2008 print it
    # as their source above a dateline `(Xinhua)`.
    "Xinhua": ("Xinhua News Agency", "chinaview.cn", "Xinhua News", "English.news.cn", "news.cn"),
    # Not the agency: a page of 2008 has the dateline `(Xinhuanet)` over copy of `(Agencies)`.
    "Xinhuanet": ("xinhuanet.com", "Xinhua Online"),
    "Global Times": ("GT", "globaltimes.cn", "Globaltimes.com.cn"),
    "People's Daily": (),
    "People's Daily Online": (
        "people.com.cn",
        "en.people.cn",
        "english.people.com.cn",
        "peopledaily.com.cn",
        "english.peopledaily.com.cn",
        "People Daily Online",
        "People's Daily Online English",
    ),
    "People's Daily app": (),
    "People's Daily Overseas Edition": (),
    "CGTN": ("cgtn.com", "China Global Television Network"),
    "CCTV": ("cctv.com", "CCTV English", "english.cctv.com", "China Central Television"),
    "CNTV": ("cntv.cn", "english.cntv.cn"),
    "CRI": ("China Radio International", "CRI Online", "CRIENGLISH.com", "english.cri.cn"),
    "China.org.cn": (),
    "China Military Online": ("chinamil.com.cn", "eng.chinamil.com.cn", "China Military"),
    "Ministry of National Defense": ("mod.gov.cn", "eng.mod.gov.cn"),
    "Beijing Review": ("bjreview.com", "bjreview.com.cn"),
    "Shanghai Daily": ("shanghaidaily.com",),
    "SHINE": ("shine.cn",),
    "Sixth Tone": ("sixthtone.com",),
    "Science and Technology Daily": (),
    "AFP": ("Agence France-Presse",),
    "AP": ("Associated Press", "The Associated Press"),
    "Reuters": (),
    "Bloomberg": (),
    "Kyodo": ("Kyodo News",),
    "Agencies": (),
    "PRNewswire": ("PR Newswire",),
    "Business Wire": ("Businesswire",),
    "GlobeNewswire": ("Globe Newswire",),
}
"""Controlled names and the other spellings under which the portals print them."""


def _key(name: str) -> str:
    key = collapse(name).replace("’", "'").replace("‘", "'").casefold()
    return re.sub(r"^(?:https?://)?www\.", "", key).rstrip("/")


_BY_KEY = {_key(form): name for name, forms in NAMES.items() for form in (name, *forms)}
_BRACKETS = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]*?)\s*[)\]）】]")
_LABEL = re.compile(r"Source(?:s|\(s\))?\s*[:：]\s*\|?\s*|\|\s*", re.IGNORECASE)
_MARKS = re.compile(r"\s*[/,;|、，]\s*")
_WEAK_MARKS = re.compile(r"\s*[–-]\s*|\s+(?:and|&)\s+")  # stand within names, too
_LONGEST, _MOST_COUNTED = 80, 200
"""Letters of a name that is counted, and how many names are counted by themselves."""


def control(name: str) -> str:
    """The controlled name of an outlet; one that is not in the table as printed."""
    return _BY_KEY.get(_key(name)) or collapse(name)


def is_known(name: str) -> bool:
    """Whether `name` is in the table, in any of its spellings."""
    return _key(name) in _BY_KEY


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
