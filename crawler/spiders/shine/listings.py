"""Pages of SHINE that list articles."""

from __future__ import annotations

from crawler.layouts.feeds import NewsSitemap
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.shine.addresses import identified

__all__ = ["ARTICLE", "LinkList2018", "Sitemap2020"]

ARTICLE = ".//h1 and contains(., 'UTC+8,') and contains(., 'Source:')"
"""What an article prints, and no list does."""


class Sitemap2020(NewsSitemap):
    """The sitemap of news. Second hand: it was read by others in 2020; none was seen."""

    proven = False


class LinkList2018(ListingPage):
    """A section page: every link to an article. Second hand: the texts of two; no markup was
    seen."""

    proven = False
    marker = xpath(f"//body[.//a[@href]][not({ARTICLE})]")

    @property
    def links(self) -> list[Link]:
        found: dict[str, Link] = {}
        for anchor in self.bounded(self.root.xpath("//a[@href]")):
            link = self.link(anchor)
            address = identified(link.url) if link.url else None
            # A picture and a headline link to the same article: the one with most words stands.
            if address and address.fetchable:
                before = found.get(address.native)
                if before is None or len(link.headline) > len(before.headline):
                    found[address.native] = link
        if not found:
            raise PageError("no links to articles")
        return list(found.values())
