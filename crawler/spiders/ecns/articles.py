"""Article pages of ECNS. Galleries and videos are taken to be printed on them, too."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Image, Related
from crawler.pages import ArticlePage, PageError
from crawler.queries import css, xpath
from crawler.spiders.ecns.addresses import ADDRESSES
from crawler.text import collapse, is_byline, is_end_mark, split_credit
from crawler.urls import identify, resolve

__all__ = ["Article2011", "Article2018"]

_HEADER = re.compile(
    r"(?P<published>\d{4}-\d{1,2}-\d{1,2}\s+\d{1,2}:\d\d(?::\d\d)?)\s*"
    r"(?P<source>.*?)\s*(?P<editor>Editors?\s*[:：].*)?"
)
_SOCIAL = re.compile(
    r"//(?:[\w-]+\.)*(?:(?:facebook|twitter|x|weibo|youtube|instagram|tiktok)\.com)/", re.IGNORECASE
)
_BODY_START, _BODY_END, _PLAYER = "正文分页开始", "正文分页结束", "新视频播放器"


class _Article(ArticlePage):
    """What both systems share."""

    headline = css("h1#contitle")

    @property
    def _crumbs(self) -> list[str]:
        spans = self.root.xpath("//h1[@id='contitle']/preceding-sibling::h3[1]/span")
        return [text for span in spans if (text := text_of(span))]

    @property
    def section_text(self) -> str | None:
        return " ".join(self._crumbs) or None

    @property
    def section(self) -> str | None:
        return self._crumbs[-1] if self._crumbs else None

    @cached_property
    def _header(self) -> dict[str, str | None]:
        """Date, source and editor line, printed one after the other."""
        found = self.root.xpath("//div[contains(concat(' ', @class, ' '), ' downinfo ')]")
        if len(found) != 1:
            raise PageError("no single header", f"{len(found)} div.downinfo")
        parts = found[0].xpath("./span[not(.//a[contains(@href, '/app/')])]")
        text = " ".join(filter(None, map(text_of, parts))) if parts else text_of(found[0])
        match = _HEADER.fullmatch(text)
        if not match:
            raise PageError("header not understood", text)
        return {name: value or None for name, value in match.groupdict().items()}

    @property
    def published_text(self) -> str | None:
        return self._header["published"]

    @property
    def source_text(self) -> str | None:
        return self._header["source"]

    @property
    def editor_text(self) -> str | None:
        return self._header["editor"]

    @property
    def _yanse(self) -> Element:
        found = self.root.xpath("//div[@id='yanse']")
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} div#yanse")
        return found[0]

    @cached_property
    def _blocks(self) -> list[Block]:
        return blocks(self._yanse, _is_furniture)

    @cached_property
    def _content(self) -> _Content:
        return _Content(self, self._blocks)

    @property
    def body(self) -> list[str]:
        return self._content.body

    @property
    def images(self) -> list[Image]:
        return self._content.images

    @property
    def byline_text(self) -> str | None:
        return self._content.byline

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.images or self._has_player)

    @property
    def _has_player(self) -> bool:
        """Whether the body holds a film: a video page may print nothing else."""
        return bool(
            self._yanse.xpath(
                ".//video | .//iframe | .//object | .//embed | .//*[preceding-sibling::comment()[1]"
                f"[contains(., '{_PLAYER}') and contains(., 'start')]]"
            )
        )

    @property
    def related(self) -> list[Related]:
        return self.related_links(
            self.root.xpath(
                "//h3[normalize-space(.)='Related news']/following-sibling::*[1][self::ul]//li//a"
            )
        )

    @property
    def continued(self) -> list[str]:
        own = identify(self.url, ADDRESSES)
        if own is None:
            return []
        last, form = 1, ""
        for anchor in self._yanse.xpath(".//a[@href]"):
            url = resolve(self.url, anchor.get("href"))
            address = identify(url, ADDRESSES) if url else None
            if url and address and address.native == own.native and address.page > last:
                last, form = address.page, url
        return [
            re.sub(rf"-p{last}(?=\.shtml)", f"-p{number}", form) for number in range(2, last + 1)
        ]


class Article2018(_Article):
    """The system with `detail-i…` addresses: two comments mark where the body begins and ends."""

    marker = xpath(
        f"//div[@id='yanse'][comment()[contains(., '{_BODY_START}')]][//h1[@id='contitle']]"
    )

    @cached_property
    def _blocks(self) -> list[Block]:
        read = blocks(self._yanse, _is_furniture)
        marks = [
            index
            for mark in (_BODY_START, _BODY_END)
            for index, block in enumerate(read)
            if block.kind == "comment" and mark in block.text
        ]
        if len(marks) != 2 or marks[0] > marks[1]:
            raise PageError("body not marked", f"{len(marks)} marks")
        return read[marks[0] : marks[1]]


class Article2011(_Article):
    """The system with numeric addresses: the body is all of `div#yanse`."""

    marker = xpath(
        f"//div[@id='yanse'][not(comment()[contains(., '{_BODY_START}')])][//h1[@id='contitle']]"
    )


class _Content:
    """Paragraphs, pictures and byline of a body."""

    def __init__(self, page: _Article, read: list[Block]) -> None:
        self.body: list[str] = []
        self.images: list[Image] = []
        self.byline: str | None = None
        texts = 0
        for block in read:
            if block.kind == "image":
                self.images.append(page.image(block.node, None, None))
            elif block.kind == "text":
                texts += 1
                self._take(block, leading=texts <= 3 and len(self.body) <= 1)

    def _take(self, block: Block, *, leading: bool) -> None:
        text = block.text
        caption, credit = split_credit(text)
        if is_end_mark(text):
            return
        if is_byline(text, bracketed=True) or (leading and is_byline(text)):
            self.byline = self.byline or text
        elif credit or _is_caption(block.node):
            self._caption(caption, credit)
        else:
            self.body.append(text)

    def _caption(self, caption: str | None, credit: str | None) -> None:
        """Gives the caption to the last picture, or keeps it by itself where there is none."""
        last = self.images[-1] if self.images else None
        if last is None or (last.caption and caption) or (last.credit and credit):
            last = Image()
            self.images.append(last)
        last.caption = last.caption or caption
        last.credit = last.credit or credit


def _is_caption(node: Element) -> bool:
    """Whether a paragraph stands in a picture's frame, or is centred below a picture."""
    while node is not None and node.get("id") != "yanse":
        classes = (node.get("class") or "").split()
        if "pictext" in classes or "img_wrapper" in classes:
            return True
        node = node.getparent()
    return False


def _is_furniture(node: Any) -> bool:
    """Whether a node of the body is a pager or a paragraph of nothing but links to social media."""
    if node.get("id") == "function_code_page":
        return True
    if node.tag != "p":
        return False
    anchors = node.findall(".//a")
    if not anchors or not all(_SOCIAL.search(a.get("href") or "") for a in anchors):
        return False
    return collapse("".join(node.itertext())) == collapse(
        " ".join("".join(a.itertext()) for a in anchors)
    )
