"""What is text and what is caption in a body of Xinhua.

Captions are navy: `FONT color=#000080` in a table with the picture (2008), spans of 12 pixels in
paragraphs of their own (2023). Without colour, they are told by where they stand: between a
picture and a credit, between a picture and the dateline, after a picture below the end mark.
"""

from __future__ import annotations

import re
from copy import deepcopy

from lxml import etree

from crawler.blocks import Block, Element, text_of
from crawler.content import Content
from crawler.lines import (
    is_byline,
    is_contributors,
    is_editor_line,
    split_credit,
)
from crawler.pages import ArticlePage
from crawler.queries import PageError
from crawler.spiders.xinhua.furniture import (
    DATELINE,
    is_furniture,
    is_other_news,
    without_related,
)
from crawler.text import collapse

__all__ = ["XinhuaContent", "parted"]

_NAVY = re.compile(r"(?:^|;)\s*color\s*:\s*(?:#000080|navy|rgb\(0,\s*0,\s*128\))", re.IGNORECASE)
_SMALL = re.compile(r"font-size\s*:\s*12px", re.IGNORECASE)
_END = re.compile(r"(?:■|(?:^|(?<=[\s.!?”\"'(\[)]))Enditem)[)\]]?\.?\s*$")
_BRACKETED_END = re.compile(r"\s*[(\[]Enditem[)\]]?\.?\s*$")
# Below a text: `(Xinhua/Agencies)`, `(Source: CRIENGLISH.com)`. Beside a picture it is a credit.
_OUTLET = r"(?:Agencies|AFP|AP|Reuters|EPA|China Daily|CRI(?:ENGLISH)?|CCTV|CNS|Shanghai Daily)"
_OUTLET = rf"(?:{_OUTLET}(?:\.com|\.cn)?)"
_SOURCES = re.compile(
    rf"\(\s*(?:Xinhua(?:net)?(?:\s*/\s*{_OUTLET})+|{_OUTLET}(?:\s*/\s*{_OUTLET})*)"
    r"(?: via Xinhua)?\s*\)"
    r"|[(（]?\s*Sources?\s*[:：]\s*[^.!?:()]{2,60}(?:\.(?:com|cn|org|net))*\s*[)）]?",
    re.IGNORECASE,
)
_ROLE = (
    r"(?:(?i:(?:(?:Xinhua|staff|contributing|special|senior|guest|sports)\s+)*"
    r"(?:sports ?)?(?:writers?|reporters?|correspondents?|contributors?|commentators?|interns?))"
    r":?\s+)?"
)
_WORD = r"(?:[A-ZÀ-Þ][\w.'’-]*|de|da|dos|del|la|le|van|von|der|den|bin|al|el|un)"
_SIGNED = re.compile(
    rf"[Bb][Yy]:?\s+{_ROLE}{_WORD}(?: {_WORD}){{0,5}}"
    rf"(?:\s*(?:,\s*and\b|[,;/&]|\band\b)\s*{_ROLE}{_WORD}(?: {_WORD}){{0,5}})*"
)
_NOTE = re.compile(r"Editor['’]s note\b", re.IGNORECASE)
_INDENT = re.compile("[\\s\u200b]*[\u00a0\u2003\u3000]{2}")
_ICON = re.compile(r"/icon/|imgs?\.(?:xinhuanet|news)\.c(?:om|n)/(?:icon|images?/icon)")
_MOST_LINES, _SHORT = 4, 1500
"""Lines of a caption without colour, and letters of a table that is a picture with its caption."""


