"""What is no part of the article in a body of China Military Online, and how it credits pictures:
`(eng.chinamil.com.cn/Photo by NAME, NAME)`, also with a blank after the stroke, `(mod.gov.cn/…)`,
`(China Military Online/NAME)`."""

from __future__ import annotations

import re

from crawler.blocks import Block, Element
from crawler.content import Content
from crawler.pages import ArticlePage
from crawler.queries import PageError
from crawler.spiders.chinamil.addresses import ADDRESSES
from crawler.text import collapse
from crawler.urls import Address, identify, resolve

__all__ = ["ChinamilContent", "furniture", "pages_of", "related_block"]

_OWN = (
    r"(?:(?:(?:eng|english|www)\.)?(?:chinamil|pladaily)\.com\.cn|81\.cn|(?:eng\.)?mod\.gov\.cn"
    r"|China ?Mil(?:itary)?(?: Online)?|PLA Daily)"
)
_CREDIT = re.compile(
    rf"\s*[(\[（]\s*(?P<credit>(?:{_OWN}\s*/\s*[^()\[\]（）]{{2,160}}"
    rf"|(?:Photos?|Video)\s*/\s*{_OWN}))\s*[)\]）]\.?$",
    re.IGNORECASE,
)
_PAGER_WORD = re.compile(
    r"(?:prev(?:ious)?|next|first|last|page|of|all|\d{1,3}|[\s|/<>«»‹›….\[\]【】()-])*",
    re.IGNORECASE,
)
_PAGER_MARK = re.compile(r"prev|next|\b1\s+2\b", re.IGNORECASE)
_RELATED = re.compile(r"Related (?:News|Readings?|Stories|Articles?)\s*[:：]?", re.IGNORECASE)
_COUNT = re.compile(
    r"create(Manuscript)?PageHTML\(\s*['\"]?(\d{1,3})['\"]?"
    r"(?:\s*,\s*['\"]?\d*['\"]?\s*,\s*['\"]?([\w-]+))?"
)
_FEW = 200
_PLAYERS = ("mediaurl", "cm-player", "cmplayer")


class ChinamilContent(Content):
    """The body of an article."""

    def _line(self, index: int, block: Block) -> None:
        if match := _CREDIT.search(block.text):
            caption = block.text[: match.start()].rstrip() or None
            self._caption(index, caption, collapse(match["credit"]))
        else:
            super()._line(index, block)


def furniture(page: ArticlePage) -> set[Element]:
    """Nodes that are no text of the article: pagers, players, the block of related news."""
    found = {
        node
        for node in page.root.iter("div", "p", "center", "span", "ul")
        if node.get("id") in ("displaypagenum", *_PLAYERS) or _is_pager(page, node)
    }
    block = related_block(page.root)
    if block is not None:
        found |= {block, *(node for node in (block.getprevious(),) if node is not None)}
    return found


def related_block(root: Element) -> Element | None:
    """What holds the links below the words `Related News`."""
    for node in root.iter("h2", "h3", "h4", "h5", "dt", "div", "p", "span", "strong"):
        if not _RELATED.fullmatch(_short_text(node)):
            continue
        while node is not None and node.tag != "body":
            following = node.getnext()
            if following is not None:
                lists = following.tag in ("ul", "ol", "div", "dl", "dd")
                return following if lists and following.find(".//a") is not None else None
            node = node.getparent()
    return None


def _short_text(node: Element) -> str:
    """The text under a node, empty where it is none of a few words."""
    parts: list[str] = []
    length = 0
    for part in node.itertext():
        parts.append(part)
        length += len(part.strip())
        if length > _FEW or len(parts) > _FEW:
            return ""
    return collapse("".join(parts))


def _is_pager(page: ArticlePage, node: Element) -> bool:
    """Whether a node holds nothing but the numbers of the article's pages."""
    text = _short_text(node)
    if not text or not _PAGER_WORD.fullmatch(text):
        return False
    return bool(_PAGER_MARK.search(text)) or bool(_numbers(page, node))


def _numbers(page: ArticlePage, node: Element) -> list[int]:
    """Numbers of the article's own pages that `node` links to."""
    own = identify(page.url, ADDRESSES)
    found = []
    for anchor in node.iter("a"):
        url = resolve(page.base, anchor.get("href") or "")
        address = identify(url, ADDRESSES) if url else None
        if own and address and address.native == own.native:
            found.append(address.page)
    return found


def pages_of(page: ArticlePage, own: Address) -> int:
    """Number of the article's last page, as far as its pager shows it."""
    pagers = [
        node
        for node in page.root.iter("div", "p", "center", "span", "ul")
        if node.get("id") == "displaypagenum" or _is_pager(page, node)
    ]
    last, linked = own.page, False
    for node in pagers:
        numbers = _numbers(page, node)
        last, linked = max([last, *numbers]), linked or bool(numbers)
    counted = False
    for script in page.root.iter("script"):
        for manuscript, count, name in _COUNT.findall(script.text or ""):
            in_pager = any(node in pagers for node in script.iterancestors())
            if not (manuscript or in_pager):
                continue
            if name.isdecimal() and len(name) > 6 and name != own.native:
                raise PageError("another article's page", f"pages of {name}")
            last, counted = max(last, int(count)), True
    if not (linked or counted) and any(node.find(".//a") is not None for node in pagers):
        raise PageError("pager not understood")
    return last
