"""Article pages of english.www.gov.cn."""

from __future__ import annotations

import re
from functools import cached_property
from typing import ClassVar

from crawler.blocks import Block, Element, blocks, text_of
from crawler.content import Content
from crawler.items import Article
from crawler.layouts.bodies import BodyPage
from crawler.layouts.pagers import linked_pages
from crawler.layouts.whole import check_single, is_closed, with_closed_headline
from crawler.moments import MONTH
from crawler.queries import PageError, Query, xpath
from crawler.spiders.govcn.addresses import ADDRESSES, identified
from crawler.text import collapse
from crawler.urls import identify

__all__ = ["Article2014", "Article2022"]

_BODY = Query(".Artical_Content")
# One of them may stand in another: the first that there is holds the body.
_OLD_BODIES = (Query("#UCAP-CONTENT"), Query(".pages_content"), Query("#Zoom"))
_DATE = (
    rf"(?:{MONTH}\.? ?\d{{1,2}}, ?\d{{4}}|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}})"
    r"(?: ?\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]\.?M\.?)?)?"
)
_WHEN = re.compile(rf"(?P<label>Updated\s*[:：]\s*|Published\s*[:：]\s*|)(?P<date>{_DATE})")
_LEFTOVER = re.compile(
    r"(?:(?P<byline>(?:By|by|BY) [^|]{2,150}?)\s*(?:\||$)\s*)?"
    r"(?P<source>(?:Source\s*[:：]\s*)?[^|:：]{2,80})?"
)
# A byline that runs into its outlet, and what no name of a source has in it.
_RUN_ON = re.compile(r"\b(?:Xinhua|China Daily|chinadaily\.com\.cn|(?:www\.)?gov\.cn)$")
_NO_SOURCE = re.compile(
    r"\b(?:by|edited|editors?|updated|print|font|size)\b|\bshare|\+", re.IGNORECASE
)
_TOOL = re.compile(
    r"[+-]|A[+-]?|T|Print|Share|Facebook|Twitter|X|Linkedin|WeChat|Weibo|E-?mail", re.IGNORECASE
)
_SIZES = re.compile(r"(?:\s*(?:[+-]|\bA\b))+$")
_FOREIGN = xpath(
    " | ".join(
        f".//*[contains(concat(' ', normalize-space(@class), ' '), ' Artical_{part} ')]"
        for part in ("Title", "Info", "Content")
    )
)
_FOOT = re.compile(
    r"Copyright\s*(?:©|\(c\))|\bAll Rights Reserved\b|^Back to (?:the )?top$", re.IGNORECASE
)
# Prose: what is short, or all links, is furniture.
_AFTER = xpath(
    "./following-sibling::*[self::p or self::figure][string-length(normalize-space(.)) > 60]"
    "[.//text()[normalize-space(.) != ''][not(ancestor::a)]]"
)
# `Details>>Chinese government calls for …`, below a paragraph (/policies/policy_watch/2016/08/15/
# content_281475417938311.htm, its text).
_DETAILS = re.compile(
    r"(?:Details|Read more|Full text|Related\b[\w ]*)\s*(?:>>|»).*", re.IGNORECASE
)
_UPDATED = xpath("//*[not(self::script or self::style)][text()[contains(., 'Updated')]]")
_SITE = re.compile(r"\s*[-_|]\s*(?:english\.gov\.cn|The State Council.*)$", re.IGNORECASE)


