"""Fixture pages as they are spoilt: their text and its tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from scrapy.spiderloader import SpiderLoader

from crawler.portals import portals_of
from tests.pages import FIXTURES, facts_of, project_settings

__all__ = [
    "PORTALS",
    "Mutant",
    "Original",
    "names_itself",
    "native_of",
    "originals",
    "same_system",
    "tokens",
]

PORTALS = portals_of(SpiderLoader.from_settings(project_settings()))
_MOVED = ("chinadaily", "xinhua")
"""Portals whose articles have ids of two systems: a page may rightly name another than its own."""
_TOKEN = re.compile(
    r"<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<title\b.*?</title>|<[^<>]*>|[^<]+",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True)
class Original:
    """A fixture that is an article."""

    portal: str
    name: str
    url: str
    kind: str
    text: str
    encoding: str


@dataclass
class Mutant:
    """A page as it arrives."""

    body: bytes
    content_type: str = "text/html"


@cache
def originals() -> list[Original]:
    found = []
    for portal in sorted(PORTALS):
        for path in sorted((FIXTURES / portal).glob("*.json")):
            facts = facts_of(path)
            if facts["kind"] not in ("article", "photo", "video", "continuation"):
                continue
            body = path.with_suffix(".html").read_bytes()
            try:
                text, encoding = body.decode("utf-8"), "utf-8"
            except UnicodeDecodeError:
                text, encoding = body.decode("gb18030"), "gb18030"
            found.append(Original(portal, path.stem, facts["url"], facts["kind"], text, encoding))
    return found


def tokens(page: Original) -> list[str]:
    return _TOKEN.findall(page.text)


def native_of(page: Original) -> str:
    address = PORTALS[page.portal].identify(page.url)
    return address.native if address else ""


@cache
def names_itself(page: Original) -> bool:
    """Whether a page says which article it is, where readers do not look: in its head, a script or
    a comment."""
    number = native_of(page)
    said = [
        part
        for part in tokens(page)
        if part.startswith("<!--") or part[:5].lower() in ("<meta", "<link", "<scri")
    ]
    return any(number in part for part in said)


def same_system(one: Original, other: Original) -> bool:
    """Whether the ids of two articles may not both be those of one article."""
    return one.portal not in _MOVED or not any(native_of(p).isdecimal() for p in (one, other))
