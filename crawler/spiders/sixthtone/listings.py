"""Lists of Sixth Tone: the nodes of the site as JSON, and the feed."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.blocks import Element
from crawler.layouts.feeds import RssFeed
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.sixthtone.addresses import HOME
from crawler.text import collapse
from crawler.urls import resolve

__all__ = ["Feed2023", "NodeList2023", "row_of"]


class NodeList2023(ListingPage):
    """A node of the site as JSON. Second hand: gagdets and SeventhTone; no answer was seen."""

    proven = False
    marker = xpath("/json/data/pageInfo/list")

    @property
    def links(self) -> list[Link]:
        if collapse(self.root.findtext("code") or "") != "200":
            raise PageError("no list", f"code {self.root.findtext('code')}")
        return [
            row_of(item)
            for item in self.bounded(self.root.xpath("/json/data/pageInfo/list//item[contId]"))
            if collapse(item.findtext("contId") or "")
        ]


def row_of(item: Element) -> Link:
    """A row; one that leads out of the site has a link of its own."""
    own = f"/news/{collapse(item.findtext('contId') or '')}"
    href = collapse(item.findtext("link") or "") or own
    listed = collapse(item.findtext("pubTime") or "")
    if not listed and (stamp := collapse(item.findtext("pubTimeLong") or "")).isdecimal():
        listed = datetime.fromtimestamp(int(stamp[:13]) / 1000, UTC).isoformat(timespec="seconds")
    headline = collapse(item.findtext("name") or "")
    return Link(resolve(HOME, href), href, headline, listed or None)


class Feed2023(RssFeed):
    """The RSS feed, without dates. Second hand: two lists of feeds of 2026 and a note on its links;
    no snapshot of it was seen."""

    proven = False
