"""Pages of english.www.gov.cn that list articles."""

from __future__ import annotations

from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.govcn.addresses import ADDRESSES
from crawler.urls import identify

__all__ = ["LinkList2022"]


class LinkList2022(ListingPage):
    """The home page and the lists: every link to an article, wherever it stands. Second hand:
    rhetoric-corpus (2026-10) takes them so."""

    proven = False
    marker = xpath(
        "//body[.//a[@href]][not(.//*[contains(@class, 'Artical_Content')"
        " or contains(@class, 'pages_content') or @id='UCAP-CONTENT' or @id='Zoom'])]"
    )

    @property
    def links(self) -> list[Link]:
        found: dict[str, Link] = {}
        for anchor in self.bounded(self.root.xpath("//a[@href]")):
            link = self.link(anchor)
            address = identify(link.url, ADDRESSES) if link.url else None
            # A picture and a headline link to the same article: the one with most words stands.
            if address:
                before = found.get(address.native)
                if before is None or len(link.headline) > len(before.headline):
                    found[address.native] = link
        if not found:
            raise PageError("no links to articles")
        return list(found.values())
