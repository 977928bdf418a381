"""A double of the Wayback Machine for `tests.proxy`: its CDX interface and its raw copies."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, quote_plus, urlsplit

from tests.proxy import Page, Request, Site

__all__ = ["Copied", "WaybackSite"]

_COPY = re.compile(r"https://web\.archive\.org/web/(\d+)id_/(.+)")


@dataclass(frozen=True)
class Copied:
    """A capture that the double holds."""

    when: str
    """`YYYYMMDDhhmmss`"""
    original: str
    body: bytes
    status: int = 200


class WaybackSite(Site):
    """A site beside which there is a Wayback Machine with `copies`. `limit` bounds the rows of one
    CDX answer below what is asked for; the first `refusals` requests for copies are 429."""

    most_at_once = 0
    """Requests that it had before it at once."""

    def __init__(self, site: Site, copies: list[Copied], limit: int = 10**6, refusals: int = 0):
        super().__init__()
        self._site = site
        self._copies = sorted(copies, key=lambda copy: (_key(copy.original), copy.when))
        self._limit = limit
        self._refusals = refusals
        self.index: dict[str, Page] = {}
        """Answers to queries with a pattern in their address, in place of what is true."""
        self.gone: set[str] = set()
        """Pages of which the index knows, and there is no copy."""
        self.moved: dict[str, str] = {}
        """Where copies lead that were taken first."""
        self._at_once = 0

    def answer(self, request: Request) -> Page:
        if not request.url.startswith("https://web.archive.org/"):
            return self._site.answer(request)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(0.01)
        self._at_once -= 1
        for part, page in self.index.items():
            if "/cdx?" in request.url and part in request.url:
                return page
        if request.url.startswith("https://web.archive.org/cdx/search/cdx?"):
            return self._cdx(parse_qs(urlsplit(request.url).query))
        if request.url.endswith("/robots.txt"):
            return self._site.answer(request)
        if match := _COPY.fullmatch(request.url):
            return self._copy(match[1], match[2])
        return self._site.answer(request)

    def _cdx(self, asked: dict[str, list[str]]) -> Page:
        assert asked["output"] == ["json"] and asked["matchType"] == ["domain"]
        rows = [copy for copy in self._copies if _is_of(copy.original, asked["url"][0])]
        rows = [copy for copy in rows if copy.when >= asked["from"][0]]
        for condition in asked["filter"]:
            name, _, pattern = condition.partition(":")
            value = {"original": lambda c: c.original, "statuscode": lambda c: str(c.status)}[name]
            rows = [copy for copy in rows if re.fullmatch(pattern, value(copy))]
        if asked["collapse"] == ["urlkey"]:
            rows = list({_key(copy.original): copy for copy in reversed(rows)}.values())[::-1]
        start = asked.get("resumeKey", [" !"])[0].removesuffix(" !")
        rows = [copy for copy in rows if _key(copy.original) > start]
        most = min(int(asked["limit"][0]), self._limit)
        found: list[list[str]] = [[copy.when, copy.original] for copy in rows[:most]]
        if found:
            found.insert(0, ["timestamp", "original"])
        if len(rows) > most:
            # As the address of the next query is to have it, encoded.
            found += [[], [quote_plus(f"{_key(rows[most - 1].original)} !")]]
        return Page(headers=[("Content-Type", "application/json")], body=json.dumps(found))

    def _copy(self, when: str, url: str) -> Page:
        if self._refusals:
            self._refusals -= 1
            return Page(status=429, headers=[("Retry-After", "0")])
        copies = [copy for copy in self._copies if _key(copy.original) == _key(url)]
        if url in self.moved and copies and when == copies[0].when:
            return Page(status=302, headers=[("Location", self.moved[url])])
        if not copies or url in self.gone:
            return Page(status=404, headers=[("Content-Type", "text/html")], body="<p>not archived")
        nearest = min(copies, key=lambda copy: abs(int(copy.when) - int(when.ljust(14, "0"))))
        if nearest.when != when:
            to = f"https://web.archive.org/web/{nearest.when}id_/{nearest.original}"
            return Page(status=302, headers=[("Location", to)])
        headers = [("Content-Type", "text/html"), ("X-Archive-Orig-Server", "nginx")]
        return Page(status=nearest.status, headers=headers, body=nearest.body)


def _key(url: str) -> str:
    """The key of an address in the index: scheme, `www.`, port and case do not matter."""
    parts = urlsplit(url.lower())
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path}"


def _is_of(url: str, domain: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == domain or host.endswith(f".{domain}")
