"""Pages of China.org.cn that list articles."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.blocks import text_of
from crawler.layouts.links import LinkList
from crawler.moments import MONTH
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.chinaorgcn.addresses import ADDRESSES, identified
from crawler.urls import identify

__all__ = ["LinkList2018", "Listing2025"]

_COLUMNS = xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' columns1 ')]/ul/li")
_DAY = re.compile(
    rf"\d{{4}}-\d{{1,2}}-\d{{1,2}}(?: \d{{1,2}}:\d\d(?::\d\d)?)?|{MONTH}\.? \d{{1,2}}, \d{{4}}"
)


class Listing2025(ListingPage):
    """A list of articles, `node_<number>.htm`. Second hand: a scraper of 2025, megaCrawler, reads
    it; no page was seen."""

    proven = False
    marker = _COLUMNS

    @property
    def links(self) -> list[Link]:
        found = []
        for row in self.bounded(_COLUMNS.elements(self.root)):
            anchors = [self.link(anchor) for anchor in row.xpath(".//a[@href]")]
            articles = [link for link in anchors if link.url and identify(link.url, ADDRESSES)]
            best = max(articles or anchors[:1], key=lambda link: len(link.headline), default=None)
            if best is None:
                continue
            day = _DAY.search(text_of(row).replace(best.headline, "", 1))
            found.append(replace(best, listed_text=day[0] if day else None))
        if not found:
            raise PageError("rows without links")
        return found


class LinkList2018(LinkList):
    """The home page and those of the sections: every link to an article, wherever it stands. The
    home page of 2018 has them absolute."""

    marker = xpath(
        "//body[.//a[@href]][not(.//*[@id='container_txt'])]"
        "[not(.//*[contains(concat(' ', normalize-space(@class), ' '), ' columns1 ')]/ul/li)]"
    )
    identified = staticmethod(identified)
