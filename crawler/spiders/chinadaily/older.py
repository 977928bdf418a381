"""Article pages of China Daily before 2017: three templates of one system, all second hand.

The system writes what it knows of an article into a comment before the body,
`<!--enpproperty <date>2012-01-12 16:49:03.0</date><author></author><title>…</title>…`
(page of the Chinese edition, 2012-01-12). No page of the English edition was seen.
"""

from __future__ import annotations

import re
from functools import cached_property

from crawler.blocks import Element, blocks, text_of
from crawler.layouts.founder import properties_in
from crawler.queries import PageError, Query, xpath
from crawler.spiders.chinadaily.header import DATE, Header, read_author, read_loose
from crawler.spiders.chinadaily.page import ChinaDailyPage, has_class
from crawler.text import collapse

__all__ = ["Article2010", "Article2012", "Article2016"]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UPDATED = re.compile(rf"\bUpdated\s*[:：]\s*{DATE}", re.IGNORECASE)
_HAS_DATE = re.compile(rf"(?<!\d){DATE}")
_ALONE = re.compile(DATE)
_BY = re.compile(r"by\s|[(（]", re.IGNORECASE)
_BRACKETED = re.compile(r"[(（][^()（）]{2,60}[)）]")
_SIGNED = re.compile(rf"By\s[^()（）]{{2,120}}{_BRACKETED.pattern}")

_BOX = has_class("cont-ins")
_TITLES = xpath(f"//{has_class('titlebox')}")
_TIMES = xpath(f"//{has_class('timebox')}")
_AUTHORS = xpath(f"//{has_class('authorbox')}")
_BOXES = xpath(f"//{_BOX}")
_CONTENT = xpath("//*[@id='Content']")
_SUBS = xpath(f"//{has_class('articl-sub')}")
_H5 = Query("h5")


def _said(root: Element) -> dict[str, str]:
    """What the system says of the article, by name; empty where it says nothing."""
    return next(iter(properties_in(root)), {})


def _dated_h5(root: Element) -> list[Element]:
    return [node for node in _H5.elements(root) if _HAS_DATE.search(text_of(node))]


def _is_english(root: Element) -> bool:
    """Whether the page is not of the Chinese edition, by the title that the system knows."""
    return not _CHINESE.search(_said(root).get("title", ""))


class _Older(ChinaDailyPage):
    """What the templates of the older system share."""

    proven = False

    @property
    def published_text(self) -> str | None:
        return self._header.published or self._properties.get("date") or None

    @property
    def byline_text(self) -> str | None:
        return super().byline_text or self._properties.get("author") or None

    @property
    def subheadline(self) -> str | None:
        return self._properties.get("subtitle") or None

    @property
    def keywords(self) -> list[str]:
        return self.split_keywords(self._properties.get("keyword"))

    def _only(self, query: Query, what: str) -> Element | None:
        found = query.elements(self.root)
        if len(found) > 1:
            raise PageError(f"no single {what}", f"{len(found)} match")
        return found[0] if found else None


class Article2016(_Older):
    """A page of usa.chinadaily.com.cn: headline in `h2`, date in `h5`. Second hand: a scraper of
    2016 (Helen-ChenHan/ChinaDailySpider)."""

    marker = xpath(f"//h5[//h2][//*[@id='Content'] or //{has_class('articl-sub')}][not(//{_BOX})]")

    @classmethod
    def claims(cls, root: Element) -> bool:
        return super().claims(root) and bool(_dated_h5(root)) and _is_english(root)

    @property
    def headline(self) -> str | None:
        before = [text_of(node) for node in self._line.xpath("preceding::h2")]
        title = self._properties.get("title")
        if title and title in before:
            return title
        return before[-1] if before else None

    @cached_property
    def _line(self) -> Element:
        found = _dated_h5(self.root)
        if len(found) != 1:
            raise PageError("no single header", f"{len(found)} h5 with a date")
        return found[0]

    @cached_property
    def _header(self) -> Header:
        header = read_loose(text_of(self._line))
        if header.byline or header.source:
            return header
        # The signature may have an `h5` of its own.
        beside = self._line.xpath("preceding-sibling::*[1][self::h5] | following-sibling::h5[1]")
        signed = [text for node in beside if (text := text_of(node)) and _BY.match(text)]
        if len(signed) > 1:
            raise PageError("no single header", " || ".join(signed))
        author = read_author(next(iter(signed), ""))
        header.byline, header.source = author.byline, author.source
        return header

    @cached_property
    def _container(self) -> Element:
        container = self._only(_CONTENT, "body")
        if container is None:
            container = self._only(_SUBS, "body")
        if container is None:
            raise PageError("no single body")
        return container


