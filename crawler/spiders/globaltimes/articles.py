"""Article pages of Global Times, none of which was seen: their classes are other people's."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cached_property

from crawler.blocks import Element, text_of
from crawler.queries import PageError, Query, css, xpath
from crawler.spiders.globaltimes.pages import (
    TIMES,
    GlobalTimesArticle,
    has,
    is_no_byline,
    last_crumb,
    printed,
)

__all__ = ["Article2009", "Article2013", "Article2020"]

_SOURCE_SLOT = re.compile(
    r"(?P<byline>.*?)\s*\|?\s*Sources?\s*:\s*(?P<source>[^|:]+)", re.IGNORECASE
)
_POSTED = re.compile(r"Posted in\s*:?\s*([^,|]{2,60})", re.IGNORECASE)

# 2020
_COLUMN = Query("div.article_column")
_TIMES = (Query(".author_share_left .pub_time"), Query("span.pub_time"))
_TITLES = (Query(".article_top .article_title"), Query(".article_title"))
_SUBTITLES = (Query(".article_top .article_subtitle"), Query(".article_subtitle"))
_SHOWN = "not(@hidden or contains(translate(@style, 'DISPLAY: ', 'display:'), 'display:none'))"
_BYLINES = (
    xpath(f"//*[{has('byline')}][not(ancestor::*[{has('article_right')}])]"),
    xpath(f"//*[{has('author_share_left')}]/span[not({has('pub_time')})][{_SHOWN}]"),
    xpath(f"//*[{has('author_share_left')} or {has('byline')}]//a[{has('author_name')}]"),
)
_LEFT = xpath(f"//*[{has('author_share_left')}]")
_RIGHT = (
    Query(".article_content .article_right"),
    Query(".article_right"),
    Query("div.article_content"),
)
# 2013
_HEADER_LINES = (Query(".article-source .text-left"), Query(".article-source"))
_CRUMBS = Query(".crumbs")
_POSTED_IN = xpath("//*[text()[contains(., 'Posted in')]]")
_ROW_CONTENT = (
    Query("#left .span12.row-content"),
    Query(".span12.row-content"),
    Query(".row-content"),
)
# 2009
_CONTENT = Query("div#content")
_HEADINGS = (Query("div#content h1"), Query("div#content h2"), Query("div#content h3"))
_LOCATION = xpath(f"//*[{has('location')}]")
_NO_BODY = xpath(f".//*[{has('location')} or {has('contentpage')}] | .//h1 | .//h2")
_PAGER_LINKS = xpath(f".//*[{has('contentpage')}]//a[@href][not(starts-with(@href, '#'))]")


class Article2020(GlobalTimesArticle):
    """The layout since 2020, also of older articles at `/page/`. Second hand: scrapers of 2021 to
    2026 agree on its classes; a video may have `div.article_subtitle` and no `div.article_title`.
    Galleries are read where they are printed on it."""

    marker = xpath(
        f"//body[.//*[{has('article_right')} or {has('article_content')}]]"
        f"[.//*[{has('article_title')} or {has('article_subtitle')}]]"
        f"[not(.//*[{has('article-title')}])]"
    )

    @cached_property
    def _headlines(self) -> list[str]:
        found = [self._heading(queries) for queries in (_TITLES, _SUBTITLES)]
        return [text for text in found if text]

    def _heading(self, queries: tuple[Query, ...]) -> str | None:
        known = [query for query in queries if query.elements(self.root)]
        return self.perhaps("headline", known[0]) if known else None

    @property
    def headline(self) -> str | None:
        return self._headlines[0] if self._headlines else None

    @property
    def subheadline(self) -> str | None:
        return self._headlines[1] if len(self._headlines) > 1 else None

    @property
    def section_text(self) -> str | None:
        return self.perhaps("section", _COLUMN)

    @property
    def section(self) -> str | None:
        return last_crumb(self.section_text)

    @cached_property
    def header(self) -> dict[str, str | None]:
        spans = _TIMES[0].elements(self.root) or _TIMES[1].elements(self.root)
        time = " ".join(dict.fromkeys(text_of(span) for span in spans))
        match = TIMES.fullmatch(time)
        if match is None or not any(match.groupdict().values()):
            raise PageError("header not understood", time[:200])
        byline, source = self._byline, None
        if byline and (slot := _SOURCE_SLOT.fullmatch(byline)):
            byline = slot["byline"] if slot["byline"].casefold() not in ("", "by") else None
            source = slot["source"]
        if is_no_byline(byline):
            raise PageError("byline not understood", str(byline)[:200])
        return {**match.groupdict(), "byline": byline, "source": source}

    @property
    def _byline(self) -> str | None:
        """The byline without the cards about authors that open beside their names."""
        label = ""
        for query in _BYLINES:
            found = query.elements(self.root)
            texts = list(dict.fromkeys(text for one in found if (text := printed(one))))
            if len([text for text in texts if text.casefold().startswith("by ")]) > 1:
                raise PageError("byline not understood", " | ".join(texts)[:200])
            if texts and texts[0].casefold() == "by":
                label = texts.pop(0)
            if texts:
                return f"{label} {', '.join(texts)}".strip()
        # `By NAME` in no element of its own, or in `.with_name_card`.
        line = " ".join(
            printed(one, "author_card", "pub_time") for one in _LEFT.elements(self.root)
        )
        return line if line.casefold().startswith(("by ", "source")) else None

    @cached_property
    def container(self) -> Element:
        return self.one("body", *_RIGHT)


class Article2013(GlobalTimesArticle):
    """The layout of about 2013 to January 2021, `By NAME Source:Global Times Published: 2019/11/28
    21:23:40` in one line, the body bare text. Second hand: ten scrapers agree on its classes."""

    marker = xpath(
        f"//body[.//*[{has('article-title')}]][.//*[{has('row-content')}]]"
        f"[not(.//*[{has('article_right')} or {has('article_content')}])]"
    )
    headline = css(".article-title h3")

    @cached_property
    def header(self) -> dict[str, str | None]:
        return self.header_of(text_of(self.one("header", *_HEADER_LINES)), 2013)

    @property
    def section_text(self) -> str | None:
        return self.perhaps("section", _CRUMBS) or self._posted

    @property
    def section(self) -> str | None:
        return self._posted or last_crumb(self.section_text)

    @cached_property
    def _posted(self) -> str | None:
        """The folder behind `Posted in:`, if it is one only."""
        lines = [text_of(node) for node in _POSTED_IN.elements(self.root)]
        found: set[str] = {match[1] for line in lines if (match := _POSTED.fullmatch(line))}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def container(self) -> Element:
        return self.one("body", *_ROW_CONTENT)


class Article2009(GlobalTimesArticle):
    """The layout of 2009 to about 2012, on hosts such as china.globaltimes.cn: headline, header
    line and body in `div#content`. Second hand: a calibre recipe has this element, `.location` and
    `.contentpage`; that the header line ends in `[08:04 May 16 2011]` is a recollection."""

    marker = xpath(
        "//body[.//div[@id = 'content'][.//h1 or .//h2 or .//h3]"
        "[contains(., 'Source') or contains(., 'Published')]]"
        f"[not(.//*[{has('article_right')} or {has('article_content')} or {has('row-content')}"
        f" or {has('article_title')} or {has('article-title')} or {has('source_time')}])]"
    )

    @cached_property
    def headline(self) -> str | None:
        return text_of(self.one("headline", *_HEADINGS)) or None

    @property
    def section_text(self) -> str | None:
        return self.perhaps("section", _LOCATION)

    @property
    def section(self) -> str | None:
        return last_crumb(self.section_text)

    @cached_property
    def _parted(self) -> tuple[dict[str, str | None], Element]:
        """The header, and what is left of the content without what is no body."""
        content = self.one("body", _CONTENT)
        if _PAGER_LINKS.elements(content):
            raise PageError("pager not understood")
        body = deepcopy(content)
        body.tail = None
        heading = self.one("headline", *_HEADINGS).tag
        for node in [*_NO_BODY.elements(body), *body.iter(heading)]:
            _drop(node)
        for line in list(body.iter("div", "p", "span", "h3", "h4", "h5", "ul")):
            for year in (2009, 2013):
                try:
                    header = self.header_of(text_of(line), year)
                except PageError:
                    continue
                _drop(line)
                return header, body
        raise PageError("header not understood", "no line of it")

    @property
    def header(self) -> dict[str, str | None]:
        return self._parted[0]

    @property
    def container(self) -> Element:
        return self._parted[1]


def _drop(node: Element) -> None:
    """Takes an element out of its tree, not what follows it."""
    parent = node.getparent()
    if parent is None:
        return
    before = node.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (node.tail or "")
    else:
        before.tail = (before.tail or "") + (node.tail or "")
    parent.remove(node)
