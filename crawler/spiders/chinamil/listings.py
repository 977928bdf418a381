"""Pages of China Military Online that list articles."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.blocks import Element, text_of
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.chinamil.addresses import ADDRESSES
from crawler.text import collapse
from crawler.urls import identify

__all__ = ["LinkList2023", "Listing2025"]

_ARTICLE = (
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' article-header ')]"
    " | //*[@id='article-content'] | //comment()[normalize-space(.) = 'enpcontent']"
)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?")
# How many pages a listing says it has: `createPageHTML('5', '1', 'index', 'html')`.
_COUNT = re.compile(r"createPageHTML\(\s*['\"]?(\d{1,4})['\"]?\s*[,)]")
_TITLE = (
    "(.//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//*[contains(concat(' ', normalize-space(@class),"
    " ' '), ' title ')][not(.//h3)])[1]"
)
_TIME = ".//*[contains(concat(' ', normalize-space(@class), ' '), ' time ')] | .//small"


class Listing2025(ListingPage):
    """A section's page of links with their times. Second hand: read from a scraper that took it
    from the live site in May 2026, `<a><div class="title"><h3/><small class="time"/></div></a>`
    under `#main-news-list`; the id is older (2021)."""

    proven = False
    marker = xpath(f"//*[@id='main-news-list'][.//a[@href]][not({_ARTICLE})]")

    @property
    def pages(self) -> int | None:
        match = _COUNT.search(self.response.text)
        return int(match[1]) if match else None

    @property
    def links(self) -> list[Link]:
        found = _article_links(self, "//*[@id='main-news-list']//a[@href]")
        if not found:
            raise PageError("no links to articles")
        return found


class LinkList2023(ListingPage):
    """The home page and those of sections with parts: what is taken is every link to an article.
    Second hand: a collector took such links from the home page in October 2026."""

    proven = False
    marker = xpath(
        f"//body[.//a[@href]][not(.//*[@id='main-news-list'][.//a[@href]])][not({_ARTICLE})]"
    )

    @property
    def links(self) -> list[Link]:
        found = _article_links(self, "//a[@href]")
        if not found:
            raise PageError("no links to articles")
        return found


def _article_links(page: ListingPage, where: str) -> list[Link]:
    """Links to articles, each article once: a picture and a headline link to the same one."""
    found: dict[str, Link] = {}
    for anchor in page.bounded(page.root.xpath(where)):
        link = page.link(anchor)
        address = identify(link.url, ADDRESSES) if link.url else None
        if not address:
            continue
        link = replace(link, headline=_headline(anchor), listed_text=_time(anchor))
        before = found.get(address.native)
        if before is None or len(link.headline) > len(before.headline):
            listed = link.listed_text or (before.listed_text if before else None)
            found[address.native] = replace(link, listed_text=listed)
        elif not before.listed_text:
            found[address.native] = replace(before, listed_text=link.listed_text)
    return list(found.values())


def _headline(anchor: Element) -> str:
    """The headline in a link, without the time that stands in it, too."""
    titles = anchor.xpath(_TITLE)
    text = text_of(titles[0]) if titles else text_of(anchor)
    time = _time(anchor)
    return collapse(text[: -len(time)]) if time and text.endswith(time) else text


def _time(anchor: Element) -> str | None:
    """The time in a link, or beside it in the same row."""
    rows = [anchor, *anchor.xpath("ancestor::li[1][count(.//a[@href]) < 4]")]
    for row in rows:
        for node in row.xpath(_TIME):
            if match := _DATE.search(text_of(node)):
                return match[0]
    return None
