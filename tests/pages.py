"""Recorded pages for tests: the hand-written fixtures, and real captures where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.network.replay import Recorded
from crawler.portal import PortalSpider

FIXTURES = Path(__file__).parent / "fixtures"
CAPTURES = Path(__file__).parents[2] / "shared" / "captures"


def facts_of(path: Path) -> dict[str, Any]:
    """What the JSON of a pair says."""
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts


def response_of(path: Path, url: str | None = None) -> Response:
    """The page of the pair whose JSON is `path`, as an answer to a request of ours."""
    facts = facts_of(path)
    page = next(
        found
        for suffix in (".html", ".xml", ".txt")
        if (found := path.with_suffix(suffix)).exists()
    )
    answer = Recorded(page, facts).response(url or facts["url"])
    answer.request = Request(answer.url, meta={"fetched_at": "2026-11-24T00:00:00Z"})
    return answer


def project_settings(**changed: Any) -> Settings:
    """The project's settings for recorded pages, without touching the environment."""
    settings = Settings()
    settings.setmodule("settings.replay")
    settings.update(changed, priority="cmdline")
    return settings


def crawler_of(spider: type[PortalSpider], settings: Settings | None = None) -> Crawler:
    """A crawler that does not run: what components are made from."""
    crawler = Crawler(spider, settings or project_settings())
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.spider = spider.from_crawler(crawler)
    return crawler


def understood(spider: type[PortalSpider], response: Response) -> dict[str, Any]:
    """The record of a page, with what the pipelines make of what it prints."""
    from crawler.pipelines.bylines import BylinePipeline
    from crawler.pipelines.dates import DatePipeline
    from crawler.pipelines.sources import SourcePipeline

    crawler = crawler_of(spider)
    assert isinstance(crawler.spider, PortalSpider)
    item: Any = crawler.spider.read(response).item
    for pipeline in (DatePipeline, BylinePipeline, SourcePipeline):
        item = pipeline.from_crawler(crawler).process_item(item)
    record: dict[str, Any] = ItemAdapter(item).asdict()
    return record