class XinhuaContent(Content):
    """The body of a Xinhua article."""

    def __init__(
        self, page: ArticlePage, container: Element, read: list[Block], *, gallery: bool = False
    ) -> None:
        self._navy: dict[Element, str] = {}
        shown = [block for block in read if self._shows(block) and not is_furniture(block)]
        shown = without_related(shown)
        while shown and is_other_news(shown[-1], page):
            shown.pop()
        for block in shown:
            block.text = _BRACKETED_END.sub(" Enditem", block.text)
        self.signature: str | None = None
        """A byline on the line before the dateline."""
        dateline = _first_dateline(shown)
        if dateline and shown[dateline - 1].kind == "text" and _is_signature(shown[dateline - 1]):
            self.signature = shown.pop(dateline - 1).text
            dateline -= 1
        below = None
        if len(shown) > 1 and shown[-2].kind == "text" and _SOURCES.fullmatch(shown[-1].text):
            below = shown.pop().text
        placed = _captions(shown, dateline)
        self._placed = {id(block) for block in placed}
        if not gallery and dateline is None and not placed and _may_be_gallery(shown):
            raise PageError("captions not told from text")
        super().__init__(page, container, shown, gallery=gallery)
        self.source = self.source or below
        self._navy.clear()

    def frame(self, node: Element) -> str:
        if node not in self._navy:
            self._navy[node] = self._frame(node)
        return self._navy[node]

    def _frame(self, node: Element) -> str:
        if node.tag == "table":
            text = text_of(node) if node.find(".//img") is not None else ""
            return "picture" if 0 < len(text) < _SHORT and not DATELINE.search(text) else ""
        inner = [part for part in node.iter() if _is_navy(part)]
        outer = [part for part in inner if not any(up in inner for up in part.iterancestors())]
        if not outer or text_of(node) != collapse(" ".join(map(text_of, outer))):
            return super().frame(node)
        small = all(_SMALL.search(part.get("style") or "") for part in outer)
        tables = node.iterancestors("table")
        return "caption" if small or any(map(self._frame, tables)) else "picture"

    def address(self, picture: Element) -> str | None:
        source = super().address(picture)
        return None if source and _ICON.search(source) else source

    def is_caption(self, block: Block) -> bool:
        return (id(block) in self._placed and self._open is not None) or super().is_caption(block)


_UNREAD = frozenset(("script", "style", "noscript", "template"))


def parted(container: Element) -> Element:
    """A copy of a body in which the lines of a paragraph are parted that a single `<br>` parts: one
    indented by blanks, and a dateline below its byline."""
    copied = deepcopy(container)
    copied.tail = None
    for line_break in list(copied.iter("br")):
        below = _beside(line_break, "following")
        if _INDENT.match(below) or (
            DATELINE.search(below[:260])
            and _SIGNED.fullmatch(collapse(_beside(line_break, "preceding")))
        ):
            second = etree.Element("br")
            second.tail, line_break.tail = line_break.tail, None
            line_break.addnext(second)
    return copied


def _beside(line_break: Element, side: str) -> str:
    """The line before or after a `<br>`, within the element it stands in."""
    found: list[str] = []
    for node in line_break.xpath(f"{side}-sibling::node()"):
        if getattr(node, "tag", "") == "br":
            if side == "following":
                break
            found.clear()
        elif isinstance(node, str):
            found.append(node)
        elif isinstance(node.tag, str) and node.tag not in _UNREAD:
            found.append(text_of(node))
    return "".join(found)


def _is_navy(node: Element) -> bool:
    if not isinstance(node.tag, str):
        return False
    if node.tag == "font" and (node.get("color") or "").lower().lstrip("#") in ("000080", "navy"):
        return True
    return bool(_NAVY.search(node.get("style") or ""))


def _may_be_gallery(shown: list[Block]) -> bool:
    """Whether pictures and single lines alternate: each line a caption, or a paragraph."""
    kinds = [block.kind for block in shown]
    return len(kinds) > 3 and kinds == ["image", "text"] * (len(kinds) // 2)


def _is_signature(block: Block) -> bool:
    return len(block.text) < 200 and bool(_SIGNED.fullmatch(block.text))


def _first_dateline(shown: list[Block]) -> int | None:
    """Where the dateline stands, among the first lines."""
    texts = [index for index, block in enumerate(shown) if block.kind == "text"]
    return next((at for at in texts[:16] if DATELINE.search(shown[at].text[:260])), None)


def _captions(shown: list[Block], dateline: int | None) -> list[Block]:
    """Lines that are captions by where they stand."""
    ends = [
        at for at, block in enumerate(shown) if block.kind == "text" and _END.search(block.text)
    ]
    end = ends[-1] if ends else len(shown)
    found: list[Block] = []
    for at, block in enumerate(shown):
        if block.kind != "image":
            continue
        run: list[Block] = []
        for after in shown[at + 1 :]:
            if after.kind == "image" or _is_prose(after):
                break
            run.append(after)
        before = dateline is not None and at < dateline
        alone = before or at > end
        credited = [
            number
            for number, line in enumerate(run[:_MOST_LINES])
            if split_credit(line.text, beside_picture=alone)[1]
        ]
        if credited:
            found += run[: credited[0] + 1]
        elif alone and len(run) <= _MOST_LINES:
            found += run
    return found


def _is_prose(block: Block) -> bool:
    """Whether a line is surely no caption."""
    text = block.text
    return bool(
        DATELINE.search(text[:260])
        or _END.search(text)
        or _NOTE.match(text)
        or text.startswith(("-", "–", "—", "•", "●"))
        or is_byline(text)
        or is_contributors(text)
        or is_editor_line(text)
    )
