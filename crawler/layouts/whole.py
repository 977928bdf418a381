"""Whether a page is there to its end, and is one page."""

from __future__ import annotations

import re

from crawler.blocks import Element, text_of
from crawler.items import Article
from crawler.pages import ArticlePage
from crawler.queries import PageError, xpath
from crawler.text import collapse

__all__ = ["check_closed", "check_ended", "check_single", "is_closed", "with_closed_headline"]

_CLOSED = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_TITLES = xpath("//title[not(ancestor::*[local-name() = 'svg'])]")
# A counter or an address may stand behind the end.
_PARTS = xpath("descendant-or-self::*[self::h1 or self::p or self::div or self::table]")
_BESIDE = re.compile(
    r"(?:Most (?:Read|Popular|Viewed|Shared)|Popular|Hot (?:News|Topics)|Top (?:News|Stories)"
    r"|Latest(?: News)?|Editors?['’]s? (?:Picks?|Choice)|Recommended|More News|Trending)",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d\d|\d\d:\d\d UTC\+8, \d{4}")
_LINKED = xpath(
    ".//li//a[@href] | following-sibling::*[1][self::ul or self::ol or self::div]//a[@href]"
)
_UNTITLED = frozenset(("", "untitled document", "无标题文档"))


def is_closed(page: ArticlePage) -> bool:
    """Whether the end of the page has come."""
    return bool(_CLOSED.search(page.response.text.replace("\0", "")))


def check_closed(page: ArticlePage) -> None:
    """Raises `PageError` for a page that broke off."""
    if not is_closed(page):
        raise PageError("page cut short", layout=type(page).__name__)


def check_ended(container: Element) -> None:
    """Raises `PageError` where a list of links that stands beside articles is in a body."""
    for heading in container.iter("h2", "h3", "h4"):
        words = collapse(heading.text or "") or text_of(heading)
        if _BESIDE.fullmatch(words) and _LINKED.elements(heading):
            raise PageError("body not closed", words)


def check_single(page: ArticlePage) -> None:
    """Raises `PageError` where another page stands behind or within the page. A title that editors
    of pages put in by themselves is none."""
    behind = any(map(_PARTS.elements, page.root.itersiblings("*")))
    titles = {_words(title).casefold() for title in _TITLES.elements(page.root)} - _UNTITLED
    if behind or len(titles) > 1:
        raise PageError("more than one page", layout=type(page).__name__)


def with_closed_headline(item: Article) -> Article:
    """`item`, if its headline does not go on into its text: with the moment it was published, a
    sentence, or more than one line. One line may well repeat a headline, or a part of it."""
    headline = item.headline or ""
    held = {line for line in item.body if len(line) > 12 and line in headline} - {headline}
    sentence = any(len(line) > 40 and line[-1] in '.!?"”' for line in held)
    if len(held) > 1 or sentence or _MOMENT.search(headline):
        raise PageError("headline not closed", layout=item.layout)
    return item


def _words(title: Element) -> str:
    return collapse("".join(title.itertext()))
