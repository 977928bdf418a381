"""What is no part of the article in a body of China.org.cn, and how its pictures are framed."""

from __future__ import annotations

import re

from crawler.blocks import Block, Element, text_of
from crawler.content import Content
from crawler.queries import xpath
from crawler.spiders.chinaorgcn.addresses import ADDRESSES
from crawler.urls import identify, resolve

__all__ = ["ChinaOrgCnContent", "is_furniture", "without_notes"]

# What follows the last paragraph of comments since 2015: who the author is, the portal's disclaimer
# and its addresses (/opinion/2022-10/21/content_78478030.htm).
_NOTE = re.compile(
    r"(?:\s*(?:"
    r"[^\W\d_a-z][^!?]{2,400}?[Ff]or more information,? please visit ?[:：]?"
    r"|[^\W\d_a-z][^!?]{2,200}? is an? (?:[\w'’ -]{1,60} )?columnist (?:with|for|at) China\.org\.cn\."
    r"|The authors? (?:is|are) [^!?]{2,300}"
    r"|https?://(?:www\.)?china\.org\.cn/opinion/\S*"
    r"|Opinion articles reflect the views of their authors(?: only)?,? (?:and )?not necessarily those of"
    r" China\.org\.cn\.?"
    r"|If you would like to contribute[^.!?]{0,80}, please contact us at \S+@china\.org\.cn\.?"
    r"|Follow (?:China\.org\.cn|@?chinaorgcn) on [^.!?]{2,80} to join the conversation\.?"
    r"|ChinaNews App Download"
    r"|Related (?:readings?|reports?|links?)\s*[:：]?"
    r"))+\s*"
)

_DISCLAIMER = re.compile(r"Opinion articles reflect the views of their authors")
_BIOGRAPHY = re.compile(r"[^\W\d_a-z][^!?]{2,200}? (?:is|are|was) (?:an?|the) [^!?]{2,200}")
_UPRIGHT = xpath(".//text()[normalize-space(.) != ''][not(ancestor::em or ancestor::i)]")


class ChinaOrgCnContent(Content):
    """The body of an article of China.org.cn."""

    def frame(self, node: Element) -> str:
        # A picture and its caption in the cells of a table of their own.
        if node.tag == "table" and len(node.xpath(".//img")) == 1:
            return "picture" if len(text_of(node)) < 400 else ""
        return super().frame(node)


def is_furniture(node: Element) -> bool:
    """Whether a node of the body is the pager."""
    return bool(node.get("id") == "autopage")


def without_notes(read: list[Block], base: str) -> list[Block]:
    """`read` without what the portal prints below the last paragraph."""
    kept, disclaimed = list(read), False
    while texts := [i for i, block in enumerate(kept) if block.kind == "text"]:
        last = kept[texts[-1]]
        # Right above the disclaimer, in italics: who the author is.
        if not (
            _NOTE.fullmatch(last.text)
            or _is_related(last, base)
            or (disclaimed and _BIOGRAPHY.fullmatch(last.text) and not _UPRIGHT.elements(last.node))
        ):
            break
        disclaimed = bool(_DISCLAIMER.match(last.text))
        del kept[texts[-1]]
    return kept


def _is_related(block: Block, base: str) -> bool:
    """Whether a line is nothing but a link to another article."""
    anchors = list(block.node.iter("a"))
    urls = [resolve(base, anchor.get("href") or "") for anchor in anchors]
    linked = "".join(map(text_of, anchors))
    return (
        bool(linked)
        and linked == block.text.lstrip("·•- ")
        and all(url and identify(url, ADDRESSES) for url in urls)
    )
