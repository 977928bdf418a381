"""The body of an article: which of its lines are paragraphs, and which belong to pictures.

Captions are told by the frame they stand in, by the credit they end in, by being centred right
after a picture, or, in galleries, simply by coming after one. A layout with other frames says so
in a subclass (`frame`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.blocks import Block, Element, text_of
from crawler.items import Image
from crawler.lines import (
    cut_end_mark,
    is_byline,
    is_contributors,
    is_editor_line,
    is_source_line,
    split_credit,
)
from crawler.text import collapse
from crawler.urls import resolve

if TYPE_CHECKING:
    from crawler.pages import ArticlePage

__all__ = ["Content"]

_CENTRED = re.compile(r"text-align:\s*center", re.IGNORECASE)
_MORE = re.compile(
    r"(?:Related(?: news| stories| articles?| readings?| reports?| links?)?|Read more|More photos|Special(?: report| coverage)?)"
    r"\s*[:：]?|>>",
    re.IGNORECASE,
)


class Content:
    """Paragraphs, pictures and the lines about people of one body."""

    def __init__(
        self, page: ArticlePage, container: Element, read: list[Block], *, gallery: bool = False
    ) -> None:
        """`read` are the blocks of `container`, furniture left out; in a `gallery` the line after
        a picture is its caption."""
        self.body: list[str] = []
        self.images: list[Image] = []
        self.byline: str | None = None
        self.editor: str | None = None
        self.source: str | None = None
        self._page = page
        self._container = container
        self._gallery = gallery
        self._blocks = [block for block in read if self._shows(block)]
        self._texts = [block for block in self._blocks if block.kind == "text"]
        self._beside = False
        """Whether the block before was a picture, or the caption of one."""
        self._open: Image | None = None
        """The picture of the block before, while it has no caption."""
        self._early: Image | None = None
        """A caption that stands before its picture."""
        for index, block in enumerate(self._blocks):
            if block.kind == "image":
                self._picture(block.node)
            else:
                self._line(index, block)
        # The page keeps its content; the content does not keep the page.
        del self._page, self._container, self._blocks, self._texts

    # What a layout may say otherwise

    def frame(self, node: Element) -> str:
        """`caption` for an element that holds nothing but captions, `picture` for one around a
        picture and its caption, else empty."""
        if node.tag == "figcaption":
            return "caption"
        return "picture" if node.tag == "figure" else ""

    def address(self, picture: Element) -> str | None:
        """The address of a picture as printed."""
        source: str | None = picture.get("src")
        return source

    def is_caption(self, block: Block) -> bool:
        """Whether a line without a credit is a caption."""
        frame, centred = self._frame_of(block.node)
        if frame == "caption":
            return True
        # What follows a caption is none, unless it stands in the picture's own frame.
        if self._open is None or self._open.caption is not None:
            return False
        return bool(frame) or centred or self._gallery

    # The walk

    def _picture(self, node: Element) -> None:
        image = self._early or Image()
        if self._early is None:
            self.images.append(image)
        image.url = resolve(self._page.base, self.address(node) or "")
        self._open = image if image.caption is None else None
        self._early, self._beside = None, True

    def _line(self, index: int, block: Block) -> None:
        text = cut_end_mark(block.text)
        caption, credit = split_credit(text, beside_picture=self._beside)
        if caption and credit and self._is_captioned(block):
            caption, credit = split_credit(text, beside_picture=False)
        if not text or _is_more(block):
            return
        if (
            is_byline(text, bracketed=True)
            or (self._at_an_end(block) and is_byline(text))
            or is_contributors(text)
        ):
            self.byline = self.byline or text
        elif is_editor_line(text):
            self.editor = self.editor or text
        elif is_source_line(text) and not self._open:
            self.source = self.source or text
        elif credit or self.is_caption(block):
            self._caption(index, caption, credit)
            return
        else:
            self.body.append(text)
        self._open, self._beside = None, False

    def _is_captioned(self, block: Block) -> bool:
        """Whether the picture before has its caption: what follows outside its frame is a
        paragraph, and may end in an agency as any does, `… he said. (Xinhua)`."""
        return (
            not self._gallery
            and (self._open is None or self._open.caption is not None)
            and not self._frame_of(block.node)[0]
        )

    def _at_an_end(self, block: Block) -> bool:
        """Whether a line stands where bylines do: first, after a standfirst, or last."""
        return (block in self._texts[:3] and len(self.body) <= 1) or block is self._texts[-1]

    def _caption(self, index: int, caption: str | None, credit: str | None) -> None:
        """Gives a caption to the picture before it, or to the one after it, or keeps it alone."""
        self._beside = True
        following = self._blocks[index + 1] if index + 1 < len(self._blocks) else None
        last = self.images[-1] if self.images else None
        if self._open is not None:
            image = self._open
        elif last is not None and self._continues(index) and not (last.credit and credit):
            image = last
        elif caption is None and last is not None and not last.credit and self._strays(index):
            # The credit has a line of its own, and the line before it is the caption.
            image, caption = last, self.body.pop()
        else:
            image = Image()
            self.images.append(image)
            if following is not None and following.kind == "image":
                self._early = image
        image.caption = " ".join(filter(None, (image.caption, caption))) or None
        image.credit = image.credit or credit
        self._open = None if image.credit or image.caption is None else self._open

    def _continues(self, index: int) -> bool:
        """Whether a caption goes on from the line before: both in one picture's frame."""
        before, here = self._blocks[index - 1], self._blocks[index]
        if index == 0 or before.kind != "text":
            return False
        return self._frame_of(here.node)[0] == "caption" == self._frame_of(before.node)[0]

    def _strays(self, index: int) -> bool:
        """Whether the line before was taken for a paragraph and stands right after a picture."""
        return (
            index >= 2
            and self._blocks[index - 1].kind == "text"
            and self._blocks[index - 2].kind == "image"
            and bool(self.body)
            and self.body[-1] == self._blocks[index - 1].text
        )

    def _shows(self, block: Block) -> bool:
        """Whether a block prints something: text, or a picture with an address of its own."""
        if block.kind != "image":
            return block.kind == "text"
        source = (self.address(block.node) or "").strip()
        return bool(source) and not source.startswith("data:")

    def _frame_of(self, node: Element) -> tuple[str, bool]:
        """What frame of a picture a line stands in, and whether it is centred."""
        found, centred = "", False
        while node is not None and node is not self._container:
            here = self.frame(node)
            if here == "caption" or (here and not found):
                found = here
            centred = centred or (
                node.tag == "center"
                or (node.get("align") or "").lower() == "center"
                or bool(_CENTRED.search(node.get("style") or ""))
            )
            node = node.getparent()
        return found, centred


def _is_more(block: Block) -> bool:
    """Whether a line is nothing but links to more, or the label above them."""
    if _MORE.fullmatch(block.text):
        return True
    anchors = list(block.node.iter("a")) if block.node.tag == "p" else []
    if not anchors:
        return False
    linked = collapse(" ".join(map(text_of, anchors)))
    rest = block.text.replace(linked, "", 1) if linked else block.text
    return bool(linked) and bool(_MORE.fullmatch(collapse(rest)))
