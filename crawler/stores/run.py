"""One run: its name, where its files stand, and what it has open.

Components of one crawler share a `Run`: `Run.of(crawler)`. Whoever comes first opens it; it is
closed, last of all, by `crawler.extensions.runs`.
"""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from crawler.stores.lock import Lock
from crawler.stores.segments import SegmentedFile
from crawler.stores.state import State
from crawler.stores.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import Crawler

__all__ = ["Run", "StorageError"]

logger = logging.getLogger(__name__)

StorageError = (OSError, sqlite3.Error)
"""What a disk that is full, read-only, gone or corrupt raises."""

_runs: WeakKeyDictionary[Crawler, Run] = WeakKeyDictionary()


class Run:
    """A run of one portal over one data folder."""

    def __init__(self, portal: str, data_dir: Path, *, state: State | None = None) -> None:
        """Gives the run a name that no file in `data_dir` bears. With `state` given, nothing is
        locked, the run keeps its state there, and what it keeps is written at once."""
        self.writer = Writer(threaded=state is None)
        self.portal = portal
        self.data_dir = data_dir
        self.started = datetime.now(UTC)
        self.failure: str | None = None
        """What went wrong with storage, once something has."""
        self._on_failure: list[Callable[[], object]] = []
        self._lock = Lock(data_dir / "state" / f"{portal}.lock") if state is None else None
        if self._lock:
            self._lock.acquire()
        try:
            self.name = self._free_name()
            self.state = state or State(data_dir / "state" / "state.sqlite", portal, self.name)
        except BaseException:
            if self._lock:
                self._lock.release()
            raise

    @classmethod
    def of(cls, crawler: Crawler) -> Run:
        """The run of `crawler`, opened if need be. Raises `Locked` and `StorageError`."""
        if crawler not in _runs:
            assert crawler.spider is not None
            _runs[crawler] = cls(crawler.spider.name, Path(crawler.settings["DATA_DIR"]))
        return _runs[crawler]

    def attach(self, crawler: Crawler) -> None:
        """Makes this the run of `crawler`."""
        _runs[crawler] = self

    def folder(self, kind: str) -> Path:
        """Where the run's files of `kind` (`raw`, `archive`, `runs`) stand."""
        return self.data_dir / kind / self.portal / f"{self.started:%Y}"

    def file(self, kind: str, suffix: str, *, max_bytes: int, max_seconds: float) -> SegmentedFile:
        """A file of the run that is written in segments."""
        return SegmentedFile(
            self.folder(kind), self.name, suffix, max_bytes=max_bytes, max_seconds=max_seconds
        )

    def relative(self, path: Path) -> str:
        """`path` as the state and the reports name it: below the data folder."""
        return path.relative_to(self.data_dir).as_posix()

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
        where = getattr(error, "filename", None) or self.data_dir
        reason = getattr(error, "strerror", None) or str(error)
        self.failure = f"storage failed: {where}: {reason}"
        logger.critical(self.failure)
        for action in self._on_failure:
            action()

    def close(self) -> None:
        """Closes the state and gives the lock back."""
        self.writer.close()
        self.state.close()
        if self._lock:
            self._lock.release()

    def _free_name(self) -> str:
        """`<portal>-<UTC time>`; a second run within one second gets a number more."""
        stem = f"{self.portal}-{self.started:%Y%m%dT%H%M%SZ}"
        name, number = stem, 1
        while any(
            path.name[len(name) :][:1] in (".", "-")
            for kind in ("raw", "archive", "runs")
            for path in self.folder(kind).glob(f"{name}*")
        ):
            number += 1
            name = f"{stem}{number}"
        return name
