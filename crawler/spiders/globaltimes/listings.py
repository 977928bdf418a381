"""Pages of Global Times that list articles.

On each, every link to an article is taken, wherever it stands: sections show theirs in five or six
forms at once. The date is the one printed beside a link, in the same row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from crawler.blocks import Element, text_of
from crawler.layouts.feeds import NewsSitemap
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.spiders.globaltimes.addresses import ADDRESSES
from crawler.spiders.globaltimes.pages import has
from crawler.urls import identify

__all__ = ["Home2018", "Listing2018", "Listing2021", "Sitemap2026"]

_DATE = re.compile(r"\b\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d(?::\d\d)?(?!\d)")


_ARTICLE = (
    f"//*[{has('article_right')} or {has('article_content')} or {has('article-title')}"
    f" or {has('article-source')}]"
)
_NEW = (
    f".//*[{has('source_time')} or {has('list_info')} or {has('common_title')}]"
    " | .//a[contains(@class, 'new_title_')]"
)
_OLD = f".//*[{has('row-content')}]//a[contains(@href, '/content/') or contains(@href, '/page/')]"
_HOME = ".//a[@class = 'op-news-title'] or .//*[@class = 'main_caption']"


class _Links(ListingPage):
    """A page of links to articles."""

    @property
    def links(self) -> list[Link]:
        best: dict[str, Link] = {}
        anchors: dict[str, list[Element]] = defaultdict(list)
        within: dict[Element, set[str]] = defaultdict(set)
        for anchor in self.bounded(self.root.xpath("//a[@href]")):
            link = self.link(anchor)
            address = identify(link.url, ADDRESSES) if link.url else None
            if address is None:
                continue
            anchors[address.native].append(anchor)
            for around in (anchor, *anchor.iterancestors()):
                within[around].add(address.native)
            # A picture and a headline link to the same article: the one with most words stands.
            before = best.get(address.native)
            if before is None or len(link.headline) > len(before.headline):
                best[address.native] = link
        if not best:
            raise PageError("no links to articles")
        return [
            replace(link, listed_text=_date_of(anchors[native], within))
            for native, link in best.items()
        ]


def _date_of(anchors: list[Element], within: dict[Element, set[str]]) -> str | None:
    """The date in the row of an article: what is around its link and around no other's, or comes
    after it and before the next."""
    for anchor in anchors:
        row = anchor
        for around in anchor.iterancestors():
            if len(within[around]) > 1:
                break
            row = around
        parts = [text_of(row)]
        for following in row.itersiblings():
            if within[following]:
                break
            parts.append(text_of(following) if isinstance(following.tag, str) else "")
        for part in parts:
            dates = {match[0] for match in _DATE.finditer(part)}
            if len(dates) == 1:
                return str(dates.pop())
            if dates:
                break
    return None


class Listing2021(_Links):
    """A section's page. Second hand: the classes are those of eight scrapers, 2021 to 2026, and of
    the date `By NAME | 2024/2/5 20:45:59` copies of the text were read."""

    proven = False
    marker = xpath(f"//body[{_NEW}][not(.{_ARTICLE})]")


class Listing2018(_Links):
    """A section's page, further ones at `index2.html`, … Second hand: a scraper of 2019 has its
    `div.row-content h4 a`, another of that time no `h4`; of `Source: Global Times | 2019/6/17
    18:28:39` copies were read."""

    proven = False
    marker = xpath(f"//body[{_OLD}][not({_HOME})][not({_NEW})][not(.{_ARTICLE})]")


class Home2018(_Links):
    """The home page of March 2018. Much of it is loaded by scripts and not on the page."""

    marker = xpath(f"//body[{_HOME}][not({_NEW})][not(.{_ARTICLE})]")


class Sitemap2026(NewsSitemap):
    """The news sitemap. Second hand: what is newest, with `+08:00`, by those who read it in 2026."""

    proven = False
