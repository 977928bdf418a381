"""Lines in a body of Xinhua that are no part of the text: pointers to other news, players."""

from __future__ import annotations

import re

from crawler.blocks import Block, Element, text_of
from crawler.lines import cut_end_mark, is_contributors
from crawler.pages import ArticlePage
from crawler.spiders.xinhua.addresses import ADDRESSES
from crawler.text import collapse
from crawler.urls import identify, resolve

__all__ = ["DATELINE", "is_furniture", "is_other_news", "is_pointer", "without_related"]

DATELINE = re.compile(r"\((?:Xinhua|Xinhuanet)\)\s?(?:--|—|–|-)", re.IGNORECASE)
_RELATED = re.compile(
    r"(?:Related(?: (?:news|stor(?:y|ies)|reports?|articles?))?|Read more|See also"
    r"|More (?:news|stories))\s*[:：]?",
    re.IGNORECASE,
)
# `(Video reporters: A and B; video editors: C)`, `(Xinhua writers A and B also contributed …)`
_STAFF = re.compile(
    r"\((?:Xinhua|Video) (?:reporters?|correspondents?|writers?|editors?)\b[^()]{3,400}\)\.?",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:Video ?Player)? ?Close|Video ?Player|Scan the QR code[^.]{0,60}|[-\s>»]+", re.IGNORECASE
)
_SPECIAL = re.compile(r"Special (?:reports?|coverage)\s*:\s*[^.!?]{3,100}", re.IGNORECASE)
_POINTER = re.compile(
    r"(?:Special (?:reports?|coverage)|Related(?: (?:news|stor(?:y|ies)|reports?|articles?))?"
    r"|Full (?:coverage|text|story)|Read more|More (?:news|photos|stories)|See also|Video|Photos?)"
    r"\s*[:：>]*",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"{_POINTER.pattern}(?<=[:：>])|{_POINTER.pattern}$", re.IGNORECASE)
_LABELS = re.compile(rf"(?:(?:{_POINTER.pattern})[\s|,;]*)+", re.IGNORECASE)
_MORE = re.compile(r".{0,80}(?:>{2,}|»+)|>{2,}.{0,200}", re.DOTALL)


def is_pointer(node: Element) -> bool:
    """Whether an element is a link to more, or a line that points to other news by links:
    `Photo Gallery>>>`, `Special report: X`."""
    if node.tag == "a":
        return bool(_MORE.fullmatch(text_of(node)))
    if node.tag not in ("p", "div", "center", "strong", "b", "font", "span", "li"):
        return False
    anchors = list(node.iter("a"))
    return _points(text_of(node) if anchors else "", anchors)


def _points(text: str, anchors: list[Element]) -> bool:
    """Whether a line that holds some of `anchors` is a label and links."""
    if not text or len(text) > 400 or not _POINTER.match(text):
        return False
    rest = text
    for anchor in anchors:
        rest = rest.replace(text_of(anchor), "", 1)
    rest = collapse(rest)
    if not rest:
        return bool(_LABELLED.match(text))
    return rest != text and bool(_LABELS.fullmatch(rest))


def is_furniture(block: Block) -> bool:
    """Whether a line is a player's, a pointer, or names who else took part."""
    if block.kind != "text":
        return False
    text = cut_end_mark(block.text)
    if _STAFF.fullmatch(text) and not is_contributors(text):
        # The mark stays, which says where the text ends.
        block.text = block.text[len(text) :].strip()
        return not block.text
    return bool(
        _FURNITURE.fullmatch(text)
        or _SPECIAL.fullmatch(text)
        or _points(text, list(block.node.iter("a")))
    )


def is_other_news(block: Block, page: ArticlePage) -> bool:
    """Whether a line is nothing but links to other articles."""
    anchors = list(block.node.iter("a"))
    if block.kind != "text" or collapse(" ".join(map(text_of, anchors))) != block.text:
        return False
    own = identify(page.url, ADDRESSES)
    urls = [resolve(page.base, anchor.get("href") or "") for anchor in anchors]
    named = [identify(url, ADDRESSES) if url else None for url in urls]
    return all(own and other and other.native != own.native for other in named)


def without_related(shown: list[Block]) -> list[Block]:
    """`shown` without what stands below a line `Related:`, links to other news and their leads."""
    at = next((n for n, block in enumerate(shown) if _RELATED.fullmatch(block.text)), len(shown))
    kept = shown[:at]
    for block in shown[at + 1 :]:
        if DATELINE.search(block.text[:260]):
            break
        linked = collapse(" ".join(map(text_of, block.node.iter("a"))))
        if block.kind != "text" or linked != block.text:
            kept.append(block)
    return kept
