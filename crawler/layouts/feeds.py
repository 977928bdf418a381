"""Feeds and sitemaps, by their standards: RSS 2.0, and sitemaps with or without news.

https://www.rssboard.org/rss-specification, https://www.sitemaps.org/protocol.html and Google's
`news:` elements in them. A portal takes these classes as they are, or says in a subclass what it
does otherwise.
"""

from __future__ import annotations

from typing import ClassVar

from crawler.blocks import Element
from crawler.pages import Link, ListingPage
from crawler.queries import xpath
from crawler.text import collapse
from crawler.urls import resolve

__all__ = ["NewsSitemap", "RssFeed"]


class _Entries(ListingPage):
    """Entries, each with an address, a headline and a date in elements of their own."""

    feed = True
    entries: ClassVar[str]
    """Path of the entries."""
    address: ClassVar[tuple[str, ...]]
    headline: ClassVar[tuple[str, ...]]
    listed: ClassVar[tuple[str, ...]]
    """Paths within an entry, the first that says something counts."""

    @property
    def links(self) -> list[Link]:
        found = []
        for entry in self.bounded(self.root.findall(self.entries)):
            href = _first(entry, self.address)
            found.append(
                Link(
                    url=resolve(self.url, href),
                    href=href,
                    headline=_first(entry, self.headline),
                    listed_text=_first(entry, self.listed) or None,
                )
            )
        return found


class RssFeed(_Entries):
    """An RSS feed."""

    marker = xpath("/rss/channel")
    entries = "channel/item"
    address = ("link", "guid")
    headline = ("title",)
    listed = ("pubDate",)


class NewsSitemap(_Entries):
    """A sitemap: addresses with the date of publication, or else of the last change."""

    marker = xpath("/urlset")
    most_links = 50_000
    """As many as a sitemap may have."""
    entries = "url"
    address = ("loc",)
    headline = ("news/title",)
    listed = ("news/publication_date", "lastmod")


def _first(entry: Element, paths: tuple[str, ...]) -> str:
    texts = (collapse(entry.findtext(path) or "") for path in paths)
    return next(filter(None, texts), "")
