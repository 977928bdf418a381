"""What is no part of the article in a China Daily body, and how its pictures are framed."""

from __future__ import annotations

import re

from crawler.blocks import Block, Element, blocks, text_of
from crawler.content import Content
from crawler.items import Image
from crawler.pages import ArticlePage
from crawler.text import collapse

__all__ = ["ChinaDailyContent"]

_PAGERS = ("div_currpage", "displaypagenum")
# Where copy of the paper was printed: `(China Daily 11/08/2018 page14)`, month first.
_SLUG = re.compile(
    r"\s*[(（]\s*(?:China Daily|HK Edition)[A-Za-z ]*\s\d\d/\d\d/\d{4}\s+page\s?\w{1,4}\s*[)）]$",
    re.IGNORECASE,
)
# A writer's mailbox (feed of 2017-12-12, print edition of 2023-09-19), alone or asked to be
# written to; what is said of all opinion articles.
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_FOOT = re.compile(
    rf"(?:(?:To )?contact the (?:writers?|reporters?|authors?)(?: of this story)?\s*(?:at|:)\s*)?"
    rf"{_MAIL}(?:\s*(?:,|;|/|and|or)?\s*{_MAIL})*\.?"
    r"|The (?:opinions|views) expressed here are those of the (?:writers?|authors?) and do(?:es)? not"
    r" (?:necessarily )?(?:represent|reflect) (?:the|those) (?:views )?of China Daily"
    r"(?: and China Daily website)?\."
    rf"|If you have a specific expertise,[^.!?]*{_MAIL}(?:,? and {_MAIL})?\.?",
    re.IGNORECASE,
)
# Credits in capitals, without brackets: `PROVIDED TO CHINA DAILY`, `XINHUA`.
_CREDIT = re.compile(
    r"(?:(?P<caption>.*[.!?”\"’'])\s+)?(?P<credit>(?:(?:PHOTOS? |[Pp]hotos? )?"
    r"(?:PROVIDED TO|[Pp]rovided to) [\w .'’&-]{2,60}|(?:FOR )?CHINA DAILY|XINHUA))",
    re.DOTALL,
)


class ChinaDailyContent(Content):
    """The body of a China Daily article."""

    def __init__(
        self,
        page: ArticlePage,
        container: Element,
        *,
        skip: frozenset[Element] = frozenset(),
        gallery: bool = False,
    ) -> None:
        """`skip` are the lists of related news, which may stand in the body."""
        self.slug: str | None = None
        found = blocks(container, lambda node: _is_pager(node) or node in skip)
        read = [block for block in found if self._is_own(block)]
        super().__init__(page, container, read, gallery=gallery)
        for image in self.images:
            _part(image)

    def _is_own(self, block: Block) -> bool:
        """Whether a block is the article's; notes where it was printed."""
        if block.kind != "text":
            return block.kind == "image"
        if slug := _SLUG.search(block.text):
            self.slug = slug[0].strip()
            block.text = block.text[: slug.start()]
        return bool(block.text) and not _FOOT.fullmatch(block.text)

    def is_caption(self, block: Block) -> bool:
        # Before 2017 captions are blue (page of 2012-01-12).
        if self._beside and any(map(_is_blue, block.node.iter("font", "span"))):
            blue = " ".join(text_of(node) for node in block.node.iter() if _is_blue(node))
            if collapse(blue) == block.text:
                return True
        return super().is_caption(block)


def _is_blue(node: Element) -> bool:
    if not isinstance(node.tag, str):
        return False
    colour = (node.get("color") or "").strip().lower()
    return node.tag == "font" and colour in ("blue", "#0000ff")


def _is_pager(node: Element) -> bool:
    return node.get("id") in _PAGERS or "selectpage" in (node.get("class") or "").split()


def _part(image: Image) -> None:
    """Parts caption and credit where the credit has no brackets."""
    if image.credit is None and (match := _CREDIT.fullmatch(image.caption or "")):
        image.caption, image.credit = match["caption"], match["credit"]
