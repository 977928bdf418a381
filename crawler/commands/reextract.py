"""`scrapy reextract WARC…`: captured pages, our own or anybody's, read with today's rules."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import SpiderLoader

from crawler.extensions.health import STORAGE, UNHEALTHY, USAGE, WELL
from crawler.moments import stamp
from crawler.portals import portals_of
from crawler.readers import add_jobs, jobs_of
from crawler.reextract import PortalReextraction, Rereadings
from crawler.selection import UsageProblem
from crawler.stores.report import by_kind, digests, tree, versions, write_report
from crawler.stores.run import StorageError, storage_failure
from crawler.stores.warc import TornWarc

__all__ = ["Command"]


class Command(ScrapyCommand):
    """Exit codes: 0 well, 1 a file was torn or nothing was read, 2 usage, 4 storage failed."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] <WARC file> ..."

    def short_desc(self) -> str:
        return "Read captured pages again with today's rules"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", metavar="DIR", help="data folder to write to (default: DATA_DIR)"
        )
        add_jobs(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if not args:
            self.exitcode = USAGE
            print("scrapy reextract: give the WARC files to read", file=sys.stderr)
            return
        try:
            jobs = jobs_of(opts)
        except UsageProblem as problem:
            self.exitcode = USAGE
            print(f"scrapy reextract: {problem}", file=sys.stderr)
            return
        paths = [Path(arg) for arg in args]
        for path in paths:
            if not path.is_file():
                self.exitcode = USAGE
                print(f"scrapy reextract: {path}: no such file", file=sys.stderr)
                return
        portals = portals_of(SpiderLoader.from_settings(self.settings))
        data_dir = Path(opts.output or self.settings["DATA_DIR"])
        settings = self.settings
        work = Rereadings(portals, lambda spider: PortalReextraction(spider, settings, data_dir))
        torn: list[str] = []
        started = time.monotonic()
        try:
            for path in paths:
                try:
                    work.read(path, jobs)
                except TornWarc as error:
                    torn.append(str(error))
                    print(f"scrapy reextract: {error}; read up to there", file=sys.stderr)
            work.close()
            for portal in work.portals.values():
                report = _report(portal, paths, torn, work)
                write_report(portal.run.folder("runs"), portal.run.name, report)
                portal.run.close()
        except StorageError as error:
            self.exitcode = STORAGE
            print(f"scrapy reextract: {storage_failure(error, data_dir)}", file=sys.stderr)
            return
        self._summary(work, time.monotonic() - started)
        failures = [p.run.failure for p in work.portals.values() if p.run.failure]
        for failure in failures:
            print(f"scrapy reextract: {failure}", file=sys.stderr)
        archived = sum(p.stats.get_value("articles/archived", 0) for p in work.portals.values())
        self.exitcode = STORAGE if failures else UNHEALTHY if torn or not archived else WELL

    def _summary(self, work: Rereadings[PortalReextraction], seconds: float) -> None:
        for name, portal in work.portals.items():
            stats = portal.stats.get_stats()
            files = [str(portal.run.data_dir / file) for file in portal.run.digests]
            print(
                f"{name}: {stats.get('articles/archived', 0)} articles archived,"
                f" {len(stats.get('refusals', []))} refused,"
                f" {stats.get('dropped/unchanged', 0)} unchanged; {', '.join(files) or 'no file'}"
            )
        skipped = ", ".join(f"{count} {reason}" for reason, count in sorted(work.skipped.items()))
        print(
            f"{sum(work.skipped.values())} records skipped ({skipped or 'none'}), {seconds:.1f} s"
        )


def _report(
    portal: PortalReextraction,
    paths: list[Path],
    torn: list[str],
    work: Rereadings[PortalReextraction],
) -> dict[str, Any]:
    stats = portal.stats.get_stats()
    return {
        "run": portal.run.name,
        "portal": portal.run.portal,
        "command": "reextract",
        "arguments": [str(path) for path in paths],
        "started_at": stamp(portal.run.started),
        "ended_at": stamp(datetime.now(UTC)),
        "versions": versions(),
        "articles": {
            "archived": stats.get("articles/archived", 0),
            "revised": stats.get("dedupe/revised", 0),
            "unchanged": stats.get("dedupe/unchanged", 0),
            "refused": tree(stats, "articles/refused/", 2),
        },
        "refusals": stats.get("refusals", []),
        "skipped": dict(work.skipped),
        "torn": torn,
        "layouts": tree(stats, "layouts/", 3),
        "dates": tree(stats, "dates/"),
        "unknown_sources": tree(stats, "sources/unknown/"),
        "files": by_kind(portal.run.digests),
        **digests(portal.run.digests),
    }
