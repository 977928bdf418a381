"""The run report: what a run was asked, did and met, as one JSON file; and its exit code."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler.extensions.health import exit_code, problems_of
from crawler.moments import stamp
from crawler.stores.recovery import Recovered, recover
from crawler.stores.report import by_kind, digests, tree, versions, write_report
from crawler.stores.run import Run, StorageError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.selection import Selection

__all__ = ["RunReport"]

logger = logging.getLogger(__name__)

_SETTINGS = (
    "USER_AGENT",
    "ROBOTSTXT_OBEY",
    "DOWNLOAD_DELAY",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_TIMEOUT",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "RETRY_TIMES",
    "BACKOFF_SECONDS",
    "BACKOFF_MAX",
    "BACKOFF_BURSTS",
    "CRAWL_DELAY_MAX",
    "LISTING_PAGES",
    "FAILED_ATTEMPTS",
    "REFUSED_MAX",
)


class RunReport:
    """Mends what earlier runs left, and writes `runs/<portal>/<year>/<run>.json` at the end."""

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
            self.run.completed = self._recovered.files
        except (*StorageError, ValueError) as error:
            self.run.fail(error)

    def spider_closed(self, reason: str) -> None:
        self._reason = reason

    def engine_stopped(self) -> None:
        """Last of all: `RawCapture` closes its files before, being earlier in the settings."""
        report: dict[str, Any] = {"problems": ["the report could not be made"]}
        try:
            report = self._build()
            well = self.run.failure is None
            write_report(self.run.folder("runs"), self.run.name, report, complete=well)
        except StorageError as error:
            self.run.fail(error)
        except Exception:
            logger.exception("the report could not be made")
        report["storage"] = self.run.failure
        report["exit_code"] = exit_code(self.run.failure, report["problems"])
        self.report = report
        self.run.close()

    def _stop(self) -> None:
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            task = asyncio.ensure_future(engine.close_spider_async(reason="storage_failed"))
            task.add_done_callback(lambda done: done.exception())

    def _build(self) -> dict[str, Any]:
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        spider = self._crawler.spider
        reach = getattr(spider, "reach", None)
        report = {
            "run": self.run.name,
            "portal": self.run.portal,
            "command": "crawl",
            "arguments": getattr(spider, "arguments", {}),
            "started_at": stamp(self.run.started),
            "ended_at": stamp(datetime.now(UTC)),
            "finish_reason": self._reason,
            "versions": versions(),
            "settings": {name: self._crawler.settings.get(name) for name in _SETTINGS},
            **_counts(stats),
            "links": {} if self.run.failure else self.run.state.counts(),
            "files": by_kind(self.run.digests),
            "recovered": {
                "runs": sorted(self._recovered.runs),
                "files": self._recovered.files,
                "bytes_cut": self._recovered.bytes_cut,
                "articles": self._recovered.articles,
                "pages": stats.get("salvage/pages", 0),
            },
            "reach": reach.report() if reach else None,
            "storage": self.run.failure,
        }
        selection = getattr(spider, "selection", None)
        report["problems"] = problems_of(
            report,
            unreachable=stats.get("unreachable"),
            refused_max=self._crawler.settings.getfloat("REFUSED_MAX"),
            expected=_expected(spider, selection),
            walked=() if selection is None or selection.url else selection.sections,
        )
        report["exit_code"] = exit_code(self.run.failure, report["problems"])
        return report | digests(self.run.digests)


def _expected(spider: object, selection: Selection | None) -> tuple[str, ...]:
    """Sections that must be there: those asked for by name, or else what the portal says."""
    if selection is not None and "section" in getattr(spider, "arguments", {}):
        return selection.sections
    return tuple(getattr(spider, "expected_sections", ()))


def _counts(stats: dict[str, Any]) -> dict[str, Any]:
    """What a report takes from the stats."""
    return {
        "pages": {
            "fetched": stats.get("downloader/response_count", 0),
            "statuses": tree(stats, "downloader/response_status_count/"),
            "errors": tree(stats, "downloader/exception_type_count/"),
            "robots_unreachable": tree(stats, "robotstxt/unreachable/"),
            "refusals": tree(stats, "throttle/bursts/"),
            "delays": tree(stats, "throttle/delay/"),
            "hosts_left_alone": tree(stats, "throttle/left_alone/"),
            "bytes": stats.get("downloader/response_bytes", 0),
            "captured": stats.get("raw/responses", 0),
            "listings_read": stats.get("listings/read", 0),
        },
        "articles": {
            "archived": stats.get("articles/archived", 0),
            "revised": stats.get("dedupe/revised", 0),
            "unchanged": stats.get("dedupe/unchanged", 0),
            "refused": tree(stats, "articles/refused/", 2),
            "failed": tree(stats, "articles/failed/"),
            "compared": tree(stats, "articles/compared/"),
            "disputed": tree(stats, "articles/disputed/"),
        },
        "sections": tree(stats, "sections/", 2),
        "feeds_dead": tree(stats, "feeds/dead/"),
        "layouts": tree(stats, "layouts/", 3),
        "disputed": stats.get("disputed", []),
        "provisional": tree(stats, "provisional/"),
        "dates": tree(stats, "dates/"),
        "unknown_sources": tree(stats, "sources/unknown/"),
        "log": tree(stats, "log_count/"),
    }
