"""The run report: what a run was asked, did and met, as one JSON file; and its exit code."""

from __future__ import annotations

import asyncio
import json
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import scrapy
import twisted
from scrapy import signals

from crawler import __version__
from crawler.extensions.health import exit_code, problems_of
from crawler.reading import stamp
from crawler.stores.recovery import Recovered, recover
from crawler.stores.run import Run, StorageError
from crawler.stores.segments import PART, finish

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["RunReport", "write_report"]

_SETTINGS = (
    "USER_AGENT",
    "ROBOTSTXT_OBEY",
    "DOWNLOAD_DELAY",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_TIMEOUT",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "RETRY_TIMES",
    "LISTING_PAGES",
    "FAILED_ATTEMPTS",
    "REFUSED_MAX",
)


class RunReport:
    """Opens the run, mends what earlier ones left, writes `runs/<portal>/<year>/<run>.json`."""

    def __init__(self, run: Run, crawler: Crawler) -> None:
        self.run = run
        self.report: dict[str, Any] = {}
        """The report, once the run is over."""
        self._crawler = crawler
        self._recovered = Recovered()
        self._reason = "shutdown"
        run.on_failure(self._stop)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        report = cls(Run.of(crawler), crawler)
        connect = crawler.signals.connect
        connect(report.spider_opened, signal=signals.spider_opened)
        connect(report.spider_closed, signal=signals.spider_closed)
        connect(report.engine_stopped, signal=signals.engine_stopped)
        return report

    def spider_opened(self) -> None:
        try:
            self._recovered = recover(self.run)
            self._report_interrupted()
        except (*StorageError, ValueError) as error:
            self.run.fail(error)

    def _report_interrupted(self) -> None:
        """Gives the dead runs the report that they could not write."""
        for name in sorted(self._recovered.runs):
            path = self.run.folder("runs").with_name(re.findall(r"-(\d{4})", name)[0])
            if not (path / f"{name}.json").exists():
                report = {
                    "run": name,
                    "portal": self.run.portal,
                    "command": "crawl",
                    "finish_reason": "interrupted",
                    "recovered_by": self.run.name,
                    "files": {
                        kind: [file for file in self._recovered.files if f"{kind}/" in file]
                        for kind in ("raw", "archive")
                    },
                }
                write_report(path, name, report)

    def spider_closed(self, reason: str) -> None:
        self._reason = reason

    def engine_stopped(self) -> None:
        """Last of all: `RawCapture` closes its files before, being earlier in the settings."""
        try:
            self.report = self._build()
            write_report(self.run.folder("runs"), self.run.name, self.report)
        except StorageError as error:
            self.run.fail(error)
        finally:
            self.report["exit_code"] = exit_code(self.run.failure, self.report.get("problems", []))
            self.run.close()

    def _stop(self) -> None:
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            task = asyncio.ensure_future(engine.close_spider_async(reason="storage_failed"))
            task.add_done_callback(lambda done: done.exception())

    def _build(self) -> dict[str, Any]:
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        spider = self._crawler.spider
        selection = getattr(spider, "selection", None)
        report: dict[str, Any] = {
            "run": self.run.name,
            "portal": self.run.portal,
            "command": "crawl",
            "arguments": getattr(spider, "arguments", {}),
            "started_at": stamp(self.run.started),
            "ended_at": stamp(datetime.now(UTC)),
            "finish_reason": self._reason,
            "versions": versions(),
            "settings": {name: self._crawler.settings.get(name) for name in _SETTINGS},
            "pages": {
                "fetched": stats.get("downloader/response_count", 0),
                "statuses": tree(stats, "downloader/response_status_count/"),
                "errors": tree(stats, "downloader/exception_type_count/"),
                "bytes": stats.get("downloader/response_bytes", 0),
                "listings_read": stats.get("listings/read", 0),
            },
            "articles": {
                "archived": stats.get("articles/archived", 0),
                "revised": stats.get("dedupe/revised", 0),
                "unchanged": stats.get("dedupe/unchanged", 0),
                "refused": tree(stats, "articles/refused/"),
                "failed": tree(stats, "articles/failed/"),
            },
            "sections": tree(stats, "sections/"),
            "layouts": tree(stats, "layouts/"),
            "dates": tree(stats, "dates/"),
            "unknown_sources": tree(stats, "sources/unknown/"),
            "links": self._counts(),
            "files": {
                "raw": stats.get("raw/files", []),
                "archive": stats.get("archive/files", []),
                "raw_bytes": stats.get("raw/bytes", 0),
                "archive_bytes": stats.get("archive/bytes", 0),
            },
            "recovered": {
                "files": self._recovered.files,
                "bytes_cut": self._recovered.bytes_cut,
                "articles": self._recovered.articles,
            },
            "log": tree(stats, "log_count/"),
            "storage": self.run.failure,
        }
        report["problems"] = problems_of(
            report,
            unreachable=stats.get("unreachable"),
            refused_max=self._crawler.settings.getfloat("REFUSED_MAX"),
            expected=getattr(spider, "expected_sections", ()),
            walked=() if selection is None or selection.url else selection.sections,
        )
        report["exit_code"] = exit_code(self.run.failure, report["problems"])
        return report

    def _counts(self) -> dict[str, int]:
        return {} if self.run.failure else self.run.state.counts()


def versions() -> dict[str, str]:
    """Versions of what read the pages."""
    return {
        "extractor": __version__,
        "scrapy": scrapy.__version__,
        "twisted": twisted.__version__,
        "python": platform.python_version(),
    }


def tree(stats: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Stats under `prefix`, by their further parts: `a/b/c` within `a`, `b`, as far as the names
    go; a name that holds a number and further names has the number under `total`."""
    found: dict[str, Any] = {}
    for key in sorted(key for key in stats if key.startswith(prefix)):
        *folders, name = key[len(prefix) :].split("/")
        into = found
        for folder in folders:
            below = into.setdefault(folder, {})
            if not isinstance(below, dict):
                below = into[folder] = {"total": below}
            into = below
        into[name] = stats[key]
    return found


def write_report(folder: Path, name: str, report: dict[str, Any]) -> None:
    """Writes the report of a run, complete or not at all. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
    path.with_name(f"{path.name}{PART}").write_text(text + "\n", encoding="utf-8")
    finish(path)
