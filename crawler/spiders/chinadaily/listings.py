"""Pages of China Daily that list articles."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.blocks import Element, text_of
from crawler.layouts.feeds import RssFeed
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.chinadaily.addresses import ADDRESSES
from crawler.spiders.chinadaily.page import has_class
from crawler.text import collapse
from crawler.urls import identify, resolve

__all__ = ["Feed2010", "LinkList2015", "Listing2017", "Search2020"]

_ROW = has_class("tw3_01_2")
_CLOCK = re.compile(r"\s*(\d{1,2}:\d\d(?::\d\d)?)$")
_TAG = re.compile(r"</?(?:em|b|i|font|span|strong)\b[^<>]*>", re.IGNORECASE)


class Listing2017(ListingPage):
    """A section's page: links with day and time, above them, on the first page, some without."""

    marker = xpath(f"//{_ROW}[.//a[@href]]")

    @property
    def links(self) -> list[Link]:
        tops = self.root.xpath(f"//{has_class('tw2')}//a[@href]")
        found = _articles([self.link(anchor) for anchor in self.bounded(tops)])
        rows = self.root.xpath(f"//{_ROW}[not(ancestor::{_ROW})]")
        for row in self.bounded(rows):
            headed = row.xpath(".//h4//a[@href] | .//h3//a[@href]") or row.xpath(".//a[@href]")
            links = [self.link(anchor) for anchor in headed]
            best = max(_articles(links) or links[:1], key=_words, default=None)
            days = row.xpath(".//b[not(ancestor::h4) and not(ancestor::h3)]")
            if best:
                found.append(replace(best, listed_text=text_of(days[0]) or None if days else None))
        return found


class LinkList2015(ListingPage):
    """The home page, and those of sections that are no lists: every link to an article, wherever
    it stands. The ticker of 2015 prints the time within the link. Second hand: a tidied copy of
    the home page of 2015-07-12."""

    proven = False
    marker = xpath(f"//body[.//a[@href]][not(.//{_ROW}//a[@href])][not(.//*[@id='Content'])]")

    @property
    def links(self) -> list[Link]:
        found = _articles([self._ticked(a) for a in self.bounded(self.root.xpath("//a[@href]"))])
        if not found:
            raise PageError("no links to articles")
        return found

    def _ticked(self, anchor: Element) -> Link:
        link = self.link(anchor)
        clock = _CLOCK.search(link.headline) if anchor.find(".//i") is not None else None
        return replace(link, headline=link.headline[: clock.start()]) if clock else link


class Search2020(ListingPage):
    """An answer of the search: JSON with the articles of the days asked for, the newest first.
    Second hand: scrapers of about 2020 (they look for covid-19) and of 2026."""

    proven = False
    marker = xpath("/json[content][totalElements]")

    @property
    def links(self) -> list[Link]:
        found = []
        for row in self.bounded(self.root.xpath("/json/content/item")):
            href = collapse(row.findtext("url") or "")
            if not href:
                raise PageError("a result without address", collapse(row.findtext("id") or ""))
            # What was searched for is marked in it: `<em>tea</em>`.
            title = collapse(_TAG.sub("", row.findtext("title") or ""))
            day = collapse(row.findtext("pubDateStr") or "")
            found.append(Link(resolve(self.url, href), href, title, day or None))
        return found


class Feed2010(RssFeed):
    """A feed of the site (frozen 2017-12-12) or for Kindle (to 2020-01-22), with elements of its
    own: `artid`, `authorname`. In a copy that went through a tool the address stands behind an
    empty `link`."""

    @property
    def links(self) -> list[Link]:
        found = []
        for item, link in zip(self.root.findall(self.entries), super().links, strict=True):
            node = item.find("link")
            href = collapse(node.tail or "") if not link.href and node is not None else ""
            found.append(replace(link, href=href, url=resolve(self.url, href)) if href else link)
        return found


def _articles(links: list[Link]) -> list[Link]:
    """Those that are articles, each once: a picture and a headline link to the same one, and the
    link with most words stands."""
    found: dict[str, Link] = {}
    for link in links:
        address = identify(link.url, ADDRESSES) if link.url else None
        if address and (
            address.native not in found or _words(link) > _words(found[address.native])
        ):
            found[address.native] = link
    return list(found.values())


def _words(link: Link) -> int:
    return len(link.headline)
