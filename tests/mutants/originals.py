"""Fixture pages as they are spoilt: their text, its tokens, and where the article stands in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from scrapy.spiderloader import SpiderLoader

from crawler.portals import portals_of
from tests.pages import FIXTURES, facts_of, project_settings

__all__ = ["PORTALS", "Mutant", "Original", "native_of", "originals", "tokens", "within"]

PORTALS = portals_of(SpiderLoader.from_settings(project_settings()))
_JUDGED = ("ecns",)
"""Portals of whose pages the judge knows where the article begins and ends."""
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
    for portal in _JUDGED:
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


def within(parts: list[str]) -> list[int]:
    """Places between the tokens of the article itself, from its headline to its last paragraph."""
    first = next(i for i, part in enumerate(parts) if part.startswith("<h1"))
    end = _end(parts)
    last = max((i for i, part in enumerate(parts[:end]) if part == "</p>"), default=end - 1)
    return [
        i
        for i in range(first + 1, last + 1)
        if "function_code_page" not in parts[i - 1] and not parts[i - 1].startswith("<!--")
    ]


def _end(parts: list[str]) -> int:
    ends = ("<h3", "</html", "<!--正文分页结束")
    start = next((i for i, part in enumerate(parts) if 'id="yanse"' in part), 0)
    return next((i for i, p in enumerate(parts) if i > start and p.startswith(ends)), len(parts))


def native_of(page: Original) -> str:
    address = PORTALS[page.portal].identify(page.url)
    return address.native if address else ""
