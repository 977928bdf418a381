"""Pages of SHINE that list articles."""

from __future__ import annotations

from crawler.layouts.feeds import NewsSitemap
from crawler.layouts.links import LinkList
from crawler.queries import xpath
from crawler.spiders.shine.addresses import identified

__all__ = ["ARTICLE", "LinkList2018", "Sitemap2020"]

ARTICLE = ".//h1 and contains(., 'UTC+8,') and contains(., 'Source:')"
"""What an article prints, and no list does."""


class Sitemap2020(NewsSitemap):
    """The sitemap of news. Second hand: it was read by others in 2020; none was seen."""

    proven = False


class LinkList2018(LinkList):
    """A section page: every link to an article. Second hand: the texts of two; no markup was
    seen."""

    proven = False
    marker = xpath(f"//body[.//a[@href]][not({ARTICLE})]")
    identified = staticmethod(identified)
