"""Article pages of Beijing Review."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Article, Image
from crawler.layouts.whole import check_closed, check_single, with_closed_headline
from crawler.moments import MONTH
from crawler.pages import ArticlePage
from crawler.queries import PageError, Query, css, xpath, xpath_all
from crawler.spiders.bjreview.addresses import identified
from crawler.spiders.bjreview.content import (
    COMMENTS,
    EDITOR,
    PAGER,
    BjreviewContent,
)
from crawler.text import collapse
from crawler.urls import resolve

__all__ = ["Article2008", "Article2016"]


_TRS_EDITOR = xpath(
    "//div[contains(concat(' ', normalize-space(@class), ' '), ' TRS_Editor ')]"
    "[not(ancestor::div[contains(concat(' ', normalize-space(@class), ' '), ' TRS_Editor ')])]"
)
_STYLE = "translate(@style, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ ', 'abcdefghijklmnopqrstuvwxyz')"
_TEXT_CELL = xpath(
    f"//td[contains({_STYLE}, 'font-size:14px')][contains({_STYLE}, 'line-height:150%')]"
)


class _Article(ArticlePage):
    """What both systems share."""

    body_cell: ClassVar[tuple[Query]]
    """The query of the element around the body."""

    def to_item(self) -> Article:
        check_closed(self)
        check_single(self)
        return with_closed_headline(super().to_item())

    @cached_property
    def _container(self) -> Element:
        found = self.body_cell[0].elements(self.root)
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} elements")
        return found[0]

    @cached_property
    def _read(self) -> tuple[BjreviewContent, str | None]:
        """The body, and the editor line at its end."""
        kept, editor = [], None
        for block in blocks(self._container):
            text = COMMENTS.sub("", block.text) if block.kind == "text" else ""
            if block.kind != "text":
                kept.append(block)
            elif EDITOR.fullmatch(text):
                editor = editor or text
            elif text and not self._is_pager(block):
                kept.append(replace(block, text=text))
        return BjreviewContent(self, self._container, kept), editor

    def _is_pager(self, block: Block) -> bool:
        return bool(PAGER.fullmatch(block.text)) and bool(block.node.xpath(".//a[@href]"))

    @property
    def body(self) -> list[str]:
        return self._read[0].body

    @property
    def images(self) -> list[Image]:
        return self._read[0].images

    @property
    def keywords(self) -> list[str]:
        found = self.root.xpath(
            "//meta[translate(@name, 'KEYWORDS', 'keywords') = 'keywords']/@content"
        )
        words = (collapse(word) for content in found for word in re.split("[,;]", content))
        return list(dict.fromkeys(filter(None, words)))

    @property
    def continued(self) -> list[str]:
        own = identified(self.url)
        if own is None:
            return []
        further: dict[int, str] = {}
        for anchor in self.root.iter("a"):
            url = resolve(self.base, anchor.get("href") or "")
            address = identified(url) if url else None
            if url and address and address.native == own.native and address.page > own.page:
                further.setdefault(address.page, url)
        if further and sorted(further) != list(range(own.page + 1, max(further) + 1)):
            raise PageError("pager not understood", ", ".join(map(str, sorted(further))))
        return [further[number] for number in sorted(further)]


_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DOTS = re.compile(r"(?:^|\s+)[·•](?:\s+|$)|\s*[·•]\s*(?=\d{4}-\d|Source\b)|(?<=\d)\s+(?=Source\b)")
_WHO = re.compile(r"[A-Z][^·•|:\d]{1,60}")
# Other cells may have the same class.
_HEADER = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|^(?:[Bb]y|(?:Copy ?)?[Ee]dited by) ")


class Article2016(_Article):
    """The newer system. Second hand: megaCrawler and two other scrapers."""

    proven = False
    marker = "#TRS_Editor_title"
    headline = css("#TRS_Editor_title")
    subheadline = css("td.zy-2016e")
    body_cell = (_TRS_EDITOR,)
    _cells = xpath_all(
        "//td[contains(concat(' ', normalize-space(@class), ' '), ' ly4 ')"
        " or contains(concat(' ', normalize-space(@class), ' '), ' zz-2016e ')][not(.//td)]"
    )
    section = css("a.CurrChnlCls")

    @property
    def section_text(self) -> str | None:
        return str(self.section) if self.section else None

    @cached_property
    def _header(self) -> dict[str, str]:
        """`By Ann Poe · 2016-08-31 · Source: | Web Exclusive`, its parts between dots."""
        found: dict[str, str] = {}
        lines = [cell for cell in dict.fromkeys(self._cells) if _HEADER.search(cell)]
        for line in lines:
            parts = [part.strip() for part in _DOTS.split(line)]
            for part, following in zip(parts, [*parts[1:], ""], strict=True):
                # The slot of who wrote it, before the date, may hold a name alone, or an outlet.
                alone = part is parts[0] and _ISO.fullmatch(following) and _WHO.fullmatch(part)
                name = _named(part) or ("byline" if alone else None)
                if part and (name is None or found.get(name, part) != part):
                    raise PageError("header not understood", line)
                if part and name:
                    found[name] = part
        return found

    @property
    def published_text(self) -> str | None:
        return self._header.get("published")

    @property
    def source_text(self) -> str | None:
        printed = self._header.get("source")
        return printed if printed and re.search(r"\w", printed.partition(":")[2]) else None

    @property
    def byline_text(self) -> str | None:
        return self._header.get("byline") or self._read[0].byline

    @property
    def editor_text(self) -> str | None:
        return self._header.get("editor") or self._read[1]


def _named(part: str) -> str | None:
    """What a part of the header is."""
    if _ISO.fullmatch(part):
        return "published"
    if part.startswith("Source"):
        return "source"
    if re.match(r"(?:Copy ?)?[Ee]dited by ", part):
        return "editor"
    return "byline" if re.match(r"[Bb]y ", part) else None


_UPDATED = xpath(
    "//td[starts-with(normalize-space(translate(., '\u00a0', ' ')), 'UPDATED:')][not(.//td)]"
)
_STAMP = re.compile(
    rf"UPDATED:\s*(?P<updated>{MONTH}\.? \d{{1,2}}, ?\d{{4}}|\d{{4}}-\d{{1,2}}-\d{{1,2}})"
    rf"(?:\s+(?P<issue>NOS?\. ?\d+.*?{MONTH}.*?\d{{4}}|Web Exclusive))?",
    re.IGNORECASE,
)


class Article2008(_Article):
    """The older system. Second hand: the text of three pages, and a Scrapy spider of about 2018."""

    proven = False
    marker = _UPDATED
    required = ("headline", "updated_text")
    headline = css("td.f2")
    subheadline = css("td.f8")
    body_cell = (_TEXT_CELL,)
    _red = xpath("//td[not(.//td)]//span[contains(translate(@style, 'f', 'F'), '#FF0004')]")

    @cached_property
    def _stamp(self) -> re.Match[str]:
        found = [text_of(cell) for cell in _UPDATED.elements(self.root)]
        match = _STAMP.fullmatch(found[0]) if len(found) == 1 else None
        if match is None:
            raise PageError("header not understood", " | ".join(found))
        return match

    @property
    def updated_text(self) -> str | None:
        return self._stamp["updated"]

    @property
    def source_text(self) -> str | None:
        return self._stamp["issue"]

    @property
    def byline_text(self) -> str | None:
        red = self._red
        return red if red and re.match("[Bb]y ", red) else self._read[0].byline

    @property
    def editor_text(self) -> str | None:
        return self._read[1]
