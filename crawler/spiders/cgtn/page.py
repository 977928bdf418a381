"""What the layouts of CGTN articles share: which article a page is, and what it must print."""

from __future__ import annotations

import re
from functools import cached_property
from typing import ClassVar

from crawler.blocks import Element, text_of
from crawler.items import Article, Image, Related
from crawler.layouts.whole import check_single, with_closed_headline
from crawler.lines import is_source_line
from crawler.pages import ArticlePage
from crawler.queries import PageError, Query, xpath
from crawler.spiders.cgtn.addresses import ADDRESSES
from crawler.spiders.cgtn.content import CgtnContent
from crawler.urls import identify, resolve

__all__ = ["ARTICLE", "AUTHOR", "DATE", "IS_DATE", "UPDATED", "CgtnArticle", "with_class"]

DATE = (
    r"(?:\d{1,2}:\d\d, ?\d{1,2}-[A-Z][a-z]{2,3}-\d{4}"
    r"|\d{4}(?:-\d\d-|\.\d\d\.)\d\d \d\d:\d\d(?: GMT\+8)?)"
)
IS_DATE = re.compile(DATE)
UPDATED = re.compile(rf"(?P<before>.*?)[\s,|]*Updated\s*[:：]?\s*(?P<date>{DATE})", re.IGNORECASE)
_HEXADECIMAL = re.compile(r"(?:[0-9a-f]{2}){8,40}")


def with_class(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


_BODY = xpath("//*[@id='cmsMainContent']")
_TITLE = xpath(f"//*[{with_class('news-title')}]")
AUTHOR = xpath(f"//*[{with_class('news-author')}]")
_RELATED = xpath(
    f"//*[{with_class('relatedStories')}]//a[@href]"
    f" | //*[@id='read-more']/*[{with_class('content')}]//a[@href]"
)
_NAMES = xpath(
    "/html/head/link[@rel='canonical']/@href | /html/head/meta[@property='og:url']/@content"
    " | /html/head/meta[@property='al:ios:url']/@content"
)
_OWN = xpath(
    f"//*[{with_class('js-share')}]/@data-id | //*[@id='g-detail-generalNews']/@news-id"
    " | //*[@id='read-more']/@confusionid"
)

# What the marker of both says first: a page of one article, not the one for what is not found.
ARTICLE = (
    f"//*[@id='cmsMainContent'][//*[{with_class('news-title')}]]"
    "[not(//*[@id='pageNameContent'][@value='notfoundPage'])]"
    "[not(//link[@rel='canonical'][contains(@href, '/404.html')])]"
)


class CgtnArticle(ArticlePage):
    """What both templates share."""

    required: ClassVar[tuple[str, ...]] = ("headline",)

    def to_item(self) -> Article:
        layout = type(self).__name__
        check_single(self)
        own, named = identify(self.url, ADDRESSES), self._named
        if own and any(native != own.native for native in named):
            raise PageError("another article's page", ", ".join(sorted(named)), layout)
        item = with_closed_headline(super().to_item())
        # A page that prints only when it was updated is seen as printed (28 December 2018).
        if not (item.published_text or item.updated_text):
            raise PageError("no published_text", layout=layout)
        return item

    @property
    def _named(self) -> set[str]:
        """Ids of the article that the page itself names, of the form that its address has."""
        own = identify(self.url, ADDRESSES)
        urls = (resolve(self.base, str(href)) for href in _NAMES.elements(self.root))
        found = {found.native for url in urls if url and (found := identify(url, ADDRESSES))}
        if own and _HEXADECIMAL.fullmatch(own.native):
            ids = (str(one).strip() for one in _OWN.elements(self.root))
            found |= {one for one in ids if _HEXADECIMAL.fullmatch(one)}
        return found

    def _one(self, query: Query, name: str) -> str | None:
        """The text of what `query` finds: once, or the same wherever it is repeated for another
        width of the window."""
        texts = {text for node in query.elements(self.root) if (text := text_of(node))}
        if len(texts) > 1:
            raise PageError("ambiguous element", f"{len(texts)} different {name}")
        return texts.pop() if texts else None

    @property
    def headline(self) -> str | None:
        return self._one(_TITLE, "headlines")

    @property
    def section(self) -> str | None:
        text: str | None = self.section_text
        return text

    @cached_property
    def _container(self) -> Element:
        found = _BODY.elements(self.root)
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} #cmsMainContent")
        return found[0]

    @cached_property
    def _content(self) -> CgtnContent:
        raise NotImplementedError

    @property
    def _has_film(self) -> bool:
        return self._content.has_film

    @property
    def body(self) -> list[str]:
        return self._content.body

    @property
    def images(self) -> list[Image]:
        return self._content.images

    @property
    def editor_text(self) -> str | None:
        return self._content.editor

    @property
    def related(self) -> list[Related]:
        return self.related_links(_RELATED.elements(self.root))

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.images or self._has_film)

    @property
    def kind(self) -> str | None:
        """Its section, where there is what that says; a film without text is a video, pictures
        without text are photos."""
        if self._has_film and (not self.body or self.section_text == "Video"):
            return "video"
        if self.images and (not self.body or self.section_text in ("Picture", "Pictures")):
            return "photo"
        return None

    def _named_source(self, printed: str | None) -> str | None:
        """The source as printed; else the outlet that stands in the place of an author."""
        byline: str | None = self.byline_text
        if printed or self._content.source:
            return printed or self._content.source
        return byline if byline and is_source_line(f"Source: {byline}") else None

    def _new_content(self) -> CgtnContent:
        return CgtnContent(self.base, lambda url: bool(identify(url, ADDRESSES)))
