"""What is wrong with an archive, and how far the look at it has come."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crawler.text import printable

__all__ = ["Findings", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    where: str
    """The file, below the data folder, and the line or byte in it where there is one."""
    what: str

    def __str__(self) -> str:
        return printable(f"{self.where}: {self.what}", 500)


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
    _next: float = field(default_factory=lambda: time.monotonic() + _SECONDS)

    def problem(self, where: str | Path, what: str) -> None:
        self.problems += 1
        self.say(Problem(str(where), what))

    def looked_at(self, kind: str, number: int = 1) -> None:
        """Counts what was looked at, and tells the progress when some seconds have passed."""
        self.counts[kind] += number
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS
            self.progress(", ".join(f"{n:,} {kind}" for kind, n in self.counts.items()))


_SECONDS = 2.0
