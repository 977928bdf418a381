"""What is paragraph, caption and furniture in a Global Times body.

Paragraphs are text between `<br>`, mostly two, in older pages one: each line is taken as one.
Captions stand in a `center`, in `em`, or on the line after their picture with a credit at the end
that has no brackets, `NAME at the gate Photo: VCG`; the credit may have a line of its own. A line
after a picture that has none of this and ends as sentences do is a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

from crawler.blocks import Block, Element, blocks, text_of
from crawler.content import Content
from crawler.items import Related
from crawler.lines import is_source_line

if TYPE_CHECKING:
    from crawler.pages import ArticlePage

__all__ = ["GlobalTimesContent", "classes_of"]

_CARDS = frozenset(("author_card", "with_name_card", "article_share", "author_share"))
# Notes at the end: the headline in print, the folder; the label above further links.
_NOTE = re.compile(r"\W*(?:Newspaper headlines?\s*[:：]|Posted in\s*:).*", re.IGNORECASE)
_LABEL = re.compile(r"\W*Related (?:articles?|stories|news)\W*", re.IGNORECASE)
_EDITORS_NOTE = re.compile(r"Editor['’`]?s?['’]? ?note\b", re.IGNORECASE)
_PICTURE = (
    r"(?:Photos?|Pictures?|Screenshots?|Images?|Illustrations?|Graphics?|Infographics?|Cartoons?)"
)
# Labelled, `Photo: U.S. Navy`, or after a sentence, `… on Monday. Photo courtesy of NAME`.
_CREDIT = re.compile(
    rf"(?:^|\s|(?<=[.!?”\")]))(?P<credit>(?:(?:File|All|Combo) )?"
    rf"{_PICTURE}\s*[:：]\s*(?:[^.:：]|\.(?=\w)|(?<=[A-Z])\.){{2,120}}"
    rf"|(?<=[.!?”\")]\s){_PICTURE} (?:from|by|via|courtesy of|provided by) [^.:：]{{2,80}})\.*$"
)
_FINISHED = re.compile(r"[.!?:;…。！？：]\W*$")


class GlobalTimesContent(Content):
    """The body of a Global Times article."""

    def __init__(self, page: ArticlePage, container: Element, *, gallery: bool = False) -> None:
        container = _with_lines_parted(container)
        self.related: list[Related] = []
        """Links below a label `Related articles` in the body."""
        read = list(self._without_notes(page, blocks(container, is_furniture)))
        source = None
        last = read[-1] if len(read) > 1 and read[-2].kind == "text" else None
        if last and last.kind == "text" and is_source_line(f"Source: {last.text}"):
            source = last.text
            read.remove(last)
        super().__init__(page, container, read, gallery=gallery)
        self.source = self.source or source

    def _without_notes(self, page: ArticlePage, read: list[Block]) -> Iterator[Block]:
        labelled = False
        for block in read:
            if block.kind == "comment":
                continue
            if block.kind == "text" and labelled and _is_within(block, "a"):
                anchors = [a for a in block.node.iter("a") if text_of(a) == block.text]
                self.related += page.related_links(anchors)
                continue
            labelled = block.kind == "text" and bool(_LABEL.fullmatch(block.text))
            if block.kind != "text" or not (labelled or _NOTE.fullmatch(block.text)):
                yield block

    def frame(self, node: Element) -> str:
        names = classes_of(node)
        if any("caption" in name for name in names):
            return "caption"
        return "picture" if node.tag == "picture" or "picture" in names else super().frame(node)

    def is_caption(self, block: Block) -> bool:
        if _EDITORS_NOTE.match(block.text):
            return False
        if super().is_caption(block) or (self._beside and _credit_of(block.text)):
            return True
        # `Photo: VCG` on a line of its own: the one before it is its caption.
        if (match := _CREDIT.search(block.text)) and match.start("credit") == 0:
            return True
        if self._open is None or self._open.caption is not None or _is_within(block, "strong", "b"):
            return False
        is_last = block is self._texts[-1]
        return _is_within(block, "em", "i") or not (is_last or _FINISHED.search(block.text))

    def _caption(self, index: int, caption: str | None, credit: str | None) -> None:
        if caption and not credit and (credit := _credit_of(caption)):
            caption = caption.rstrip(".")[: -len(credit)].rstrip(" /|") or None
        super()._caption(index, caption, credit)


def _credit_of(text: str) -> str | None:
    """The credit that a line beside a picture ends in, `Photo: VCG`, or is, `VCG`."""
    match = _CREDIT.search(text)
    return match["credit"] if match else (text if is_source_line(f"Source: {text}") else None)


def classes_of(node: Element) -> list[str]:
    """The classes of an element."""
    return (node.get("class") or "").split() if isinstance(node.tag, str) else []


def is_furniture(node: Element) -> bool:
    """Whether an element of the body is a card about an author, or a block of further links."""
    names = classes_of(node)
    return not _CARDS.isdisjoint(names) or any(name.startswith("related") for name in names)


def _with_lines_parted(container: Element) -> Element:
    """A copy of the body in which every line break parts paragraphs."""
    parted = deepcopy(container)
    parted.tail = None
    for line_break in list(parted.iter("br")):
        second = etree.Element("br")
        line_break.addnext(second)
        second.tail, line_break.tail = line_break.tail, None
    return parted


def _is_within(block: Block, *tags: str) -> bool:
    """Whether all of a line stands in an element of `tags`."""
    around = block.node
    while around is not None and around.tag not in tags:
        around = around.getparent()
    return around is not None or any(text_of(one) == block.text for one in block.node.iter(*tags))
