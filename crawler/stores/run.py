"""One run: its name, where its files stand, and what it has open.

Components of one crawler share the `Run` that a command has attached to it: `Run.of(crawler)`. It
is closed, last of all, by `crawler.extensions.runs`.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sqlite3
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy.exceptions import NotConfigured

from crawler.stores.digests import Digest
from crawler.stores.lock import Lock
from crawler.stores.segments import PART, SegmentedFile, in_order, run_of
from crawler.stores.state import State
from crawler.stores.tables import BUSY_SECONDS
from crawler.stores.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

__all__ = ["KINDS", "Run", "StorageError", "storage_failure"]

logger = logging.getLogger(__name__)

KINDS = ("raw", "archive", "provisional", "links")
"""Kinds of files that a run leaves, beside its report; evidence first."""
StorageError = (OSError, sqlite3.Error)
"""What a disk that is full, read-only, gone or corrupt raises."""


def storage_failure(error: BaseException, data_dir: Path) -> str:
    """What failed, in one line: the file, the reason, and what helps where that is known."""
    database = data_dir / "state" / "state.sqlite"
    where = getattr(error, "filename", None) or (
        database if isinstance(error, sqlite3.Error) else data_dir
    )
    reason = getattr(error, "strerror", None) or str(error)
    damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError
    )
    remedy = "; `scrapy verify --rebuild-state` makes it anew" if damaged else ""
    return f"storage failed: {where}: {reason}{remedy}"


_runs: WeakKeyDictionary[Crawler, Run] = WeakKeyDictionary()


class Run:
    """A run of one portal over one data folder."""

    def __init__(
        self,
        portal: str,
        data_dir: Path,
        *,
        command: str = "crawl",
        state: State | None = None,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """Gives the run a name that no file in `data_dir` bears. With `state` given, nothing is
        locked, the run keeps its state there, and what it keeps is written at once."""
        self.writer = Writer(threaded=state is None)
        self.portal = portal
        self.data_dir = data_dir
        self.command = command
        self.started = datetime.now(UTC)
        self._stamp = self.started
        """What the run is named by."""
        self.failure: str | None = None
        """What went wrong with storage, once something has."""
        self.completed: list[str] = []
        """Files of killed runs that this one has completed, below the data folder."""
        self.name = ""
        self._files: list[SegmentedFile] = []
        self._held: int | None = None
        self._on_failure: list[Callable[[], object]] = []
        self._lock = Lock(data_dir / "state" / f"{portal}.lock") if state is None else None
        if self._lock:
            self._lock.acquire()
        try:
            self._reserve()
            path = data_dir / "state" / "state.sqlite"
            self.state = state or State(path, portal, self.name, busy_seconds)
        except BaseException:
            self._release()
            if self._lock:
                self._lock.release()
            raise

    @classmethod
    def of(cls, crawler: Crawler) -> Run:
        """The run that is attached to `crawler`. Raises `NotConfigured` where there is none:
        `scrapy shell` and `scrapy fetch` archive nothing."""
        if crawler not in _runs:
            raise NotConfigured
        return _runs[crawler]

    def attach(self, crawler: Crawler) -> None:
        """Makes this the run of `crawler`."""
        _runs[crawler] = self

    def folder(self, kind: str) -> Path:
        """Where the run's files of `kind` (`raw`, `archive`, `runs`) stand."""
        return self.data_dir / kind / self.portal / f"{self._stamp:%Y}"

    def relative(self, path: Path) -> str:
        """`path` as the state and the reports name it: below the data folder."""
        return path.relative_to(self.data_dir).as_posix()

    def file(self, kind: str, suffix: str, **more: Any) -> SegmentedFile:
        """A file of the run; `more` as `SegmentedFile` has it."""
        made = SegmentedFile(self.folder(kind), self.name, suffix, **more)
        self._files.append(made)
        return made

    @property
    def digests(self) -> dict[str, Digest]:
        """The files that the run has closed, below the data folder, each with its digest."""
        closed = ((path, one) for file in self._files for path, one in file.digests.items())
        return {self.relative(path): one for path, one in closed}

    def keep(self, job: Callable[[], object]) -> None:
        """Has `job` write something after all that was to be written before. Whether it failed,
        `failure` says later."""
        self.writer.do(job)
        self._look_at_writer()

    def settle(self) -> None:
        """Returns when all that was to be written is, or has failed."""
        self.writer.flush()
        self._look_at_writer()

    def _look_at_writer(self) -> None:
        if self.writer.error is not None:
            self.fail(self.writer.error)

    def on_failure(self, action: Callable[[], object]) -> None:
        """`action` is called once, when storage fails."""
        self._on_failure.append(action)

    def fail(self, error: BaseException) -> None:
        """Storage failed: says so once, in one line, and lets the run be ended."""
        if self.failure is not None:
            return
        self.failure = storage_failure(error, self.data_dir)
        logger.critical(self.failure)
        for action in self._on_failure:
            action()

    def close(self) -> None:
        """Closes the state and gives the lock back."""
        self.writer.close()
        self.state.close()
        self._release()
        if self._lock:
            self._lock.release()

    def _reserve(self) -> None:
        """Gives the run a name of its own, `<portal>-<UTC time>`, with a number more for a further
        run within the second: held, until it is closed, by the file its report is written to."""
        newest = self._newest()
        if newest and newest > self.started:
            # Files are taken in by the order of their names, which must not go back.
            logger.warning(f"the clock is behind the newest run of {self.portal}: {newest}")
            self._stamp = newest
        stem = f"{self.portal}-{self._stamp:%Y%m%dT%H%M%SZ}"
        self.folder("runs").mkdir(parents=True, exist_ok=True)
        for number in count(1):
            name = stem if number == 1 else f"{stem}{number}"
            if any(self._bears(name, kind) for kind in (*KINDS, "runs")):
                continue
            try:
                part = self.folder("runs") / f"{name}.json{PART}"
                self._held = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:
                continue
            self.name = name
            fcntl.flock(self._held, fcntl.LOCK_EX)
            said = {"run": name, "portal": self.portal, "command": self.command}
            os.write(self._held, json.dumps(said).encode() + b"\n")
            return
        raise AssertionError

    def _newest(self) -> datetime | None:
        """The moment that the newest run of the portal is named by."""
        years = sorted((self.data_dir / "runs" / self.portal).glob("[0-9][0-9][0-9][0-9]"))
        paths = in_order(years[-1].glob("*.json*")) if years else []
        stamp = run_of(paths[-1]).rpartition("-")[2].partition("Z")[0] if paths else ""
        try:
            return datetime.strptime(f"{stamp}+0000", "%Y%m%dT%H%M%S%z")
        except ValueError:
            return None

    def _bears(self, name: str, kind: str) -> bool:
        """Whether a file of `kind` bears the name."""
        found = self.folder(kind).glob(f"{name}*")
        return any(path.name[len(name) :][:1] in (".", "-") for path in found)

    def _release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
            # A run that left anything has its name kept, until there is a report.
            if not any(self._bears(self.name, kind) for kind in KINDS):
                (self.folder("runs") / f"{self.name}.json{PART}").unlink(missing_ok=True)