class Article2012(_Older):
    """A page of which only the comment of the system and `#Content` are known. Second hand: both
    are taken from the Chinese edition; the headline is that of the comment."""

    marker = xpath(
        "//*[@id='Content'][//comment()[starts-with(normalize-space(.), 'enpproperty')]]"
        f"[not(//{_BOX}) and not(//{has_class('lft_art')}//h1) and not(//{has_class('ce_art')})"
        " and not(//*[@id='lft-art'])]"
    )

    @classmethod
    def claims(cls, root: Element) -> bool:
        if not super().claims(root) or not _is_english(root):
            return False
        return not Article2016.claims(root)

    @property
    def headline(self) -> str | None:
        return self._properties.get("title") or None

    @cached_property
    def _header(self) -> Header:
        """The line with the date, wherever it stands, and the one signature of the page."""
        content = self._container
        read = blocks(self.root, lambda node: node is content)
        texts = [block.text for block in read if block.kind == "text"]
        labelled = {text for text in texts if _UPDATED.search(text)}
        # A date without a label is this article's if it is that of the comment.
        known = self._properties.get("date", "")
        alone = {text for text in texts if _ALONE.fullmatch(text) and known.startswith(text)}
        dated = [*sorted(alone), *sorted(labelled)]
        if len(labelled) > 1 or len(alone) > 1:
            raise PageError("no single header", " || ".join(dated))
        header = read_loose(" ".join(dated))
        if header.byline or header.source:
            return header
        at = [index for index, text in enumerate(texts) if text in dated]
        beside = [text for index in at for text in texts[max(index - 1, 0) : index + 2]]
        signed = {text for text in texts if _SIGNED.fullmatch(text)}
        signed |= {text for text in beside if _BRACKETED.fullmatch(text)}
        if len(signed) > 1:
            raise PageError("no single header", " || ".join(sorted(signed)))
        author = read_author(next(iter(signed), ""))
        header.byline, header.source = author.byline, author.source
        return header


class Article2010(_Older):
    """A page of boxes: `.titlebox`, `.timebox`, `.authorbox` and the body in `.cont-ins`. Second
    hand: calibre's recipe of 2010 to 2017."""

    marker = xpath(f"//{_BOX}[//{has_class('titlebox')}]")

    @classmethod
    def claims(cls, root: Element) -> bool:
        return super().claims(root) and _is_english(root)

    @property
    def headline(self) -> str | None:
        box = self._only(_TITLES, "headline")
        if box is None:
            return None
        titles = {text for node in box.iter("h1", "h2") if (text := text_of(node))}
        return titles.pop() if len(titles) == 1 else text_of(box) or None

    @cached_property
    def _header(self) -> Header:
        time = self._only(_TIMES, "header")
        header = read_loose(text_of(time)) if time is not None else Header()
        box = self._only(_AUTHORS, "author")
        # The one may stand within the other.
        if box is None or (time is not None and time in box.iterancestors()):
            return header
        words = text_of(box)
        if time is not None and box in time.iterancestors():
            words = collapse(words.replace(text_of(time), "", 1))
        if words:
            author = read_author(words)
            header.byline = header.byline or author.byline
            header.source = header.source or author.source
        return header

    @cached_property
    def _container(self) -> Element:
        box = self._only(_BOXES, "body")
        if box is None:
            raise PageError("no single body")
        return box
