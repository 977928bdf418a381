"""Layouts of CGTN articles."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Any

from lxml import etree

from crawler.blocks import Block, Element, blocks, text_of
from crawler.layouts.whole import is_closed
from crawler.queries import PageError, xpath
from crawler.spiders.cgtn.content import CgtnContent, classes_of
from crawler.spiders.cgtn.page import (
    ARTICLE,
    AUTHOR,
    DATE,
    IS_DATE,
    UPDATED,
    CgtnArticle,
    with_class,
)

__all__ = ["Article2017", "Article2019"]

_NO_TEXT = re.compile(r"<|://")
_SECTION_DATE = re.compile(
    rf"(?P<before>.*?)[\s|]*(?P<date>{DATE})?(?:[\s|]*Updated\s*[:：]?\s*(?P<updated>{DATE}))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\bUpdated\b|\d\d:\d\d", re.IGNORECASE)
_SECTION_LINE = xpath(f"//*[{with_class('news-section-date')}]")
_SECTION = xpath(f"//*[{with_class('news-section-date')}]//*[{with_class('section')}]")
_UPDATE_LINE = xpath(f"//*[{with_class('updatetime')}]")
_AUTHOR_NAME = xpath(f"//*[{with_class('news-author-name')}]")
_SOURCE = xpath(f"//*[{with_class('sourceTextDiv')}]")
_TOP = xpath(f"//*[{with_class('m-top-img')}]")
_FOOT = xpath(f"//*[{with_class('cg-footer')} or self::footer]")
_FILM = xpath(".//*[normalize-space(@data-video) != '']")
_OUTSIDE = " or ".join(map(with_class, ("relatedStories", "moreFrom", "topNews")))
_ASIDE = xpath(
    f"//*[{with_class('text')} and {with_class('en')}]"
    f"[not(ancestor-or-self::*[@id='cmsMainContent' or {_OUTSIDE}])]"
)
_SHARE_SECTION = xpath(f"//*[{with_class('news-section')}]")
_SHARE_DATE = xpath(f"//*[{with_class('news-date')}][not(ancestor::*[@id='read-more'])]")
_SHARE_SOURCE = xpath(f"//*[{with_class('sourcetext')}]")
_SHARE_TOP = xpath("//*[@id='top-media']")


class Article2019(CgtnArticle):
    """The template since 21 January 2019, in which older articles are served, too: paragraphs in
    `p.text.en` (January 2019), `div.text.text-p.en` (an article of December 2018) and
    `div.text.en > p` (2020)."""

    marker = xpath(f"{ARTICLE}[normalize-space(@data-json) = '']")

    @cached_property
    def _content(self) -> CgtnContent:
        if not self._is_whole:
            raise PageError("page cut short")
        if _ASIDE.elements(self.root):
            raise PageError("body closed early")
        content = self._new_content()
        for top in _TOP.elements(self.root):
            content.read_top(top)
        content.read(self._container)
        return content

    @property
    def _is_whole(self) -> bool:
        return bool(is_closed(self) or _FOOT.elements(self.root))

    @property
    def _has_film(self) -> bool:
        if self._content.has_film or (self.images and not self.body):
            return self._content.has_film
        return bool(_FILM.elements(self.root))

    @cached_property
    def _section_line(self) -> dict[str, str | None]:
        """Section, date and update, in an element each, or in one line."""
        line = self._one(_SECTION_LINE, "lines of section and date") or ""
        section = self._one(_SECTION, "sections")
        match = _SECTION_DATE.fullmatch(line.replace(section or "", "", 1).strip())
        before = match["before"] if match else ""
        if not match or (before and section) or _CLOCK.search(before):
            raise PageError("header not understood", line)
        return {**match.groupdict(), "section": section or before or None}

    @property
    def section_text(self) -> str | None:
        return self._section_line["section"]

    @property
    def published_text(self) -> str | None:
        return self._section_line["date"]

    @cached_property
    def _author_line(self) -> tuple[str | None, str | None]:
        """Byline, and the update where it is printed behind it."""
        names = [text_of(node) for node in _AUTHOR_NAME.elements(self.root)]
        if not any(names):
            lines = {_text_without(node, "updatetime") for node in AUTHOR.elements(self.root)}
            names = sorted(lines - {""})
            if len(names) > 1:
                raise PageError("ambiguous element", f"{len(names)} different authors")
        line = ", ".join(dict.fromkeys(filter(None, names)))
        if match := UPDATED.fullmatch(line):
            return match["before"] or None, match["date"]
        if _CLOCK.search(line):
            raise PageError("header not understood", line)
        return line or None, None

    @property
    def updated_text(self) -> str | None:
        line = self._one(_UPDATE_LINE, "updates")
        if line is None or line == "Updated":
            return self._author_line[1] or self._section_line["updated"]
        match = UPDATED.fullmatch(line)
        if not match or match["before"]:
            raise PageError("header not understood", line)
        return match["date"]

    @property
    def byline_text(self) -> str | None:
        return self._author_line[0] or self._content.byline

    @property
    def source_text(self) -> str | None:
        return self._named_source(self._one(_SOURCE, "sources"))


class Article2017(CgtnArticle):
    """The share template until January 2019: the body is JSON in an attribute."""

    marker = xpath(f"{ARTICLE}[normalize-space(@data-json) != '']")

    @cached_property
    def _content(self) -> CgtnContent:
        content = self._new_content()
        for top in _SHARE_TOP.elements(self.root):
            for shown in _list_of(top.get("image-source") or "[]"):
                if not isinstance(shown, dict):
                    raise PageError("picture not understood")
                content.picture(str(shown.get("src") or ""), str(shown.get("caption") or ""))
            films = (top.get("video-source") or "").strip()
            content.has_film = bool(films) or bool(_list_of(top.get("videolist-source") or "[]"))
        for part in _list_of(self._container.get("data-json") or ""):
            self._read_part(content, part)
        return content

    def _read_part(self, content: CgtnContent, part: Any) -> None:
        """A part by its type: 1 is a paragraph in HTML, 4 a picture, 7 a map (16 January 2019).
        Films are told by their member. Of other types, text without markup is read: sub-headings
        must be one of them."""
        kind = part.get("contentType") if isinstance(part, dict) else None
        image = part.get("img") if isinstance(part, dict) else None
        text = part.get("content") if isinstance(part, dict) else None
        plain = isinstance(text, str) and len(part) == 2 and not _NO_TEXT.search(text)
        if isinstance(text, str) and (kind == 1 or plain):
            for block in _blocks_of(text):
                if block.kind == "image":
                    content.picture(block.node.get("src") or "")
                elif block.kind == "text":
                    content.line(block)
        elif isinstance(image, dict) and image.get("url"):
            content.picture(str(image["url"]), _text_of(str(image.get("caption") or "")))
        elif isinstance(part, dict) and any("video" in name.lower() for name in part):
            content.has_film = True
        elif not (isinstance(part, dict) and "geometry" in part):
            raise PageError("part of the body not understood", f"contentType {kind}")

    @property
    def section_text(self) -> str | None:
        return self._one(_SHARE_SECTION, "sections")

    @cached_property
    def _dates(self) -> list[str]:
        lines = [text for node in _SHARE_DATE.elements(self.root) if (text := text_of(node))]
        for line in lines:
            updated = UPDATED.fullmatch(line)
            if not IS_DATE.fullmatch(line) and not (updated and not updated["before"]):
                raise PageError("header not understood", line)
        return lines

    @property
    def published_text(self) -> str | None:
        found = {line for line in self._dates if IS_DATE.fullmatch(line)}
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} different dates")
        return found.pop() if found else None

    @property
    def updated_text(self) -> str | None:
        found = {match["date"] for line in self._dates if (match := UPDATED.fullmatch(line))}
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} different updates")
        return found.pop() if found else None

    @property
    def byline_text(self) -> str | None:
        return self._one(AUTHOR, "authors") or self._content.byline

    @property
    def source_text(self) -> str | None:
        return self._named_source(self._one(_SHARE_SOURCE, "sources"))


def _text_without(node: Element, name: str) -> str:
    """The text of an element without that of those of a class in it."""
    read = blocks(node, lambda inner: name in classes_of(inner))
    return " ".join(block.text for block in read if block.kind == "text")


def _list_of(text: str) -> list[Any]:
    """The list that an attribute holds as JSON."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise PageError("broken JSON", str(error)) from error
    if not isinstance(found, list):
        raise PageError("broken JSON", "no list")
    return found


def _blocks_of(html: str) -> list[Block]:
    """Paragraphs and pictures of a piece of HTML."""
    root = etree.fromstring(f"<div>{html}</div>", etree.HTMLParser(no_network=True))
    return [] if root is None else blocks(root)


def _text_of(html: str) -> str:
    """The text of a piece of HTML as one line."""
    return " ".join(block.text for block in _blocks_of(html) if block.kind == "text")
