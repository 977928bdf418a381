"""One mutant: made, read as the crawl reads it, and judged by what its mutation promises."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from itemadapter import ItemAdapter
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

from crawler.pages import PageError
from crawler.pipelines.bylines import BylinePipeline
from crawler.pipelines.dates import DatePipeline
from crawler.pipelines.sources import SourcePipeline
from crawler.portal import PortalSpider
from tests.mutants.mutations import MUTATIONS, SAME, SAME_OR_REFUSED
from tests.mutants.originals import PORTALS, Mutant, Original, originals, tokens, within
from tests.mutants.printed import (
    bare,
    printed_lines,
    shown_by_html_parser,
    shown_by_libxml2,
    texts_of,
    unprinted,
)
from tests.pages import crawler_of

__all__ = ["Verdict", "judge", "reader_of"]

LONGEST = 5.0
"""Seconds after which a page is taken for one that hangs."""
CHANGING = ("extracted_at",)


@dataclass
class Verdict:
    """What became of one mutant."""

    number: int
    mutation: str
    origin: str
    outcome: str = "article"
    failure: str = ""
    body: bytes = b""


@dataclass
class Reader:
    """The reader of one portal, with the pipelines that need no run."""

    spider: PortalSpider
    pipelines: list[Any] = field(default_factory=list)

    def __call__(self, url: str, mutant: Mutant) -> dict[str, Any]:
        item: Any = self.spider.read(response_of(url, mutant)).item
        for pipeline in self.pipelines:
            item = pipeline.process_item(item)
        record = ItemAdapter(item).asdict()
        return {name: value for name, value in record.items() if name not in CHANGING}


@cache
def reader_of(portal: str) -> Reader:
    crawler = crawler_of(PORTALS[portal])
    assert isinstance(crawler.spider, PortalSpider)
    made = (DatePipeline, BylinePipeline, SourcePipeline)
    return Reader(crawler.spider, [one.from_crawler(crawler) for one in made])


def response_of(url: str, mutant: Mutant) -> Response:
    headers = Headers({"Content-Type": mutant.content_type})
    kind = responsetypes.from_args(headers=headers, url=url, body=mutant.body)
    answer = kind(url, headers=headers, body=mutant.body)
    answer.request = Request(url, meta={"fetched_at": "2026-11-24T00:00:00Z"})
    return answer


@cache
def furniture(page: Original) -> frozenset[str]:
    """What the original prints around the article."""
    parts = tokens(page)
    own = set(map(bare, printed_lines(expected(page) | {"related": []})))
    inside = set(within(parts))
    around = {bare(part) for i, part in enumerate(parts) if i not in inside and part[0] != "<"}
    return frozenset(line for line in around - own if len(line) > 12)


@cache
def expected(page: Original) -> dict[str, Any]:
    return reader_of(page.portal)(page.url, Mutant(page.text.encode(page.encoding)))


def judge(seed: int, number: int, read: Callable[..., dict[str, Any]] | None = None) -> Verdict:
    """Makes mutant `number`, reads it and says what became of it."""
    rng = random.Random(f"{seed}:{number}")
    page = rng.choice(originals())
    name = sorted(MUTATIONS)[number % len(MUTATIONS)]
    promise, change = MUTATIONS[name]
    mutant = change(rng, page)
    verdict = Verdict(number, name, f"{page.portal}/{page.name}")
    read = read or reader_of(page.portal)
    begun = time.monotonic()
    record: dict[str, Any] | None = None
    try:
        record = read(page.url, mutant)
        if number % 10 == 0 and read(page.url, mutant) != record:
            verdict.failure = "read twice, and differently"
    except PageError as error:
        verdict.outcome = f"refused: {error.reason}"
    except Exception as error:  # noqa: BLE001 - any is a failure
        verdict.failure = f"{type(error).__name__}: {error}"
    if time.monotonic() - begun > LONGEST:
        verdict.failure = f"took {time.monotonic() - begun:.1f} s"
    if not verdict.failure:
        verdict.failure = _broken(promise, page, mutant, record)
    if verdict.failure:
        verdict.body = mutant.body
    return verdict


def _broken(promise: str, page: Original, mutant: Mutant, record: dict[str, Any] | None) -> str:
    if record is None:
        return "refused, though a person reads the same" if promise == SAME else ""
    whole = expected(page)
    if record["id"] != whole["id"]:
        return f"another article: {record['id']}"
    if promise in (SAME, SAME_OR_REFUSED):
        # Marks that cannot be read any more leave the same article to another layout.
        passed_over = () if promise == SAME else ("layout",)
        wrong = [n for n in whole if record[n] != whole[n] and n not in passed_over]
        return f"differs in {wrong[0]}: {str(record[wrong[0]])[:300]}" if wrong else ""
    chrome = furniture(page)
    foreign = [line for line in record["body"] if any(bare(part) in chrome for part in [line])]
    if foreign:
        return f"furniture in the body: {foreign[0][:300]}"
    line = ""
    for shown in (shown_by_html_parser, shown_by_libxml2):
        for text in texts_of(mutant.body):
            if not (line := unprinted(record, shown(text))):
                return ""
    return f"not printed: {line[:300]}"
