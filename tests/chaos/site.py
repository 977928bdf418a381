"""The site the killed crawl archives: articles on ECNS's markup, listings of twenty, text invented.

Everything follows from the number of articles, so the server, which is a process of its own, and
the checks agree on each byte without speaking. Half of the articles are on the one path of `news`,
a quarter on each of the two paths of `society`, and one in ten is listed on `news` as well. One in
fifty has three pages. Bodies are sent plain, gzipped, chunked, and both.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

__all__ = ["PER_LISTING", "ROBOTS", "SECTIONS", "Page", "Site", "Story"]

HOME = "https://www.ecns.cn"
PER_LISTING = 20
SECTIONS = "news,society"
ROBOTS = b"User-agent: *\nDisallow: /admin/\n"
SHELVES = (("news", "/news/"), ("society", "/society/"), ("society", "/news/society/"))
CODINGS = ("plain", "gzip", "chunked", "gzip chunked")
CHUNK = 2000
_NOISE = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789 ", k=60_000))
"""Hardly to be compressed, so that records have a size in which there is a middle."""


@dataclass(frozen=True)
class Story:
    """An article, by its number alone."""

    number: int

    @property
    def id(self) -> str:
        return f"ecns:ihfzabcd{self.number:07d}"

    @property
    def headline(self) -> str:
        return f"Harbour opens berth {self.number}"

    @property
    def parts(self) -> int:
        return 3 if self.number % 50 == 7 else 1

    @property
    def path(self) -> str:
        """Which path lists it: two of four are on the first."""
        return SHELVES[(0, 1, 0, 2)[self.number % 4]][1]

    def url(self, part: int = 1) -> str:
        further = "" if part == 1 else f"-p{part}"
        day = f"2026-10-{self.number % 28 + 1:02d}"
        return f"{HOME}/news/{day}/detail-{self.id.partition(':')[2]}{further}.shtml"

    @property
    def urls(self) -> list[str]:
        return [self.url(part) for part in range(1, self.parts + 1)]

    def paragraphs(self, part: int) -> list[str]:
        many = 2 + (self.number + part) % 4
        return [
            f"Line {line} of page {part} says that berth {self.number} took its"
            f" {self.number * 31 + line}th ship, as the harbour master had expected."
            for line in range(many)
        ]

    @property
    def body(self) -> list[str]:
        return [text for part in range(1, self.parts + 1) for text in self.paragraphs(part)]

    def html(self, part: int) -> bytes:
        text = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs(part))
        pager = "".join(
            f"<a href='{self.url(other)}'>{other}</a>"
            for other in range(1, self.parts + 1)
            if self.parts > 1 and other != part
        )
        start = (self.number * 97 + part * 13) % 30_000
        noise = _NOISE[start : start + 1000 + self.number * 613 % 15_000]
        return (
            "<html><head><meta charset='utf-8'><title>t</title>"
            f"<script>var seed = '{noise}';</script></head><body>"
            "<h3 class='itemtit'><span>Home /</span><span>Society</span></h3>"
            f"<h1 class='contitle' id='contitle'>{self.headline}</h1>"
            "<div class='downinfo'><span>2026-10-01 08:00:00</span><span>Xinhua</span>"
            "<span>Editor  : Li Lan</span></div>"
            f"<div class='content' id='yanse'><!--正文分页开始-->{text}"
            f"<div id='function_code_page'>{pager}</div>"
            "<!--正文分页结束--></div></body></html>"
        ).encode()


@dataclass(frozen=True)
class Page:
    """What is at an address."""

    kind: str
    """`article`, `listing` or `robots`."""
    body: bytes
    coding: str = "plain"
    status: str = "200 OK"

    @cached_property
    def wire(self) -> bytes:
        """The answer as it crosses the connection."""
        body = self.body
        lines = [f"HTTP/1.1 {self.status}", "Server: nginx"]
        plain = "text/plain" if self.kind == "robots" else "text/html"
        lines.append(f"Content-Type: {plain}")
        if "gzip" in self.coding:
            body = gzip.compress(body, 6, mtime=0)
            lines.append("Content-Encoding: gzip")
        if "chunked" in self.coding:
            parts = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)] + [b""]
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
            lines.append("Transfer-Encoding: chunked")
        else:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "\r\n"]).encode() + body


class Site:
    """All stories and all pages, by address."""

    def __init__(self, articles: int) -> None:
        self.stories = [Story(number) for number in range(articles)]
        self.shown: dict[tuple[str, str], list[Story]] = {}
        """By section and path, what its listings show."""
        for section, path in SHELVES:
            extra = path == "/news/"
            self.shown[section, path] = [
                one for one in self.stories if one.path == path or (extra and one.number % 10 == 3)
            ]
        self.pages = dict(self._pages())

    @property
    def articles(self) -> set[str]:
        """Addresses of the pages of all articles."""
        return {url for story in self.stories for url in story.urls}

    def _pages(self) -> Iterator[tuple[str, Page]]:
        yield f"{HOME}/robots.txt", Page("robots", ROBOTS)
        for story in self.stories:
            for part, url in enumerate(story.urls, 1):
                coding = CODINGS[(story.number + part) % len(CODINGS)]
                yield url, Page("article", story.html(part), coding)
        for (_, path), stories in self.shown.items():
            for number, first in enumerate(range(0, len(stories), PER_LISTING), 1):
                name = "index.shtml" if number == 1 else f"index_{number}.shtml"
                body = _listing(stories[first : first + PER_LISTING])
                yield f"{HOME}{path}{name}", Page("listing", body, CODINGS[number % len(CODINGS)])


def _listing(stories: list[Story]) -> bytes:
    rows = "".join(
        f"<li><h3><a href='{one.url()}'>{one.headline}</a></h3><b>Oct 01, 2026</b></li>"
        for one in stories
    )
    return f"<html><body><ul class='bizlst'>{rows}</ul></body></html>".encode()
