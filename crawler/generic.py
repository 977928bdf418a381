"""A generic reading of a page, by an extractor that knows no portal: trafilatura, if it is there.

It serves twice: what a page says that no layout claims, until there is a rule for it (provisional
records), and as a second opinion on pages that a layout does claim. It gives what the extractor
gives, and nothing for a page that is a list, an error or too little text to be an article.
"""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from importlib import import_module
from typing import Any

from scrapy.http import TextResponse

from crawler.text import collapse, is_misread

trafilatura: Any = None
with suppress(ImportError):  # requirements-provisional.txt is optional
    trafilatura = import_module("trafilatura")
    for _name in ("trafilatura", "htmldate", "courlan", "justext"):
        # What it says of a page that is none is an error of the page, and not of ours.
        logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

__all__ = ["GENERIC", "GenericReading", "disagreement", "is_available", "read_generic"]

GENERIC = "generic"
"""Layout of a provisional record."""
_FEWEST = 250
"""Characters below which a text is no article: error pages and pages of firewalls are short."""
_LINKED = 0.3
"""Share of the characters of a text that are links from which on it is a list."""
_ERROR = re.compile(
    r"\b(?:404|403|not found|no longer (?:available|exists?)|does(?: not|n['’]t) exist|page error"
    r"|access denied|forbidden|unavailable|verif(?:y|ication)|captcha)\b",
    re.IGNORECASE,
)
_ALIKE = {"headline": 0.6, "body": 0.5}
"""Likeness below which two readings disagree. On the captured pages of the portals (2007 to 2026)
it is at least 0.86 for headlines and 0.67 for bodies."""


@dataclass(frozen=True, slots=True)
class GenericReading:
    """What the extractor gives of a page."""

    headline: str
    body: list[str]
    byline_text: str | None = None
    published_text: str | None = None
    """`YYYY-MM-DD`; the extractor gives no time of day."""
    keywords: list[str] = field(default_factory=list)


def is_available() -> bool:
    """Whether the extractor is installed."""
    return trafilatura is not None


def read_generic(response: TextResponse, *, fast: bool = False) -> GenericReading | None:
    """What the extractor reads on a page; `None` if that is no article, or it is not installed.
    `fast` leaves out its second and third tries, which take six times as long and tell lists."""
    if trafilatura is None:
        return None
    found: Any = trafilatura.bare_extraction(
        response.text,
        url=response.url,
        fast=fast,
        include_comments=False,
        include_links=True,
        with_metadata=True,
    )
    if found is None or found.body is None or not found.title:
        return None
    linked = sum(len("".join(node.itertext())) for node in found.body.iter("ref"))
    body = [text for node in found.body if (text := collapse("".join(node.itertext())))]
    headline = collapse(found.title)
    body = body[1:] if body[:1] == [headline] else body
    length = sum(map(len, body))
    if length < _FEWEST or linked > _LINKED * length or _ERROR.search(headline):
        return None
    if any(map(is_misread, (headline, *body))):
        return None
    return GenericReading(
        headline, body, collapse(found.author or "") or None, found.date or None, _keywords(found)
    )


def disagreement(reading: GenericReading, headline: str | None, body: list[str]) -> str | None:
    """What of headline and body is too unlike the generic reading; `None` if they agree."""
    found = []
    if _likeness(_words(headline or ""), _words(reading.headline)) < _ALIKE["headline"]:
        found.append("headline")
    if body and _overlap(_words(" ".join(body)), _words(" ".join(reading.body))) < _ALIKE["body"]:
        found.append("body")
    return ", ".join(found) or None


def _keywords(found: Any) -> list[str]:
    return [word for tag in found.tags or () if (word := collapse(tag))]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _likeness(mine: list[str], theirs: list[str]) -> float:
    """How alike two headlines are. Titles carry names of sites, before or after the headline."""
    short, long = sorted((mine, theirs), key=len)
    if short and short in (long[: len(short)], long[-len(short) :]):
        return 1.0
    return SequenceMatcher(None, mine, theirs, autojunk=False).ratio()


def _overlap(mine: list[str], theirs: list[str]) -> float:
    """Share of the distinct words of two texts that both have."""
    ours, others = set(mine), set(theirs)
    return len(ours & others) / max(1, len(ours | others))
