"""`scrapy crawl PORTAL`: Scrapy's own, with arguments checked first, the lock taken, a summary
of four lines at the end and an exit code that tells cron what happened."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.spiderloader import SpiderLoader

from crawler.extensions.health import LOCKED, STORAGE, UNHEALTHY, USAGE, WELL, total
from crawler.extensions.runs import RunReport
from crawler.portal import PortalSpider
from crawler.portals import portals_of
from crawler.selection import UsageProblem
from crawler.stores.lock import Locked
from crawler.stores.run import Run, StorageError, storage_failure

__all__ = ["Command", "summary"]


_NOT_BEGUN = "stopped before it began"


class _Stop:
    """What SIGTERM and SIGINT ask for until Scrapy listens to them: to stop as soon as the run
    is open, or is known not to be. The second one ends the process, as if nothing listened."""

    def __init__(self) -> None:
        self.asked = False

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)


class _Process(AsyncCrawlerProcess):
    """Scrapy's, but for a signal that comes while the run opens: its engine cannot be stopped
    before it has started (2.19), so that is waited for."""

    was_open = True
    """Whether the run had begun when it was first asked to stop."""

    async def stop(self) -> None:
        for crawler in list(self.crawlers):
            while crawler.crawling and not (crawler._engine and crawler._engine.running):
                self.was_open = False
                await asyncio.sleep(0.01)
        await super().stop()


class Command(ScrapyCrawl):
    """Exit codes: 0 well, 1 unhealthy, 2 usage, 3 another run holds the lock, 4 storage failed."""

    # Made once the arguments are known to be good: it opens the log file.
    requires_crawler_process = False
    _stop: _Stop | None = None

    def syntax(self) -> str:
        return "[options] <portal>"

    def short_desc(self) -> str:
        return (
            "Archive a portal: -a section=a,b -a pages=N -a since=DAY -a until=DAY"
            " -a via=wayback -a url=… -a budget=500pages"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        # The first that Scrapy asks of a command, once it is known to be this one.
        self._stop = _Stop()
        self._stop.listen()
        super().add_options(parser)

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
        if self._is_stopped():
            run.close()
            self._end(WELL, _NOT_BEGUN)
            return
        self._crawl(portal, run, opts.spargs)

    def _crawl(self, portal: type[PortalSpider], run: Run, arguments: dict[str, str]) -> None:
        assert self.settings is not None
        process = _Process(self.settings)
        from twisted.internet import reactor  # there is one only now

        crawler = process.create_crawler(portal)
        run.attach(crawler)
        process.crawl(crawler, **arguments)
        reactor.callWhenRunning(reactor.callLater, 0, self._stop_if_asked, process)
        process.start()
        extension = crawler.get_extension(RunReport) if crawler.spider else None
        if extension is None or not extension.report:
            self._end(
                UNHEALTHY, f"{portal.name}: ended without a report; the next run takes up the rest"
            )
            return
        self.exitcode = extension.report["exit_code"]
        begun = process.was_open and not self._is_stopped()
        if self.exitcode == WELL and not begun and not extension.report["pages"]["statuses"]:
            self._end(WELL, _NOT_BEGUN)
            return
        to_stdout = "stdout:" in crawler.settings.getdict("FEEDS")
        for line in summary(extension.report, portal.home, run):
            print(line, file=sys.stderr if to_stdout else sys.stdout)

    def _stop_if_asked(self, process: _Process) -> None:
        if self._is_stopped():
            asyncio.ensure_future(process.stop())  # noqa: RUF006 - the reactor runs until it is done

    def _is_stopped(self) -> bool:
        return self._stop is not None and self._stop.asked

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
    reach = report.get("reach")
    if reach and reach["not_reached"]:
        gaps = ", ".join(f"{first} to {last}" for first, last in reach["not_reached"])
        lines.append(f"not reached: {gaps}; no listing of {run.portal} that was read goes there")
    if report["problems"]:
        lines.append("unhealthy: " + "; ".join(report["problems"]))
    return lines
