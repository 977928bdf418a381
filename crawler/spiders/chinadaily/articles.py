"""Article pages of China Daily since 2017, the templates `2017www_*_page_en`."""

from __future__ import annotations

import re
from functools import cached_property

from crawler.blocks import Element, blocks
from crawler.queries import PageError, Query, xpath
from crawler.spiders.chinadaily.header import Header, read_bars
from crawler.spiders.chinadaily.page import ChinaDailyPage, has_class
from crawler.text import collapse

__all__ = ["Article2017", "Photo2017"]

_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?")
_CRUMB_MARKS = re.compile(r"\s*[/>»]\s*")
_KINDS = {"photo": "photo", "photos": "photo", "video": "video", "videos": "video"}
"""Kind of what stands in a section, by the last name of its breadcrumb."""
_WIDE, _TEXT = has_class("ce_art"), has_class("lft_art")
_BELOW = xpath(
    "following-sibling::*[not(self::script or self::style or self::noscript or self::template)]"
    "[not(@hidden or contains(translate(@style, 'DISPLAY: ', 'display:'), 'display:none'))]"
    "[1][self::h2]"
)
_INFO = Query(".info_l")


class _Article(ChinaDailyPage):
    """What text and photo pages share: header line, breadcrumb, the meta data of the system."""

    place: Query
    """The elements that may hold the headline."""

    @cached_property
    def _title(self) -> Element:
        # One within the body is a sub-heading.
        body = set(self._container.iter("h1"))
        places = type(self).place.elements(self.root)
        found = [h1 for node in places for h1 in node.iter("h1") if h1 not in body]
        if len(found) != 1:
            raise PageError("no single headline", f"{len(found)} h1")
        return found[0]

    @property
    def headline(self) -> str | None:
        return _words(self._title)

    @property
    def subheadline(self) -> str | None:
        after = _BELOW.elements(self._title)
        return _words(after[0]) if after else None

    @cached_property
    def _header(self) -> Header:
        # The links to share it stand in the line itself on photo pages.
        lines = {_words(line) for line in _INFO.elements(self.root)} - {None}
        if len(lines) > 1:
            raise PageError("no single header", " || ".join(sorted(map(str, lines))))
        return read_bars(str(lines.pop())) if lines else Header()

    @property
    def published_text(self) -> str | None:
        day = self._meta("publishdate")
        if day and not _DAY.fullmatch(day):
            raise PageError("publishdate not understood", day)
        # The template was used on the older system, too, which names the date in a comment.
        return self._header.published or day or self._properties.get("date") or None

    @cached_property
    def _crumbs(self) -> list[str]:
        """The breadcrumb of wide screens, else the one of narrow screens."""
        for place in ("bread-nav", "bread-nav1"):
            navs = self.root.xpath("//*[@id=$place]", place=place)
            found = {tuple(filter(None, map(_words, nav.iter("a")))): None for nav in navs}
            found.pop((), None)
            if len(found) > 1:
                raise PageError("more than one breadcrumb", f"#{place}")
            if found:
                return [text for text in next(iter(found)) if text]
        return []

    @property
    def section_text(self) -> str | None:
        return " ".join(self._crumbs) or None

    @property
    def section(self) -> str | None:
        names = [name for text in self._crumbs for name in _CRUMB_MARKS.split(text)]
        names = [name for name in names if name and name.lower() != "home"]
        return names[-1] if names else None

    @property
    def kind(self) -> str | None:
        return _KINDS.get((self.section or "").lower())

    @property
    def keywords(self) -> list[str]:
        return self.split_keywords(self._meta("keywords"))


class Article2017(_Article):
    """A page of text, `div#lft-art`."""

    marker = xpath(f"//*[@id='lft-art' or self::{_TEXT}][.//h1][not(//{_WIDE}//h1)]")
    place = xpath(f"//*[@id='lft-art'] | //{_TEXT}[not(@id='lft-art')]")


class Photo2017(_Article):
    """A page of a gallery, `div.ce_art`, one picture each."""

    marker = xpath(f"//{_WIDE}[.//h1]")
    place = xpath(f"//{_WIDE}")
    kind = "photo"
    gallery = True


def _words(node: Element) -> str | None:
    """What is printed under `node`, without links that are pictures."""
    read = blocks(node, lambda part: part.tag == "a" and bool(part.get("title")))
    return collapse(" ".join(block.text for block in read if block.kind == "text")) or None
