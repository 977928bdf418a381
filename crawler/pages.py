"""Page classes: what a page prints, read by rules of one line each.

A page class names a layout. `marker` is what only this layout has; a field is a query
(`crawler.queries`) or a property. What a page means (dates, names) is the pipelines' business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from scrapy.http import Response, TextResponse

from crawler.blocks import Element, text_of
from crawler.items import Article, Image, Related
from crawler.parsing import decoded, parse
from crawler.queries import PageError, Query
from crawler.text import collapse, is_misread
from crawler.urls import resolve

__all__ = [
    "UNCLAIMED",
    "ArticlePage",
    "Link",
    "ListingPage",
    "Page",
    "PageError",
    "recognise",
]


class Page:
    """A page as its layout reads it."""

    marker: ClassVar[Any]
    """CSS, or an `xpath(…)`, that matches on this layout and on no other."""
    _marker: ClassVar[Query]
    proven: ClassVar[bool] = True
    """Whether a real page of this layout was seen; one known second hand is read with care."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if marker := cls.__dict__.get("marker"):
            cls._marker = marker if isinstance(marker, Query) else Query(marker)

    def __init__(self, response: TextResponse, root: Element) -> None:
        self.response = response
        self.url = response.url
        self.root = root

    @cached_property
    def base(self) -> str:
        """What addresses on the page are relative to."""
        named = _BASE.elements(self.root)
        return (resolve(self.url, named[0].get("href")) if named else None) or self.url

    @classmethod
    def claims(cls, root: Element) -> bool:
        """Whether the page under `root` bears this layout's marker."""
        return bool(cls._marker.elements(root))


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a listing."""

    url: str | None
    """Absolute; `None` if what the page prints is no http(s) address."""
    href: str
    """As printed."""
    headline: str
    listed_text: str | None = None
    """The date beside it, as printed."""


class ListingPage(Page):
    """A page that lists articles."""

    most_links: ClassVar[int] = 5000
    """Links beyond which a page is none of this layout."""
    feed: ClassVar[bool] = False
    """Whether it lists what is newest: a feed whose newest entry is old is dead, though it
    answers."""

    @property
    def onward(self) -> str | None:
        """Address of the listing's next page, where the page itself names it and it does not
        follow from the number of the page."""
        return None

    @property
    def pages(self) -> int | None:
        """How many pages the listing says it has."""
        return None

    @property
    def links(self) -> list[Link]:
        """The articles listed, in order."""
        raise NotImplementedError

    def bounded(self, elements: list[Element]) -> list[Element]:
        """`elements`, if they are not more than a listing shows."""
        if len(elements) > self.most_links:
            raise PageError("too many links", str(len(elements)))
        return elements

    def link(self, anchor: Element, listed_text: str | None = None) -> Link:
        """The link that `anchor` prints."""
        href = anchor.get("href") or ""
        url = resolve(self.base, href)
        return Link(url, collapse(href), text_of(anchor), listed_text or None)


class ArticlePage(Page):
    """A page that prints one article. A layout overrides what it prints."""

    kind: Any = None
    """`article`, `photo` or `video`, where the page itself says so; else its folder does."""
    section_text: Any = None
    section: Any = None
    headline: Any = None
    subheadline: Any = None
    body: Any = ()
    images: Any = ()
    related: Any = ()
    keywords: Any = ()
    published_text: Any = None
    updated_text: Any = None
    byline_text: Any = None
    editor_text: Any = None
    source_text: Any = None

    in_markup: ClassVar[bool] = True
    """Whether the body is in the page's markup, where a generic extractor can see it."""
    required: ClassVar[Sequence[str]] = ("headline", "published_text")
    """Fields without which the page is not understood."""

    @property
    def continued(self) -> list[str]:
        """Addresses of the pages after this one, in order, as far as the page shows them."""
        return []

    @property
    def has_content(self) -> bool:
        """Whether something of the article itself is printed."""
        return bool(self.body or self.images)

    def to_item(self) -> Article:
        """The fields as printed. Raises `PageError` for a page that is not understood."""
        layout = type(self).__name__
        try:
            item = Article(
                layout=layout,
                kind=self.kind,
                section_text=self.section_text,
                section=self.section,
                headline=self.headline,
                subheadline=self.subheadline,
                body=list(self.body),
                images=list(self.images),
                related=list(self.related),
                keywords=list(self.keywords),
                published_text=self.published_text,
                updated_text=self.updated_text,
                byline_text=self.byline_text,
                editor_text=self.editor_text,
                source_text=self.source_text,
            )
            for name in self.required:
                if not getattr(item, name):
                    raise PageError(f"no {name}")
            if not self.has_content:
                raise PageError("no content")
            if any(map(is_misread, _printed(item))):
                raise PageError("undecodable bytes", f"read as {self.response.encoding}")
        except PageError as error:
            error.layout = layout
            raise
        return item

    def image(self, node: Element, caption: str | None, credit: str | None) -> Image:
        """The picture that `node` shows."""
        return Image(url=resolve(self.base, node.get("src") or ""), caption=caption, credit=credit)

    def related_links(self, anchors: Sequence[Element]) -> list[Related]:
        """Related news from `anchors`, those without text or address dropped."""
        found = ((text_of(a), resolve(self.base, a.get("href") or "")) for a in anchors)
        return [Related(headline=text, url=url) for text, url in found if text and url]


UNCLAIMED = "no layout claims the page"
"""Reason of a page whose template is not known."""
_BASE = Query("head base[href]")
PageType = TypeVar("PageType", bound=Page)


def recognise(response: Response, layouts: Sequence[type[PageType]]) -> PageType:
    """The page of `response`, by the one of `layouts` that claims it.

    Raises `PageError` if it is no text, empty, or claimed by none or by more than one.
    """
    readable = decoded(response)
    root = parse(readable)
    if root is None or not (len(root) or root.tag == "json"):
        raise PageError("empty page")
    claiming = [layout for layout in layouts if layout.claims(root)]
    if not claiming:
        raise PageError(UNCLAIMED)
    if len(claiming) > 1:
        raise PageError(
            "more than one layout claims the page", ", ".join(c.__name__ for c in claiming)
        )
    return claiming[0](readable, root)


def _printed(item: Article) -> list[str]:
    """All that a page prints of the article itself."""
    captions = [part for i in item.images for part in (i.caption, i.credit)]
    lines = (item.headline, item.section_text, item.byline_text, item.editor_text, item.source_text)
    return [part for part in (*lines, *item.body, *captions) if part]
