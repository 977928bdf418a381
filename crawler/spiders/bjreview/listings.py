"""Pages of Beijing Review that list articles."""

from __future__ import annotations

from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.bjreview.addresses import identified

__all__ = ["LinkList2016"]


class LinkList2016(ListingPage):
    """A section page: every link to an article. Second hand: what megaCrawler walks; no page was
    seen."""

    proven = False
    marker = xpath(
        "//body[.//a[@href]][not(.//*[@id='TRS_Editor_title'])]"
        "[not(.//td[starts-with(normalize-space(translate(., '\u00a0', ' ')), 'UPDATED:')][not(.//td)])]"
    )

    @property
    def links(self) -> list[Link]:
        found: dict[str, Link] = {}
        for anchor in self.bounded(self.root.xpath("//a[@href]")):
            link = self.link(anchor)
            address = identified(link.url) if link.url else None
            # A picture and a headline link to the same article: the one with most words stands.
            if address:
                before = found.get(address.native)
                if before is None or len(link.headline) > len(before.headline):
                    found[address.native] = link
        if not found:
            raise PageError("no links to articles")
        return list(found.values())
