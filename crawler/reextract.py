"""Re-extraction: captured pages read again with today's rules, through the same pipelines.

Every portal met gets a run of its own, which writes new files and changes none. A record is
deduplicated against nothing but what this re-extraction has written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.items import Article
from crawler.pages import PageError
from crawler.portal import PortalSpider
from crawler.reading import Reading, join, stamp
from crawler.stores.run import Run
from crawler.stores.state import State
from crawler.stores.warc import Captured
from crawler.text import printable
from crawler.urls import Address

__all__ = ["PortalReextraction", "Reextraction"]

_DECODED = frozenset((b"Content-Encoding", b"Transfer-Encoding", b"Content-Length"))


class Reextraction:
    """Takes captured answers one by one; each goes to the portal whose address it bears."""

    def __init__(
        self, portals: Mapping[str, type[PortalSpider]], settings: Settings, data_dir: Path
    ) -> None:
        self._portals = portals
        self._settings = settings
        self._data_dir = data_dir
        self.portals: dict[str, PortalReextraction] = {}
        """The portals met, by name."""
        self.skipped: Counter[str] = Counter()
        """Records that were not read, by reason."""

    def take(self, captured: Captured) -> None:
        """Reads one captured answer. Raises `StorageError` if the result cannot be written."""
        met = (
            (spider, address)
            for spider in self._portals.values()
            if (address := spider.identify(captured.url))
        )
        spider, address = next(met, (None, None))
        if spider is None or address is None:
            hosts = {host for s in self._portals.values() for f in s.addresses for host in f.hosts}
            known = any(f"//{host}" in captured.url for host in hosts)
            self.skipped["no article's address" if known else "another site"] += 1
            return
        if captured.status != 200:
            self.skipped[f"status {captured.status}"] += 1
        elif captured.truncated:
            self.skipped["truncated"] += 1
        else:
            if spider.name not in self.portals:
                self.portals[spider.name] = PortalReextraction(
                    spider, self._settings, self._data_dir
                )
            self.portals[spider.name].take(captured, address)

    def close(self) -> None:
        """Ends the runs: articles whose further pages never came are refused."""
        for portal in self.portals.values():
            portal.close()


class PortalReextraction:
    """The part of one portal."""

    def __init__(self, spider: type[PortalSpider], settings: Settings, data_dir: Path) -> None:
        self._crawler = Crawler(spider, settings)
        self.stats = MemoryStatsCollector(self._crawler)
        self._crawler.stats = self.stats
        self._spider = spider.from_crawler(self._crawler)
        self._crawler.spider = self._spider
        # A state of its own: deduplication against nothing that is archived already.
        self.run = Run(spider.name, data_dir, state=State(None, spider.name, ""))
        self.run.attach(self._crawler)
        self._pipelines = self._components()
        self._waiting: dict[str, tuple[Article, list[str]]] = {}
        self._early: dict[tuple[str, int], Article] = {}

    def take(self, captured: Captured, address: Address) -> None:
        """Reads one page of an article."""
        try:
            reading = self._read(captured)
        except PageError as error:
            self._refuse(error, captured.url)
            return
        if address.page > 1:
            self._continue(reading.item, address.page)
        elif reading.continued:
            self._begin(reading)
        else:
            self._finish(reading.item)

    def close(self) -> None:
        for item, rest in self._waiting.values():
            self._refuse(PageError("further page missing", rest[0], item.layout), str(item.url))
        for pipeline in self._pipelines:
            if hasattr(pipeline, "close_spider"):
                pipeline.close_spider()

    def _read(self, captured: Captured) -> Reading:
        headers = Headers()
        for name, value in captured.headers:
            if name.title().encode("latin-1", "replace") not in _DECODED:
                headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=captured.url, body=captured.body)
        meta = {"capture": captured.record_id, "fetched_at": stamp(captured.date)}
        response = kind(
            captured.url,
            headers=headers,
            body=captured.body,
            request=Request(captured.url, meta=meta),
        )
        try:
            return self._spider.read(response)
        except PageError:
            raise
        except Exception as error:
            raise PageError("the reader failed", repr(error)) from error

    def _begin(self, reading: Reading) -> None:
        """An article with further pages: it waits for them, those that came early excepted."""
        item = reading.item
        self._waiting[str(item.id)] = (item, reading.continued)
        for number in range(2, len(reading.continued) + 2):
            if early := self._early.pop((str(item.id), number), None):
                self._continue(early, number)

    def _continue(self, further: Article, number: int) -> None:
        identifier = str(further.id)
        item, rest = self._waiting.get(identifier, (None, []))
        if item is None or self._spider.page_number(rest[0]) != number:
            self._early[identifier, number] = further
            return
        join(item, further)
        if len(rest) > 1:
            self._waiting[identifier] = (item, rest[1:])
            if early := self._early.pop((identifier, number + 1), None):
                self._continue(early, number + 1)
        else:
            del self._waiting[identifier]
            self._finish(item)

    def _finish(self, item: Any) -> None:
        try:
            for pipeline in self._pipelines:
                item = pipeline.process_item(item)
        except DropItem as dropped:
            self.stats.inc_value(f"dropped/{getattr(dropped, 'outcome', str(dropped))}")

    def _refuse(self, error: PageError, url: str) -> None:
        self.stats.inc_value(f"articles/refused/{error.layout or 'no layout'}/{error.reason}")
        refusals = self.stats.get_value("refusals", [])
        refusals.append({"url": printable(url), "reason": printable(str(error))})
        self.stats.set_value("refusals", refusals)

    def _components(self) -> list[Any]:
        paths = build_component_list(
            self._crawler.settings.get_component_priority_dict_with_base("ITEM_PIPELINES")
        )
        found = []
        for path in paths:
            try:
                found.append(build_from_crawler(load_object(path), self._crawler))
            except NotConfigured:
                continue
        return found
