"""Provisional records: what a generic extractor reads on pages that no layout claims yet.

They stand in `provisional/`, never in the archive, and go no further than here. When a layout reads
the page after all, its exact record goes to the archive, and the provisional one is written again
with `superseded_by`, the run that has it: files are never changed, the last line of an id counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from crawler.generic import GENERIC
from crawler.items import record_of
from crawler.pipelines.dedupe import text_digest
from crawler.stores.jsonl import encode, read_lines
from crawler.stores.run import Run, StorageError
from crawler.stores.segments import in_order

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

__all__ = ["ProvisionalPipeline", "SupersededPipeline"]


class _Writing:
    """What both have: a file of the run."""

    def __init__(self, run: Run, stats: StatsCollector, suffix: str, most: float) -> None:
        self._run = run
        self._stats = stats
        self._file = run.file("provisional", suffix, max_bytes=2**40, max_seconds=most)

    def close_spider(self) -> None:
        self._run.keep(self._file.close)
        self._run.settle()

    def _write(self, record: dict[str, Any]) -> None:
        line = encode(record)
        self._run.keep(lambda: self._file.write(line))


class ProvisionalPipeline(_Writing):
    """Writes `provisional/<portal>/<year>/<run>.jsonl`. A text that has stood at another address
    in this run is that of an error page, or of the home page: it is no article's. Stats:
    `provisional/written`, `provisional/repeated`. Setting: `SEGMENT_SECONDS`."""

    def __init__(self, run: Run, stats: StatsCollector, most: float) -> None:
        super().__init__(run, stats, ".jsonl", most)
        self._seen: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(Run.of(crawler), crawler.stats, crawler.settings.getfloat("SEGMENT_SECONDS"))

    def process_item(self, item: Any) -> Any:
        adapter = ItemAdapter(item)
        if adapter["layout"] != GENERIC:
            return item
        adapter["run"], adapter["revision"] = self._run.name, 1
        digest = adapter["text_sha256"] = text_digest(adapter["headline"], adapter["body"])
        if self._seen.setdefault(digest, adapter["id"]) != adapter["id"]:
            self._stats.inc_value("provisional/repeated")
        else:
            self._write({**record_of(adapter), "superseded_by": None})
            self._stats.inc_value("provisional/written")
        raise DropItem("provisional", log_level="DEBUG")


class SupersededPipeline(_Writing):
    """Marks the provisional record of an article that has just been archived. Stat:
    `provisional/superseded`. Setting: `SEGMENT_SECONDS`."""

    def __init__(self, run: Run, stats: StatsCollector, most: float) -> None:
        super().__init__(run, stats, "-superseded.jsonl", most)
        self._open: dict[str, dict[str, Any]] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(Run.of(crawler), crawler.stats, crawler.settings.getfloat("SEGMENT_SECONDS"))

    def process_item(self, item: Any) -> Any:
        if self._open is None:
            try:
                self._open = self._read()
            except (*StorageError, ValueError, KeyError) as error:
                self._open = {}
                self._run.fail(error)
        record = self._open.pop(ItemAdapter(item)["id"], None)
        if record is not None:
            self._write({**record, "superseded_by": self._run.name})
            self._stats.inc_value("provisional/superseded")
        return item

    def _read(self) -> dict[str, dict[str, Any]]:
        """The provisional records that no exact one has taken the place of."""
        found = {}
        folder = self._run.data_dir / "provisional" / self._run.portal
        for path in in_order(folder.glob("*/*.jsonl")):
            for record in read_lines(path):
                found[record["id"]] = record
        return {i: record for i, record in found.items() if not record["superseded_by"]}
