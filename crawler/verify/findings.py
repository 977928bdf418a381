"""What is wrong with an archive, and how far the look at it has come."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from crawler.text import printable

__all__ = ["Findings", "Problem"]

_LINES = 20
"""Lines told of one file and one kind of problem; of further ones the number."""
_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    where: str
    """The file, below the data folder, and the line or byte in it where there is one."""
    what: str

    def __str__(self) -> str:
        text = printable(f"{self.where}: {self.what}", 500)
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


@dataclass(slots=True)
class Findings:
    """Collects problems, notes and counts."""

    say: Callable[[Problem], object] = lambda problem: None
    """Told of each problem when it is found."""
    progress: Callable[[str], object] = lambda line: None
    """Told now and then what is being looked at."""
    problems: int = 0
    notes: list[str] = field(default_factory=list)
    """What should be known and is not wrong."""
    counts: Counter[str] = field(default_factory=Counter)
    """What was looked at, by kind."""
    _found: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Problems by file and kind."""
    _next: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    def problem(self, where: str | Path, what: str, kind: str = "") -> None:
        """Counts a problem, and tells it unless there were many of its `kind` in the file; where
        no kind is given, `what` is one."""
        self.problems += 1
        one = (str(where).partition(":")[0], kind or what)
        self._found[one] += 1
        if self._found[one] <= _LINES:
            self.say(Problem(str(where), what))

    def rest(self) -> None:
        """Tells how many problems were counted and not told."""
        for (file, kind), count in self._found.items():
            if count > _LINES:
                self.say(Problem(file, f"… and {count - _LINES:,} more: {kind}"))
        self._found.clear()

    def looked_at(self, kind: str, number: int = 1) -> None:
        """Counts what was looked at, and tells the progress when some seconds have passed."""
        self.counts[kind] += number
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS
            self.progress(", ".join(f"{n:,} {kind}" for kind, n in self.counts.items()))

    @contextmanager
    def during(self, what: str) -> Iterator[None]:
        """Tells the progress of something that counts nothing, as long as it lasts."""
        ended = Event()

        def tell() -> None:
            started = time.monotonic()
            while not ended.wait(_SECONDS):
                self.progress(f"{what}, {time.monotonic() - started:.0f} s")

        teller = Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            ended.set()
            teller.join()
