"""Pages of ECNS that list articles."""

from __future__ import annotations

from dataclasses import replace

from crawler.blocks import text_of
from crawler.layouts.feeds import RssFeed
from crawler.layouts.links import LinkList
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.ecns.addresses import identified

__all__ = ["Feed2013", "LinkList2018", "Listing2017"]


class Listing2017(ListingPage):
    """A section's page of links with their days."""

    marker = "ul.bizlst"

    @property
    def links(self) -> list[Link]:
        found = []
        rows = self.root.xpath("//ul[contains(concat(' ', @class, ' '), ' bizlst ')]/li")
        for row in self.bounded(rows):
            anchors = self.bounded(row.xpath(".//a[@href]"))
            links = [self.link(anchor) for anchor in anchors]
            articles = [link for link in links if link.url and identified(link.url)]
            headed = [self.link(anchor) for anchor in row.xpath(".//h3//a[@href]")]
            # The link with words to an article; else what the row's heading links to instead.
            best = max(articles or headed[:1], key=lambda link: len(link.headline), default=None)
            days = row.xpath(".//b[not(ancestor::h3)]")
            if best:
                found.append(
                    replace(best, listed_text=(text_of(days[0]) or None) if days else None)
                )
        if rows and not found:
            raise PageError("rows without links", f"{len(rows)} rows")
        return found


class LinkList2018(LinkList):
    """The home page, /scroll/, /photo/ and /video/: no whole one was seen, so what is taken from
    them is every link to an article, wherever it stands."""

    marker = xpath(
        "//body[.//a[@href]][not(.//ul[contains(concat(' ', @class, ' '), ' bizlst ')])]"
        "[not(.//h1[@id='contitle'])]"
    )
    identified = staticmethod(identified)


class Feed2013(RssFeed):
    """The RSS feed."""
