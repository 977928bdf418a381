"""Pages of CCTV English that list articles."""

from __future__ import annotations

from crawler.layouts.links import LinkList
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.cctv.addresses import identified
from crawler.text import collapse
from crawler.urls import resolve

__all__ = ["LinkList2026", "Listing2026Json"]


class Listing2026Json(ListingPage):
    """The newest of a page of the site, as JSON. Second hand: a collector of October 2026 took the
    addresses from it; the members of a row are those of sister sites of 2025."""

    proven = False
    feed = True
    marker = xpath("/json/data/list")

    @property
    def links(self) -> list[Link]:
        found = []
        for row in self.bounded(self.root.xpath("/json/data/list/item")):
            href = collapse(row.findtext("url") or "")
            if not href:
                raise PageError("rows without links")
            found.append(
                Link(
                    url=resolve(self.base, href),
                    href=href,
                    headline=collapse(row.findtext("title") or ""),
                    listed_text=collapse(row.findtext("focus_date") or "") or None,
                )
            )
        return found


class LinkList2026(LinkList):
    """The home page: no whole one was seen, so what is taken from it is every link to an article.
    Second hand: a collector of October 2026 did so."""

    proven = False
    marker = xpath(
        "//body[.//a[@href]][not(.//*[@id='title_area']) and not(.//*[@id='content_area'])]"
    )
    identified = staticmethod(identified)
