"""Pages of Beijing Review that list articles."""

from __future__ import annotations

from crawler.layouts.links import LinkList
from crawler.queries import xpath
from crawler.spiders.bjreview.addresses import identified

__all__ = ["LinkList2016"]


class LinkList2016(LinkList):
    """A section page: every link to an article. Second hand: what megaCrawler walks; no page was
    seen."""

    proven = False
    marker = xpath(
        "//body[.//a[@href]][not(.//*[@id='TRS_Editor_title'])]"
        "[not(.//td[starts-with(normalize-space(translate(., '\u00a0', ' ')), 'UPDATED:')][not(.//td)])]"
    )
    identified = staticmethod(identified)
