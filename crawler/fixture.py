"""A page as a fixture: what is to be written beside it, for a person to correct.

What the rules read is a beginning, and not right because it was read: `unchecked` stays until a
person has looked at every field. A page that no layout claims gets what a generic extractor reads,
if there is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from itemadapter import ItemAdapter
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import TextResponse
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.items import Article, record_of
from crawler.pages import PageError, recognise
from crawler.parsing import decoded, parse
from crawler.pipelines.bylines import BylinePipeline
from crawler.pipelines.dates import DatePipeline
from crawler.pipelines.sources import SourcePipeline
from crawler.portal import PortalSpider
from crawler.urls import Address

__all__ = ["Fixture", "fixture_of"]

_OF_THE_RUN = frozenset(
    "portal revision run capture layout fetched_at copy_url copied_at extracted_at extractor"
    " text_sha256".split()
)
"""Fields that are not read on a page."""
_PIPELINES = (DatePipeline, BylinePipeline, SourcePipeline)


@dataclass(frozen=True, slots=True)
class Fixture:
    """What is to be written."""

    case: str
    """Name, if none is given."""
    suffix: str
    body: bytes
    facts: dict[str, Any]
    how: str
    """By what it was read, in a few words."""


def fixture_of(
    portal: type[PortalSpider], response: TextResponse, settings: Settings, fetched_at: str
) -> Fixture:
    """The fixture of a page that has arrived."""
    address = portal.identify(response.url)
    response.request = Request(response.url, meta={"fetched_at": fetched_at})
    facts: dict[str, Any] = {"url": response.url, "kind": "listing"}
    kind = response.headers.get("Content-Type")
    facts["headers"] = {"Content-Type": kind.decode("latin-1")} if kind else {}
    if address is None:
        facts |= _listing(portal, response)
        year, last = fetched_at[:4], response.url.partition("://")[2].partition("/")[2]
    else:
        facts |= _article(portal, response, address, settings)
        published = facts["expect"].get("published_at") or (address.day or fetched_at)
        year, last = str(published)[:4], address.native
        last += f"-p{address.page}" if address.page > 1 else ""
    how = facts.pop("how")
    facts["unchecked"] = True
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", re.sub(r"\.\w+$", "", last)).strip("-.")[:60]
    case = "-".join(filter(None, (facts["kind"], year, name)))
    return Fixture(case, _suffix(response), response.body, facts, how)


def _listing(portal: type[PortalSpider], response: TextResponse) -> dict[str, Any]:
    kind = "home" if response.url.rstrip("/") == portal.home else "listing"
    try:
        page = recognise(response, portal.listings)
        links = [
            {"url": link.url, "headline": link.headline, "listed_text": link.listed_text}
            for link in page.links
        ]
    except PageError as error:
        expect: dict[str, Any] = {"links": []}
        return {"kind": kind, "layout": error.layout, "expect": expect, "how": f"not read: {error}"}
    kind = "feed" if page.feed else kind
    name = type(page).__name__
    return {"kind": kind, "layout": name, "expect": {"links": links}, "how": f"read by {name}"}


def _article(
    portal: type[PortalSpider], response: TextResponse, address: Address, settings: Settings
) -> dict[str, Any]:
    crawler = Crawler(portal, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    spider = portal.from_crawler(crawler)
    crawler.spider = spider
    try:
        item = spider.read(response).item
        layout, how = item.layout, f"read by {item.layout}"
    except PageError as error:
        layout, how = error.layout, f"not read: {error}"
        folder = address.section.split("/")[0]
        item = Article(
            id=portal.article_id(address),
            url=address.url,
            kind=portal.kinds.get(folder, "article"),
        )
        with suppress(Exception):  # whatever a generic extractor does, the page is saved
            if layout is None and (generic := spider.read_provisionally(response)):
                item, how = generic, f"{how}; read by a generic extractor"
    understood: Any = item
    for pipeline in _PIPELINES:
        understood = pipeline.from_crawler(crawler).process_item(understood)
    expect = _expected(record_of(ItemAdapter(understood)))
    kind = "continuation" if address.page > 1 else expect["kind"]
    return {"kind": kind, "layout": layout, "expect": expect, "how": how}


def _expected(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in _OF_THE_RUN}


def _suffix(response: TextResponse) -> str:
    """How the name of the page's file ends: by what is in it, as it is parsed."""
    try:
        root = parse(decoded(response))
    except PageError:
        return ".html"
    if root is None or root.tag == "html":
        return ".html"
    return ".txt" if root.tag == "json" else ".xml"
