"""Pages as the crawl reads them: one reader for each portal."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from itemadapter import ItemAdapter
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

from crawler.pipelines.bylines import BylinePipeline
from crawler.pipelines.dates import DatePipeline
from crawler.pipelines.sources import SourcePipeline
from crawler.portal import PortalSpider
from tests.mutants.originals import PORTALS, Mutant, Original
from tests.pages import crawler_of

__all__ = ["expected", "reader_of"]

CHANGING = ("extracted_at",)


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
def expected(page: Original) -> dict[str, Any]:
    """What is read of the page as it is."""
    return reader_of(page.portal)(page.url, Mutant(page.text.encode(page.encoding)))
