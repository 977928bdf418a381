"""Re-extraction: captured pages read again with today's rules, through the same pipelines.

Every portal met gets a run of its own, which writes new files and changes none. A record is
deduplicated against nothing but what this re-extraction has written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.pages import PageError
from crawler.parts import Parts
from crawler.portal import PortalSpider
from crawler.readers import Outcome, Task, read_all
from crawler.stores.run import Run
from crawler.stores.state import State
from crawler.stores.warc import Captured, read_responses
from crawler.text import printable
from crawler.urls import host_of

__all__ = ["PortalReextraction", "Reextraction"]


class Reextraction:
    """Re-extracts files; each captured page goes to the portal whose address it bears."""

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

    def read(self, path: Path, jobs: int = 1) -> None:
        """Reads one WARC file. Raises `TornWarc` once all before the tear is read, and
        `StorageError` if it cannot be opened or the results cannot be written."""
        captures = read_responses(path, lambda reason: self.skipped.update([reason]))
        tasks = (task for captured in captures if (task := self._task(captured)))
        for outcome in read_all(tasks, jobs):
            name = outcome.portal.name
            if name not in self.portals:
                self.portals[name] = PortalReextraction(
                    outcome.portal, self._settings, self._data_dir
                )
            self.portals[name].take(outcome)
            if failure := self.portals[name].run.failure:
                raise OSError(failure)

    def close(self) -> None:
        """Closes the files of all portals."""
        for portal in self.portals.values():
            portal.close()

    def _task(self, captured: Captured) -> Task | None:
        """What is to be read; `None`, and counted, if it is no article's page."""
        url = captured.url
        portal = next((spider for spider in self._portals.values() if spider.identify(url)), None)
        if portal is None:
            hosts = {host for s in self._portals.values() for f in s.addresses for host in f.hosts}
            known = host_of(url) in hosts
            self.skipped["no article's address" if known else "another site"] += 1
        elif captured.status != 200:
            self.skipped[f"status {captured.status}"] += 1
        else:
            return Task(portal, captured)
        return None


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
        self._parts = Parts(self._spider.page_number)

    def take(self, outcome: Outcome) -> None:
        """Takes in what was read from one page of an article."""
        reading = outcome.reading
        if reading is None:
            self._refuse(PageError(outcome.reason, outcome.detail, outcome.layout), outcome.url)
        elif (number := self._spider.page_number(outcome.url)) > 1:
            self._parts.add(reading, number)
        elif reading.continued:
            self._parts.begin(reading)
        else:
            self._finish(reading.item)

    def close(self) -> None:
        """Puts the articles of several pages together, and closes the files; the run stays open for
        its report."""
        for item, missing in self._parts.whole():
            if missing:
                self._refuse(missing, str(item.url))
            else:
                self._finish(item)
        for pipeline in self._pipelines:
            if hasattr(pipeline, "close_spider"):
                pipeline.close_spider()

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
