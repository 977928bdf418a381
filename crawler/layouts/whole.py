"""Whether a page is there to its end, and is one page."""

from __future__ import annotations

import re

from crawler.blocks import Element
from crawler.pages import ArticlePage
from crawler.queries import PageError, xpath
from crawler.text import collapse

__all__ = ["check_closed", "check_single", "is_closed"]

_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_TITLES = xpath("//title[not(ancestor::*[local-name() = 'svg'])]")
# A counter or an address may stand behind the end.
_PARTS = xpath("descendant-or-self::*[self::h1 or self::p or self::div or self::table]")
_UNTITLED = frozenset(("", "untitled document", "无标题文档"))


def is_closed(page: ArticlePage) -> bool:
    """Whether the end of the page has come."""
    return bool(_CLOSED.search(page.response.text.replace("\0", "")))


def check_closed(page: ArticlePage) -> None:
    """Raises `PageError` for a page that broke off."""
    if not is_closed(page):
        raise PageError("page cut short", layout=type(page).__name__)


def check_single(page: ArticlePage) -> None:
    """Raises `PageError` where another page stands behind or within the page. A title that editors
    of pages put in by themselves is none."""
    behind = any(map(_PARTS.elements, page.root.itersiblings("*")))
    titles = {_words(title).casefold() for title in _TITLES.elements(page.root)} - _UNTITLED
    if behind or len(titles) > 1:
        raise PageError("more than one page", layout=type(page).__name__)


def _words(title: Element) -> str:
    return collapse("".join(title.itertext()))
