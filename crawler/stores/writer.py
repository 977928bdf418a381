"""Writing beside the crawl: what a run keeps, in the order it was given, by a thread of its own.

Compressing a page takes as long as fetching one over loopback does, and releases the interpreter
lock. One thread for all of a run's files, so that a line of the archive is never written before
the capture it names.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

__all__ = ["Writer"]

_MOST_WAITING = 64
"""Jobs that may wait; whoever brings one more waits, too."""
_SWITCH_SECONDS = 0.0005
"""How long the crawl keeps the interpreter lock from a writer that asks for it; Python's own 5 ms
would let the writer run two hundred times a second at most."""


class Writer:
    """Does jobs one after the other; after one has failed, none."""

    def __init__(self, *, threaded: bool) -> None:
        """Without `threaded`, each job is done at once by the caller."""
        self.error: Exception | None = None
        """What the first job that failed raised."""
        self._pool = ThreadPoolExecutor(1, "writer") if threaded else None
        self._slots = threading.BoundedSemaphore(_MOST_WAITING)
        if threaded:
            sys.setswitchinterval(_SWITCH_SECONDS)

    def do(self, job: Callable[[], object]) -> None:
        """Has `job` done after all that were given before."""
        if self._pool is None:
            self._run(job)
        else:
            self._slots.acquire()
            self._pool.submit(self._run, job).add_done_callback(lambda _: self._slots.release())

    def flush(self) -> None:
        """Returns when all that was given is done."""
        if self._pool is not None:
            self._pool.submit(lambda: None).result()

    def close(self) -> None:
        """Ends the thread, once all is done."""
        if self._pool is not None:
            self._pool.shutdown()

    def _run(self, job: Callable[[], object]) -> None:
        if self.error is not None:
            return
        try:
            job()
        except Exception as error:  # noqa: BLE001 - told by `error` to whoever asks
            self.error = error
