"""Lists of which no structure is known, or none is needed: links to articles, each article once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from crawler.blocks import Element
from crawler.pages import Link, ListingPage
from crawler.queries import PageError
from crawler.urls import Address

__all__ = ["LinkList", "article_links"]


def article_links(
    page: ListingPage,
    anchors: Iterable[Element],
    identify: Callable[[str], Address | None],
    beside: Mapping[Element, str] | None = None,
) -> list[Link]:
    """The links of `anchors` that `identify` knows as an article's, in order; `beside` has the
    dates printed beside them. A picture and a headline link to the same article: the link with
    most words stands, and a date beside either. Raises `PageError` if there are none."""
    found: dict[str, Link] = {}
    for anchor in page.bounded(list(anchors)):
        link = page.link(anchor, (beside or {}).get(anchor))
        address = identify(link.url) if link.url else None
        if address is None or not address.fetchable:
            continue
        before = found.get(address.native)
        if before is None:
            found[address.native] = link
            continue
        best = link if len(link.headline) > len(before.headline) else before
        listed = best.listed_text or before.listed_text or link.listed_text
        found[address.native] = replace(best, listed_text=listed)
    if not found:
        raise PageError("no links to articles")
    return list(found.values())


class LinkList(ListingPage):
    """Every link to an article, wherever it stands."""

    @staticmethod
    def identified(url: str) -> Address | None:
        """The article of the portal that `url` names."""
        raise NotImplementedError

    @property
    def links(self) -> list[Link]:
        return article_links(self, self.root.xpath("//a[@href]"), self.identified)
