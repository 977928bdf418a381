"""Pages of ECNS that list articles."""

from __future__ import annotations

from crawler.blocks import text_of
from crawler.pages import Link, ListingPage
from crawler.queries import xpath
from crawler.spiders.ecns.addresses import ADDRESSES
from crawler.text import collapse
from crawler.urls import identify, resolve

__all__ = ["Feed2013", "LinkList2018", "Listing2017"]


class Listing2017(ListingPage):
    """A section's page of links with their days."""

    marker = "ul.bizlst"

    @property
    def links(self) -> list[Link]:
        found = []
        for row in self.root.xpath("//ul[contains(concat(' ', @class, ' '), ' bizlst ')]//li"):
            anchors = row.xpath(".//h3//a[@href]")
            days = row.xpath(".//b")
            if anchors:
                found.append(self.link(anchors[0], text_of(days[0]) if days else None))
        return found


class LinkList2018(ListingPage):
    """The home page, /scroll/, /photo/ and /video/: no whole one was seen, so what is taken from
    them is every link to an article, wherever it stands."""

    marker = xpath(
        "//body[.//a[@href]][not(.//ul[contains(concat(' ', @class, ' '), ' bizlst ')])]"
        "[not(.//h1[@id='contitle'])]"
    )

    @property
    def links(self) -> list[Link]:
        found: dict[str, Link] = {}
        for anchor in self.root.xpath("//a[@href]"):
            link = self.link(anchor)
            address = identify(link.url, ADDRESSES) if link.url else None
            # A picture and a headline link to the same article: the one with words stands.
            if address and (address.native not in found or not found[address.native].headline):
                found[address.native] = link
        return list(found.values())


class Feed2013(ListingPage):
    """The RSS feed."""

    marker = xpath("/rss/channel")

    @property
    def links(self) -> list[Link]:
        found = []
        for item in self.root.iterfind("channel/item"):
            href = collapse(item.findtext("link") or "")
            found.append(
                Link(
                    url=resolve(self.url, href),
                    href=href,
                    headline=collapse(item.findtext("title") or ""),
                    listed_text=collapse(item.findtext("pubDate") or "") or None,
                )
            )
        return found
