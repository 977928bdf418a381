"""Re-extraction: captured pages read again with today's rules, through the same pipelines.

Every portal met gets a run of its own, which writes new files and changes none. A record is
deduplicated against nothing but what this re-extraction has written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

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
from crawler.wayback import original_of

__all__ = ["PortalReextraction", "Rereading", "Rereadings"]


Portal = TypeVar("Portal", bound="Rereading")


class Rereadings(Generic[Portal]):
    """Reads files; each captured page goes to the portal whose address it bears."""

    def __init__(
        self,
        portals: Mapping[str, type[PortalSpider]],
        make: Callable[[type[PortalSpider]], Portal],
    ) -> None:
        """`make` is called for each portal of which a page is met."""
        self._spiders = portals
        self._make = make
        self.portals: dict[str, Portal] = {}
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
                self.portals[name] = self._make(outcome.portal)
            self.portals[name].take(outcome)

    def close(self) -> None:
        """Closes what all portals have open."""
        for portal in self.portals.values():
            portal.close()

    def _task(self, captured: Captured) -> Task | None:
        """What is to be read; `None`, and counted, if it is no article's page."""
        url = captured.url
        own = original_of(url)
        portal = next((spider for spider in self._spiders.values() if spider.identify(own)), None)
        if portal is None:
            forms = (form for spider in self._spiders.values() for form in spider.addresses)
            host = host_of(own)
            known = any(form.on(host) for form in forms)
            self.skipped["no article's address" if known else "another site"] += 1
        elif captured.status != 200:
            self.skipped[f"status {captured.status}"] += 1
        else:
            return Task(portal, captured)
        return None


class Rereading:
    """The part of one portal: its pages, put together, through its pipelines."""

    def __init__(self, spider: type[PortalSpider], settings: Settings) -> None:
        self.crawler = Crawler(spider, settings)
        self.stats = MemoryStatsCollector(self.crawler)
        self.crawler.stats = self.stats
        self._spider = spider.from_crawler(self.crawler)
        self.crawler.spider = self._spider
        self._parts = Parts(self._spider.page_number)
        self._pipelines: list[Any] | None = None

    def take(self, outcome: Outcome) -> None:
        """Takes in what was read from one page of an article."""
        reading = outcome.reading
        if reading is None:
            self.refused(PageError(outcome.reason, outcome.detail, outcome.layout), outcome.url)
        elif (number := self._spider.page_number(original_of(outcome.url))) > 1:
            self._parts.add(reading, number)
        elif reading.continued:
            self._parts.begin(reading)
        else:
            self._finish(reading.item)

    def close(self) -> None:
        """Puts the articles of several pages together, and closes the pipelines."""
        for item, missing in self._parts.whole():
            if missing:
                self.refused(missing, str(item.url))
            else:
                self._finish(item)
        for pipeline in self._built():
            if hasattr(pipeline, "close_spider"):
                pipeline.close_spider()

    def read(self, item: Any) -> None:
        """An article has come out of the pipelines."""

    def refused(self, error: PageError, url: str) -> None:
        """A page was not understood."""

    def _finish(self, item: Any) -> None:
        try:
            for pipeline in self._built():
                item = pipeline.process_item(item)
        except DropItem as dropped:
            self.stats.inc_value(f"dropped/{getattr(dropped, 'outcome', str(dropped))}")
        else:
            self.read(item)

    def _built(self) -> list[Any]:
        """The pipelines, made when the first is needed: what they need is attached by then."""
        if self._pipelines is None:
            self._pipelines = []
            for path in build_component_list(
                self.crawler.settings.get_component_priority_dict_with_base("ITEM_PIPELINES")
            ):
                with suppress(NotConfigured):
                    self._pipelines.append(build_from_crawler(load_object(path), self.crawler))
        return self._pipelines


class PortalReextraction(Rereading):
    """What is read of one portal, written as a run of its own."""

    def __init__(self, spider: type[PortalSpider], settings: Settings, data_dir: Path) -> None:
        super().__init__(spider, settings)
        # A state of its own: deduplication against nothing that is archived already.
        self.run = Run(
            spider.name, data_dir, command="reextract", state=State(None, spider.name, "")
        )
        self.run.attach(self.crawler)

    def take(self, outcome: Outcome) -> None:
        """As `Rereading`. Raises `OSError` once storage has failed."""
        super().take(outcome)
        if self.run.failure:
            raise OSError(self.run.failure)

    def refused(self, error: PageError, url: str) -> None:
        self.stats.inc_value(f"articles/refused/{error.layout or 'no layout'}/{error.reason}")
        refusals = self.stats.get_value("refusals", [])
        refusals.append({"url": printable(url), "reason": printable(str(error))})
        self.stats.set_value("refusals", refusals)
