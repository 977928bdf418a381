"""Pages of CGTN that list articles: home pages and sections of three templates, feed, sitemap."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.blocks import Element
from crawler.layouts.feeds import NewsSitemap, RssFeed
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.cgtn.addresses import ADDRESSES
from crawler.text import collapse, is_misread
from crawler.urls import identify

__all__ = ["Feed2026", "Listing2017", "Listing2019", "Listing2021", "Sitemap2026"]

_DATE = re.compile(
    r"\d{1,2}:\d\d, ?\d{1,2}-[A-Z][a-z]{2,3}-\d{4}|\d{4}-\d\d-\d\d \d\d:\d\d GMT\+8", re.ASCII
)
# What a link prints that has no headline: the length of a film, or a button.
_BUTTON = re.compile(
    r"(?:\d{1,2}:)?\d{1,2}:\d\d|(?:View(?: more)?|Replay|Coming up|Live|Watch)", re.IGNORECASE
)
_HIGHEST = 8
"""How many elements above a link the date of its article may be."""


def _with(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


_NO_ARTICLE = (
    "[not(//*[@id='cmsMainContent'])][not(//*[@id='pageNameContent'][@value='notfoundPage'])]"
)
_NEW = "//a[@data-action='News_Click']"
_ROWS_2021 = f"//div[{_with('cg-newsWrapper-in')} or {_with('cg-newsWrapper-outer')}]"
_ROWS_2017 = f"//div[{_with('news-item')}]"


class _Links(ListingPage):
    """Every link to an article, wherever it stands, with the only date printed near it."""

    @property
    def links(self) -> list[Link]:
        found: dict[str, Link] = {}
        ranks: dict[str, tuple[bool, int]] = {}
        for anchor in self.bounded(self.root.xpath("//body//a[@href]")):
            native = self._native(anchor)
            if native is None:
                continue
            link = self.link(anchor, self._date_of(anchor, native))
            # Picture, headline and button link to the same article: the link that says what its
            # `data-label` says stands, or the one with most words. The page of 2021-09-13 was
            # stored in a wrong codec: two of its headlines are none, all else is whole.
            if _BUTTON.fullmatch(link.headline) or is_misread(link.headline):
                link = replace(link, headline="")
            label = collapse(anchor.get("data-label") or "")
            rank = (bool(label) and link.headline == label, len(link.headline))
            before = found.setdefault(native, link)
            found[native] = replace(
                before,
                headline=link.headline if rank > ranks.get(native, (False, 0)) else before.headline,
                listed_text=before.listed_text or link.listed_text,
            )
            ranks[native] = max(rank, ranks.get(native, (False, 0)))
        if not found:
            raise PageError("no links to articles")
        return list(found.values())

    def _native(self, anchor: Element) -> str | None:
        link_url = self.link(anchor).url
        address = identify(link_url, ADDRESSES) if link_url else None
        return address.native if address else None

    def _date_of(self, anchor: Element, native: str) -> str | None:
        """The date in the smallest element around a link that has one, if all links to articles
        in it are to this one and it has no other date."""
        node = anchor
        for _ in range(_HIGHEST):
            node = node.getparent()
            if node is None or node.tag == "body":
                return None
            natives = {self._native(other) for other in node.iter("a")} - {None, native}
            if natives:
                return None
            dates = set(_DATE.findall(collapse(" ".join(node.itertext("*")))))
            if dates:
                return dates.pop() if len(dates) == 1 else None
        return None


class Listing2021(_Links):
    """The home page of 2021-09-13, and sections: `.cg-newsWrapper-in`, `.cg-time`."""

    marker = xpath(f"//body[.{_ROWS_2021}]{_NO_ARTICLE}")


class Listing2019(_Links):
    """The home page of 2019-01-21, and sections: `a[data-action=News_Click]`, `.cg-time`."""

    marker = xpath(f"//body[.{_NEW}][not(.{_ROWS_2021})]{_NO_ARTICLE}")


class Listing2017(_Links):
    """The home page of 2019-01-16, days before it was replaced: `.news-item`, `.time`."""

    marker = xpath(f"//body[.{_ROWS_2017}][not(.{_NEW})][not(.{_ROWS_2021})]{_NO_ARTICLE}")


class Feed2026(RssFeed):
    """The RSS feed of a section, 50 entries. Second hand: lists of feeds that others read in 2026;
    none was seen, and it is read as the standard has it."""

    proven = False


class Sitemap2026(NewsSitemap):
    """A sitemap of up to 30,000 articles, with `news:publication_date` in UTC (`Z`). Second hand:
    the collector of jonawalb/rhetoric-corpus, live 2026-10; no XML was seen."""

    proven = False
