"""`scrapy crawl PORTAL`: Scrapy's own, with arguments checked first, the lock taken, a summary
of four lines at the end and an exit code that tells cron what happened."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.spiderloader import SpiderLoader

from crawler.extensions.health import LOCKED, STORAGE, UNHEALTHY, USAGE, total
from crawler.extensions.runs import RunReport
from crawler.portal import PortalSpider
from crawler.portals import portals_of
from crawler.selection import UsageProblem
from crawler.stores.lock import Locked
from crawler.stores.run import Run, StorageError, storage_failure

__all__ = ["Command", "summary"]


class Command(ScrapyCrawl):
    """Exit codes: 0 well, 1 unhealthy, 2 usage, 3 another run holds the lock, 4 storage failed."""

    # Made once the arguments are known to be good: it opens the log file.
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <portal>"

    def short_desc(self) -> str:
        return (
            "Archive a portal: -a section=a,b -a pages=N -a since=DAY -a until=DAY -a url=…"
            " -a budget=500pages"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        unread = [arg for arg in args if arg.startswith("-")]
        try:
            if unread:
                raise UsageError(f"no option {unread[0]}; valid: -a NAME=VALUE, -s, -o, -O, -L, …")
            super().process_options(args, opts)
        except UsageError as error:
            self._end(USAGE, str(error))
            raise SystemExit(USAGE) from None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        settings = self.settings
        try:
            portal = self._portal(args)
            portal.select(opts.spargs)
        except UsageProblem as problem:
            self._end(USAGE, str(problem))
            return
        if "no contact" in settings["USER_AGENT"] and not settings["REPLAY_DIR"]:
            print("no contact in the user agent: set CONTACT in the environment", file=sys.stderr)
        try:
            run = Run(
                portal.name,
                Path(settings["DATA_DIR"]),
                busy_seconds=settings.getfloat("STATE_BUSY_SECONDS"),
            )
            if settings["LOG_FILE"]:
                Path(settings["LOG_FILE"]).parent.mkdir(parents=True, exist_ok=True)
        except Locked as locked:
            self._end(LOCKED, str(locked))
            return
        except StorageError as error:
            self._end(STORAGE, storage_failure(error, Path(settings["DATA_DIR"])))
            return
        self._crawl(portal, run, opts.spargs)

    def _crawl(self, portal: type[PortalSpider], run: Run, arguments: dict[str, str]) -> None:
        assert self.settings is not None
        process = AsyncCrawlerProcess(self.settings)
        crawler = process.create_crawler(portal)
        run.attach(crawler)
        process.crawl(crawler, **arguments)
        process.start()
        extension = crawler.get_extension(RunReport) if crawler.spider else None
        if extension is None or not extension.report:
            self._end(
                UNHEALTHY, f"{portal.name}: ended without a report; the next run takes up the rest"
            )
            return
        self.exitcode = extension.report["exit_code"]
        to_stdout = "stdout:" in crawler.settings.getdict("FEEDS")
        for line in summary(extension.report, portal.home, run):
            print(line, file=sys.stderr if to_stdout else sys.stdout)

    def _portal(self, args: list[str]) -> type[PortalSpider]:
        assert self.settings is not None
        portals = portals_of(SpiderLoader.from_settings(self.settings))
        if len(args) != 1 or args[0] not in portals:
            asked = f"no portal {args[0]!r}" if len(args) == 1 else "one portal a run"
            raise UsageProblem(f"{asked}; valid: {', '.join(portals)}")
        return portals[args[0]]

    def _end(self, code: int, line: str) -> None:
        self.exitcode = code
        print(f"scrapy crawl: {line}", file=sys.stderr)


def summary(report: dict[str, Any], home: str, run: Run) -> list[str]:
    """What a run did, in three or four lines, or in one if the portal cannot be reached."""
    if report.get("storage"):
        return [f"{run.name}: {report['storage']}; what was archived before stays"]
    unreachable = [p for p in report["problems"] if p.startswith("cannot be reached")]
    if unreachable:
        return [f"{home} {unreachable[0]}; `make demo` shows a crawl without the network"]
    articles = report["articles"]
    failed = total(articles["failed"])
    lines = [
        f"pages fetched: {report['pages']['fetched']}; articles failed: {failed}",
        f"articles archived: {articles['archived']}, new revisions among them:"
        + f" {articles['revised']}; refused: {total(articles['refused'])}",
        "files: "
        + (
            ", ".join(
                str(run.data_dir / name)
                for name in (*report["files"]["archive"], *report["files"]["raw"])
            )
            or "none"
        )
        + f", report {run.folder('runs') / (run.name + '.json')}",
    ]
    if report["problems"]:
        lines.append("unhealthy: " + "; ".join(report["problems"]))
    return lines
