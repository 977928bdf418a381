"""The lines of a People's Daily Online page: header, body, pager, editor."""

from __future__ import annotations

import re

from crawler.blocks import Block, Element, text_of
from crawler.content import Content
from crawler.moments import MONTH
from crawler.queries import PageError
from crawler.text import collapse

__all__ = [
    "PRINTED",
    "PeoplesDailyContent",
    "is_furniture",
    "is_linked",
    "is_pager",
    "read_header",
]

PRINTED = rf"\d{{1,2}}:\d\d(?::\d\d)?,? ?{MONTH}\.? ?\d{{1,2}}, ?\d{{4}}"
"""`11:35, November 23, 2022`."""

_LABEL = r"(?P<label>(?:Last )?Updated(?: at)?\s*[:：]?\s*)?"
# Furniture of the line: `Email | Print | Subscribe | Comments (2)`.
_TOOLS = (
    r"(?:[\s|]*\b(?:E-?mail|Print|Comments?|Share|Save|Forum|Subscribe)\b(?: ?\(\d+\))?)*[\s|]*"
)
_HEADER = re.compile(
    rf"(?:(?P<byline>By\b[^()]+?)\s*)?(?P<source>[(（][^()（）]*[)）])?\s*"
    rf"{_LABEL}(?P<printed>{PRINTED}){_TOOLS}",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}"
# `By A, B, People's Daily`, `By A, People's Daily app`, `By A from People's Daily`, as reprints
# of 2019 to 2026 have them.
_SIGNED = re.compile(
    rf"[Bb]y {_NAME}(?:(?:,| and|, and) {_NAME})*(?:,| from) "
    r"(?P<outlet>People['’]s Daily(?: Online| [Aa]pp| Overseas Edition)?)\.?"
)
_SOURCE = re.compile(
    r"[(（]?\s*Sources?\s*[:：]\s*[^.!?:()]{2,60}(?:\.(?:com|cn|org|net|hk))*\s*[)）]?",
    re.IGNORECASE,
)
_PAGER = re.compile(r"(?:[【\[(]\s*\d+\s*[】\])]|\b\d{1,3}\b|Previous|Prev|Next|Page|[\s|.<>«»])+")
# A credit beside a picture: `(Photo/Guangming Online)`, `(Science and Technology Daily/Li Lan)`.
_CREDIT = re.compile(
    r"(?P<caption>.*?)\s*[(（](?P<credit>[^()（）/]{2,80}/[^()（）]{2,80})[)）]\.?"
)
_LONGEST = 1000
"""Characters that a header or a caption with its credit may have."""
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
        elif block in self._texts[-2:] and _SOURCE.fullmatch(block.text):
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


def read_header(line: str, linked: str = "") -> dict[str, str | None]:
    """Byline, source, and date of `By Li Lan (People's Daily Online) 11:35, May 3, 2022`; `linked`
    is the text of its only link, which without brackets is the source, too."""
    line = collapse(line)
    if len(line) > _LONGEST:
        raise PageError("header not understood", line[:200])
    match = _HEADER.fullmatch(line)
    bare = linked if linked and match is None and line.startswith(linked) else None
    if bare:
        match = _HEADER.fullmatch(line[len(bare) :].lstrip())
    if match is None or (bare and (match["byline"] or match["source"])):
        raise PageError("header not understood", line[:200])
    parts = {**match.groupdict(), **({"source": bare} if bare else {})}
    if parts["source"] and not re.search(r"[^\W\d_]", parts["source"]):
        parts["source"] = None
    if parts["source"] and re.match(r"[(（]\s*By\b", parts["source"]):
        if parts["byline"]:
            raise PageError("header not understood", line[:200])
        parts["byline"], parts["source"] = parts["source"], None
    name = "updated" if parts.pop("label") else "published"
    printed = parts.pop("printed")
    return {"published": None, "updated": None, **parts, name: printed}


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
