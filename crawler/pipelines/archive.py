"""The archive: one line an article, in files that become visible when they are complete."""

from __future__ import annotations

from collections import Counter, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from crawler.items import record_of
from crawler.stores.jsonl import encode, read_lines
from crawler.stores.run import Run, StorageError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

__all__ = ["ArchivePipeline"]


class ArchivePipeline:
    """Writes `archive/<portal>/<year>/<run>.jsonl`; the state learns a segment when it closes.

    Settings: `ARCHIVE_SEGMENT_BYTES`, `SEGMENT_SECONDS`.
    """

    def __init__(self, run: Run, stats: StatsCollector, max_bytes: int, max_seconds: float) -> None:
        self._run = run
        self._stats = stats
        self._layouts: Counter[tuple[str, str]] = Counter()
        # Closed by whoever writes, learned by whoever crawls: the state belongs to one thread.
        self._closed: deque[Path] = deque()
        self._file = run.file(
            "archive",
            ".jsonl",
            max_bytes=max_bytes,
            max_seconds=max_seconds,
            closed=self._closed.append,
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        settings = crawler.settings
        return cls(
            Run.of(crawler),
            crawler.stats,
            settings.getint("ARCHIVE_SEGMENT_BYTES"),
            settings.getfloat("SEGMENT_SECONDS"),
        )

    def process_item(self, item: Any) -> Any:
        adapter = ItemAdapter(item)
        adapter["run"] = self._run.name
        if self._run.failure:
            raise DropItem("storage failed", log_level="DEBUG")
        record = record_of(adapter)
        line = encode(record)
        self._run.keep(lambda: self._file.write(line))
        self._learn()
        if self._run.failure:
            raise DropItem("storage failed", log_level="DEBUG")
        self._stats.inc_value("articles/archived")
        layout = record["layout"]
        self._layouts[layout, "articles"] += 1
        for name, value in record.items():
            if value is None or value == []:
                self._layouts[layout, f"missing/{name}"] += 1
        return item

    def close_spider(self) -> None:
        self._run.keep(self._file.close)
        self._run.settle()
        self._learn()
        for (layout, name), count in self._layouts.items():
            self._stats.set_value(f"layouts/{layout}/{name}", count)

    def _learn(self) -> None:
        """Tells the state of the segments that are closed."""
        try:
            while self._closed:
                path = self._closed.popleft()
                self._run.state.learn(self._run.relative(path), read_lines(path))
        except StorageError as error:
            self._run.fail(error)