class _Article(BodyPage):
    """What both layouts share."""

    proven = False
    required = ("headline",)
    _bodies: ClassVar[tuple[Query, ...]] = (_BODY,)

    def to_item(self) -> Article:
        check_single(self)
        own, named = identify(self.url, ADDRESSES), self._meta("contentid")
        if own and named and named.removeprefix("content_") != own.native:
            raise PageError("another article's page", named, type(self).__name__)
        item = with_closed_headline(super().to_item())
        if not item.published_text and not item.updated_text:
            raise PageError("no published_text", layout=type(self).__name__)
        return item

    def _meta(self, name: str) -> str | None:
        """What the head declares; `None` where it declares nothing, or two things."""
        found = {
            collapse(meta.get("content") or "")
            for meta in self.root.iter("meta")
            if (meta.get("name") or "").lower() == name
        } - {""}
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} meta {name}")
        return found.pop() if found else None

    def _only(self, name: str) -> Element | None:
        found = self.root.xpath(
            f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        )
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} match .{name}")
        return found[0] if found else None

    @property
    def headline(self) -> str | None:
        title = self._only("Artical_Title")
        if title is None:
            return self._untitled
        if _BODY.elements(title):
            raise PageError("headline not closed")
        headed = title.xpath(".//h1")
        return text_of(headed[0] if len(set(map(text_of, headed))) == 1 else title) or None

    @property
    def _untitled(self) -> str | None:
        """The headline of a page without `.Artical_Title`."""
        nodes = [node for node in self.root.iter("h1") if text_of(node)]
        if any(node in self._container.iterancestors() for node in nodes):
            raise PageError("headline not closed")
        headed = list(dict.fromkeys(map(text_of, nodes)))
        titles = [_SITE.sub("", collapse(node.text or "")) for node in self.root.iter("title")]
        found = headed if len(headed) == 1 else titles
        return found[0] or None if len(found) == 1 else None

    @cached_property
    def _header(self) -> dict[str, str | None]:
        """The line below the headline, taken apart as a whole."""
        info = self._only("Artical_Info")
        text = _line_of(info) if info is not None else self._stamp
        dates = {match["label"][:1]: match["date"] for match in _WHEN.finditer(text)}
        rest = _WHEN.sub(" | ", text)
        parts = [part for printed in rest.split("|") if (part := collapse(printed))]
        match = _LEFTOVER.fullmatch(" | ".join(parts))
        if (
            not match
            or len(dates) != len(_WHEN.findall(text))
            or _RUN_ON.search(match["byline"] or "")
            or _NO_SOURCE.search(match["source"] or "")
        ):
            raise PageError("header not understood", text)
        return {
            "published": dates.get("P") or dates.get(""),
            "updated": dates.get("U"),
            "byline": match["byline"],
            "source": match["source"],
        }

    @property
    def _stamp(self) -> str:
        """The printed date of a page that has no `.Artical_Info`."""
        texts = {
            text
            for node in _UPDATED.elements(self.root)
            if not any(one is self._container for one in (node, *node.iterancestors()))
            and len(text := _line_of(node)) < 150
            and _WHEN.search(text)
        }
        if len(texts) > 1:
            raise PageError("header not understood", " | ".join(sorted(texts)))
        return texts.pop() if texts else ""

    @property
    def published_text(self) -> str | None:
        return self._header["published"] or self._meta("publishdate")

    @property
    def updated_text(self) -> str | None:
        return self._header["updated"]

    @property
    def byline_text(self) -> str | None:
        return self._header["byline"] or self._content.byline

    @property
    def source_text(self) -> str | None:
        return self._header["source"] or self._meta("source") or self._content.source

    @property
    def editor_text(self) -> str | None:
        return self._content.editor

    @cached_property
    def _container(self) -> Element:
        found = next(filter(None, (query.elements(self.root) for query in self._bodies)), [])
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} bodies")
        return found[0]

    @cached_property
    def _content(self) -> Content:
        read = [
            block
            for block in blocks(self._container, _is_furniture)
            if not (_DETAILS.fullmatch(block.text) and block.node.find(".//a") is not None)
        ]
        if not is_closed(self):
            raise PageError("page cut short")
        if _FOREIGN.elements(self._container) or any(map(_is_foot, read)):
            raise PageError("body not closed")
        if _AFTER.elements(self._container):
            raise PageError("body closed early")
        return Content(self, self._container, read)

    @property
    def continued(self) -> list[str]:
        return linked_pages(self, identified).after("_{n}.")


class Article2022(_Article):
    """An article in `.Artical_Content`. Second hand: rhetoric-corpus (2026-10) and prism (2025)
    read it so."""

    marker = _BODY


class Article2014(_Article):
    """An article of the first system, in `#UCAP-CONTENT`, `.pages_content` or `#Zoom`. Second hand:
    rhetoric-corpus (2026-10) reads copies of a web archive so."""

    marker = xpath(
        "//body[.//*[@id='UCAP-CONTENT' or @id='Zoom' or contains(concat(' ',"
        " normalize-space(@class), ' '), ' pages_content ')]]"
        "[not(.//*[contains(concat(' ', normalize-space(@class), ' '), ' Artical_Content ')])]"
    )
    _bodies = _OLD_BODIES


def _is_furniture(node: Element) -> bool:
    """Whether a node of the body is a pager."""
    return node.get("id") == "div_currpage" or "selectpage" in (node.get("class") or "").split()


def _is_foot(block: Block) -> bool:
    return block.kind == "text" and bool(_FOOT.search(block.text))


def _line_of(info: Element) -> str:
    """What a header prints, without the headline, the buttons and the links to share it."""

    def is_tool(node: Element) -> bool:
        named = f"{node.get('class') or ''} {node.get('id') or ''}"
        return (
            "share" in named.lower()
            or "Artical_Title" in named.split()
            or (node is not info and bool(_TOOL.fullmatch(text_of(node))))
        )

    read = (block.text for block in blocks(info, is_tool) if block.kind == "text")
    return _SIZES.sub("", " ".join(read))
