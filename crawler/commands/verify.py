"""`scrapy verify`: whether the archive is what the runs wrote, down to the byte."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import SpiderLoader

from crawler.extensions.health import LOCKED, STORAGE, UNHEALTHY, USAGE
from crawler.portals import portals_of
from crawler.readers import add_jobs, jobs_of
from crawler.selection import UsageProblem
from crawler.stores.jsonl import BrokenLine
from crawler.stores.lock import Lock, Locked
from crawler.stores.rebuild import portals_in, replace_state
from crawler.stores.run import StorageError, storage_failure
from crawler.verify.archive import verify
from crawler.verify.deep import check_readings
from crawler.verify.findings import Findings, Problem

__all__ = ["Command"]

_OPTIONS = "--deep, --rebuild-state, -j N (--jobs N), and those of every scrapy command"


class Command(ScrapyCommand):
    """Exit codes: 0 well, 1 something is wrong, 2 usage, 3 a run holds a lock that is needed,
    4 something cannot be read or written."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [portal] ..."

    def short_desc(self) -> str:
        return "Check every file, line, capture and the state; --deep reads every article again"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--deep", action="store_true", help="read every article again from its capture"
        )
        parser.add_argument(
            "--rebuild-state",
            action="store_true",
            help="make state/state.sqlite anew from the files, before anything is checked",
        )
        add_jobs(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        data_dir = Path(self.settings["DATA_DIR"])
        try:
            jobs = jobs_of(opts)
            portals = _portals(data_dir, args)
            if opts.rebuild_state:
                self._rebuild(data_dir)
            self._verify(data_dir, portals, jobs if opts.deep else 0)
        except BrokenPipeError:
            # `scrapy verify | head`: nobody reads the rest, nor what Python would say of it.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except UsageProblem as problem:
            self._end(USAGE, str(problem))
        except Locked as locked:
            self._end(LOCKED, str(locked))
        except BrokenLine as error:
            self._end(UNHEALTHY, f"the state cannot be made: {error}")
        except StorageError as error:
            self._end(STORAGE, storage_failure(error, data_dir))

    def _verify(self, data_dir: Path, portals: list[str], jobs: int) -> None:
        """`jobs` is 0 where nothing is to be read again."""
        assert self.settings is not None
        findings = Findings(say=self._say, progress=partial(print, "verify:", file=sys.stderr))
        started = time.monotonic()
        spiders = portals_of(SpiderLoader.from_settings(self.settings))
        known = {name: spiders[name] for name in portals if name in spiders}
        deep = partial(check_readings, known, self.settings, data_dir, findings, jobs=jobs)
        verify(data_dir, portals, findings, deep if jobs else None)
        for note in findings.notes:
            print(f"note: {note}")
        looked = ", ".join(f"{count:,} {kind}" for kind, count in findings.counts.items())
        seconds = time.monotonic() - started
        print(f"{findings.problems or 'no'} problems; {looked or 'nothing there'}; {seconds:.1f} s")
        sys.stdout.flush()

    def _say(self, problem: Problem) -> None:
        self.exitcode = UNHEALTHY
        print(problem)

    def _rebuild(self, data_dir: Path) -> None:
        with _locked(data_dir):
            count, aside = replace_state(data_dir)
        old = f"; the old one is {aside}" if aside else ""
        print(f"state made anew: {count:,} records learned{old}")

    def _end(self, code: int, line: str) -> None:
        self.exitcode = code
        print(f"scrapy verify: {line}", file=sys.stderr)


def _portals(data_dir: Path, asked: list[str]) -> list[str]:
    for name in asked:
        if name.startswith("-"):
            raise UsageProblem(f"no such option: {name}; there is: {_OPTIONS}")
    found = portals_in(data_dir)
    if not found and not (data_dir / "state" / "state.sqlite").exists():
        raise UsageProblem(f"{data_dir}: nothing was archived there")
    for name in asked:
        if name not in found:
            raise UsageProblem(f"nothing of {name!r} in {data_dir}; there is: {', '.join(found)}")
    return asked or found


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Holds the locks of all portals: no run may write while the state is made."""
    with ExitStack() as stack:
        for portal in portals_in(data_dir):
            lock = Lock(data_dir / "state" / f"{portal}.lock")
            lock.acquire()
            stack.callback(lock.release)
        yield
