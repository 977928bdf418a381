"""The lines of a People's Daily Online body: text, captions, pager, what it is signed by."""

from __future__ import annotations

import re

from crawler.blocks import Block, Element, text_of
from crawler.content import Content
from crawler.lines import split_credit
from crawler.pages import ArticlePage
from crawler.queries import PageError
from crawler.text import collapse

__all__ = [
    "PeoplesDailyContent",
    "is_furniture",
    "is_linked",
    "is_pager",
]

_NAME = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}"
# `By A, B, People's Daily`, `By A, People's Daily app`, `By A from People's Daily`, as reprints
# of 2019 to 2026 have them.
_SIGNED = re.compile(
    rf"[Bb]y {_NAME}(?:(?:,| and|, and) {_NAME})*(?:,| from) "
    r"(?P<outlet>People['’]s Daily(?: Online| [Aa]pp| Overseas Edition)?)\.?"
)
_SOURCE = re.compile(
    r"[(（]?\s*Sources?\s*[:：]\s*(?:www\.\w+|[^.!?:()]{2,60})(?:\.(?:com|cn|org|net|hk))*\s*[)）]?",
    re.IGNORECASE,
)
_BARE_SOURCE = re.compile(r"People['’]s Daily(?: Online)?|Xinhua|China Daily|Global Times")
_PAGER = re.compile(r"(?:[【\[(]\s*\d+\s*[】\])]|\b\d{1,3}\b|Previous|Prev|Next|Page|[\s|.<>«»])+")
# A credit beside a picture: `(Photo/Guangming Online)`, `(Science and Technology Daily/Li Lan)`.
_CREDIT = re.compile(
    r"(?P<caption>.*?)\s*[(（](?P<credit>[^()（）/]{2,80}/[^()（）]{2,80})[)）]\.?"
)
_LONGEST = 1000
"""Characters that a caption with its credit may have."""
_FURNITURE = frozenset(
    "route origin editor share bdsharebuttonbox bshare-custom zdfy page_n wb_1 wb_2 wbnav d2txt_1"
    " wb_10".split()
)
_IDS = frozenset(("p_title", "p_publishtime", "p_navigator"))
_TEMPLATE = re.compile(r"(?:https?://[^/]*)?/(?:img|images|css)/", re.IGNORECASE)


class PeoplesDailyContent(Content):
    """The body of an article."""

    outlet: str | None = None
    """The paper, where the byline in the body ends in it."""

    def __init__(
        self, page: ArticlePage, container: Element, read: list[Block], *, gallery: bool = False
    ) -> None:
        shown = [block for block in read if self._shows(block)]
        lines = [block.text for block in shown if block.kind == "text"]
        by_turns = len(lines) > 1 and len(shown) == 2 * len(lines)
        by_turns = by_turns and all(block.kind == "image" for block in shown[::2])
        # Pictures and single lines by turns: captions, if one of them says so by its credit.
        credited = by_turns and any(
            _credited(line) or split_credit(line, beside_picture=True)[1] for line in lines
        )
        super().__init__(page, container, read, gallery=gallery or credited)
        if by_turns and self.body:
            raise PageError("captions not told from text")

    def frame(self, node: Element) -> str:
        if node.tag == "table" and node.find(".//img") is not None:
            cells = [cell for cell in node.iter("td") if cell.find(".//td") is None]
            return "picture" if len([cell for cell in cells if text_of(cell)]) < 2 else ""
        return super().frame(node)

    def address(self, picture: Element) -> str | None:
        """Pictures of the template (`/img/2007english/Next.jpg`) are none of the article."""
        source = (picture.get("src") or "").strip()
        return None if _TEMPLATE.match(source) else source

    def is_caption(self, block: Block) -> bool:
        return super().is_caption(block) or (self._open is not None and _is_slanted(block))

    def _line(self, index: int, block: Block) -> None:
        signed = _SIGNED.fullmatch(block.text) if self._at_an_end(block) else None
        if signed and self.byline is None:
            self.byline, self.outlet = block.text, signed["outlet"]
        elif block in self._texts[-2:] and (
            _SOURCE.fullmatch(block.text)
            or (not self._beside and _BARE_SOURCE.fullmatch(block.text))
        ):
            self.source = self.source or block.text
        elif self._beside and (credited := _credited(block.text)):
            self._caption(index, credited["caption"] or None, collapse(credited["credit"]))
            return
        else:
            super()._line(index, block)
            return
        self._open, self._beside = None, False


def _credited(text: str) -> re.Match[str] | None:
    """Caption and credit of a line beside a picture."""
    return _CREDIT.fullmatch(text) if len(text) < _LONGEST else None


def _is_slanted(block: Block) -> bool:
    """Whether all of a paragraph is emphasised, as captions are."""
    parts = block.node.xpath(".//em[not(ancestor::em)] | .//i[not(ancestor::i)]")
    return block.node.tag == "p" and collapse(" ".join(map(text_of, parts))) == block.text


def is_furniture(node: Element) -> bool:
    """Whether a node of the body is headline, header, editor line, share buttons or pager."""
    if node.tag in ("h1", "form") or node.get("id") in _IDS:
        return True
    return not _FURNITURE.isdisjoint((node.get("class") or "").split())


def is_pager(block: Block, own_links: set[Element]) -> bool:
    """Whether a line is nothing but a pager: `【1】 【2】`, or numbers of which one is a link to
    another page of the article."""
    if block.kind != "text" or not _PAGER.fullmatch(block.text):
        return False
    return "【" in block.text or any(anchor in own_links for anchor in block.node.iter("a"))


def is_linked(block: Block) -> bool:
    """Whether a line is nothing but links."""
    if block.kind != "text" or block.node.tag not in ("p", "li", "div"):
        return False
    return collapse(" ".join(map(text_of, block.node.iter("a")))) == block.text
