"""Pages of Xinhua that list articles: list pages, and the JSON that fills them."""

from __future__ import annotations

import re

from lxml import html

from crawler.blocks import Element, text_of
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.xinhua.addresses import ADDRESSES
from crawler.text import collapse
from crawler.urls import identify, resolve

__all__ = ["DataList2022", "List2022", "NodeList2015"]

_SOURCE = re.compile(r"datasource:\s*([0-9A-Fa-f]{32})")
_NAMES_SOURCE = (
    "//@*[contains(., 'datasource:')]/.. | //script[contains(., 'datasource:')]"
    " | //comment()[contains(., 'datasource:')]"
)
_TAG = re.compile(r"<[^<>]+>|&\w+;")


class List2022(ListingPage):
    """A list page: its newest links, and the name of the JSON that holds all. Second hand: by the
    scrapers rhetoric-corpus (2026-10) and hoovercgsp (2025-01)."""

    proven = False
    marker = xpath(
        "//body[//@*[contains(., 'datasource:')] or //script[contains(., 'datasource:')]"
        " or //comment()[contains(., 'datasource:')]]"
        "[not(//*[@id='detail' or @id='detailContent' or @id='p-detail'])]"
    )

    @property
    def links(self) -> list[Link]:
        found: dict[str, Link] = {}
        for anchor in self.bounded(self.root.xpath("//a[@href]")):
            link = self.link(anchor, _beside(anchor))
            address = identify(link.url, ADDRESSES) if link.url else None
            # Picture and headline lead to the same article: the one with most words stands.
            if address:
                before = found.get(address.native)
                if before is None or len(link.headline) > len(before.headline):
                    found[address.native] = link
        if not found and self.onward is None:
            raise PageError("no links to articles")
        return list(found.values())

    @property
    def onward(self) -> str | None:
        """The JSON beside the page. Of several, that of the list itself (`#list`), else the last:
        the first are boxes of a few links."""
        within = self.root.xpath("id('list')//@*[contains(., 'datasource:')]/..")
        named: list[str] = []
        for node in within or self.root.xpath(_NAMES_SOURCE):
            text = f"{' '.join(map(str, node.attrib.values()))} {node.text or ''}"
            named += _SOURCE.findall(text)
        return resolve(self.base, f"ds_{named[-1]}.json") if named else None


class DataList2022(ListingPage):
    """The JSON of a list page, up to 1,000 items, the newest first. Second hand: by the scrapers
    rhetoric-corpus and RSSHub (2026)."""

    proven = False
    feed = True
    marker = xpath("/json/datasource")

    @property
    def links(self) -> list[Link]:
        found = []
        items = self.bounded(self.root.xpath("/json/datasource/item"))
        for item in items:
            href = collapse(item.findtext("publishUrl") or "")
            headline = _plain(item.findtext("title") or item.findtext("showTitle") or "")
            listed = collapse(item.findtext("publishTime") or "") or None
            found.append(Link(resolve(self.base, href), href, headline, listed))
        if items and not any(link.url for link in found):
            raise PageError("rows without links", f"{len(items)} rows")
        return found


class NodeList2015(ListingPage):
    """A list of qc.wa.news.cn in JSONP, as filled pages from 2015 to 2021; one answer of 2020-11-02
    was seen. Whether it still answers is not known."""

    marker = xpath("/json/data/list")

    @property
    def links(self) -> list[Link]:
        found = []
        for item in self.bounded(self.root.xpath("/json/data/list/item")):
            href = collapse(item.findtext("LinkUrl") or "")
            listed = collapse(item.findtext("PubTime") or "") or None
            headline = _plain(item.findtext("Title") or "")
            found.append(Link(resolve(self.base, href), href, headline, listed))
        return found


def _beside(anchor: Element) -> str | None:
    """The date in the row of a link."""
    rows = anchor.xpath("ancestor::*[self::li or contains(concat(' ', @class, ' '), ' item ')][1]")
    times = rows[0].xpath(".//*[contains(concat(' ', @class, ' '), ' time ')]") if rows else []
    return (text_of(times[0]) or None) if len(times) == 1 else None


def _plain(title: str) -> str:
    """A headline without the tags that stand in some."""
    if not _TAG.search(title):
        return collapse(title)
    return text_of(html.fragment_fromstring(title, create_parent="div"))
