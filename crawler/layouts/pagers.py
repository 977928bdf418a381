"""The further pages of an article, by the links that its page has to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from crawler.blocks import Element
from crawler.pages import ArticlePage
from crawler.urls import Address, resolve

__all__ = ["Pages", "linked_pages"]


class Pages(NamedTuple):
    """What a page of an article links to of its pages."""

    own: int
    """Its own number."""
    last: int
    """The highest one linked, or its own."""
    known: int
    """How many links lead to pages of the article."""
    form: str
    """Address of the last one; empty if none is after this."""

    def after(self, number: str) -> list[str]:
        """Addresses of the pages after this one, in order. A pager may link to no more than its
        neighbours and the last: those between follow from it. `number` is how the number stands
        in the address, as `_{n}.htm`."""
        mark = number.format(n=self.last)
        at = self.form.rfind(mark)
        if self.last == self.own or at < 0:
            return []
        before, rest = self.form[:at], self.form[at + len(mark) :]
        numbers = range(self.own + 1, self.last + 1)
        return [f"{before}{number.format(n=one)}{rest}" for one in numbers]


def linked_pages(
    page: ArticlePage,
    identify: Callable[[str], Address | None],
    anchors: Iterable[Element] | None = None,
) -> Pages:
    """The pages of its own article that `page` links to."""
    own = identify(page.url)
    if own is None:
        return Pages(1, 1, 0, "")
    known, last, form = 0, own.page, ""
    for anchor in page.root.iter("a") if anchors is None else anchors:
        url = resolve(page.base, anchor.get("href") or "")
        address = identify(url) if url else None
        if url and address and address.native == own.native:
            known += 1
            if address.page > last:
                last, form = address.page, url.partition("#")[0].partition("?")[0]
    return Pages(own.page, last, known, form)
