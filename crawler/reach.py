"""How far back a run came of the days it was asked for, and what it could not reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

__all__ = ["Reach"]

_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Period:
    first: date
    last: date
    read: bool


class Reach:
    """What was asked for, the periods that reach back, and the days that listings showed."""

    def __init__(self, since: date | None, until: date) -> None:
        self._since = since
        self.until = until
        """The last day asked for."""
        self._periods: dict[tuple[str, str], _Period] = {}
        self._oldest: dict[str, date] = {}

    def period(self, name: str, path: str, first: date, last: date, *, done: bool) -> None:
        """A listing that covers `first` to `last` is to be read, or was by an earlier run."""
        self._periods[name, path] = _Period(first, last, done)

    def read(self, name: str, path: str) -> date | None:
        """A listing is read to its end; gives the last day it covers."""
        period = self._periods.get((name, path))
        if period is None:
            return None
        period.read = True
        return period.last

    def listed(self, section: str, day: date) -> None:
        """A listing of `section` has shown an article of `day`."""
        self._oldest[section] = min(day, self._oldest.get(section, day))

    def report(self) -> dict[str, Any] | None:
        """For the run report; `None` if no days were asked for.

        Covered are the days of the periods that were read, and those from the oldest day on that a
        section's listings came to. That all articles of a covered day were listed is not said.
        """
        if self._since is None:
            return None
        archives: dict[str, dict[str, int]] = {}
        for (name, _), period in self._periods.items():
            counts = archives.setdefault(name, {"asked": 0, "read": 0})
            counts["asked"] += 1
            counts["read"] += period.read
        periods = self._periods.values()
        covered = [(period.first, period.last) for period in periods if period.read]
        names = {name for name, _ in self._periods}
        covered += [(day, self.until) for s, day in self._oldest.items() if s not in names]
        return {
            "since": self._since.isoformat(),
            "until": self.until.isoformat(),
            "archives": archives,
            "listings_back_to": {s: day.isoformat() for s, day in sorted(self._oldest.items())},
            "not_reached": [
                [first.isoformat(), last.isoformat()]
                for first, last in _gaps(self._since, self.until, covered)
            ],
        }


def _gaps(
    since: date, until: date, covered: Iterable[tuple[date, date]]
) -> Iterable[tuple[date, date]]:
    """The parts of the window that none of `covered` has."""
    for first, last in sorted(covered):
        if first > since:
            yield since, min(first - _DAY, until)
        since = max(since, last + _DAY)
        if since > until:
            return
    if since <= until:
        yield since, until
