"""The archive: one line an article, in files that become visible when they are complete."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from crawler.stores.jsonl import encode, read_lines
from crawler.stores.run import Run, StorageError
from crawler.stores.segments import SegmentedFile

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
        self._file = SegmentedFile(
            run.folder("archive"),
            run.name,
            ".jsonl",
            max_bytes=max_bytes,
            max_seconds=max_seconds,
            closed=self._learn,
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
        record = adapter.asdict()
        try:
            self._file.write(encode(record))
        except StorageError as error:
            self._run.fail(error)
            raise DropItem("storage failed", log_level="DEBUG") from error
        self._stats.inc_value("articles/archived")
        self._stats.inc_value(f"layouts/{record['layout']}/articles")
        for name, value in record.items():
            if value in (None, []):
                self._stats.inc_value(f"layouts/{record['layout']}/missing/{name}")
        return item

    def close_spider(self) -> None:
        try:
            self._file.close()
        except StorageError as error:
            self._run.fail(error)
        self._stats.set_value("archive/bytes", self._file.bytes)
        self._stats.set_value("archive/files", [self._run.relative(p) for p in self._file.paths])

    def _learn(self, path: Path) -> None:
        self._run.state.learn(self._run.relative(path), read_lines(path))
