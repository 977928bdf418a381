"""How far back a run came of the days it was asked for, and what it could not reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

__all__ = ["Reach"]

_DAY = timedelta(days=1)
_FARTHEST = timedelta(days=31)
"""A listing that has nothing of more days than these in a row does not go further back: what it
shows beyond is older news among the new, a box or a recommendation."""
Spans = Iterable[tuple[date, date]]


@dataclass(slots=True)
class _Period:
    first: date
    last: date
    slack: timedelta | None
    read: bool


class Reach:
    """What was asked for, the periods that reach back, and the days that listings showed."""

    def __init__(self, since: date | None, until: date) -> None:
        self._since = since
        self.until = until
        """The last day asked for."""
        self._periods: dict[tuple[str, str], _Period] = {}
        self._days: defaultdict[str, set[date]] = defaultdict(set)

    def period(
        self, name: str, path: str, first: date, last: date, *, done: bool, slack: int | None = None
    ) -> None:
        """A listing that covers `first` to `last` is to be read, or was by an earlier run. With
        `slack` it is one of several that have these days between them, and may be of so many days
        before and after as well."""
        self._periods[name, path] = _Period(
            first, last, None if slack is None else timedelta(days=slack), done
        )

    def read(self, name: str, path: str) -> None:
        """A listing is read to its end."""
        self._periods[name, path].read = True

    def unread(self, name: str, path: str) -> None:
        """It is not, after all."""
        if period := self._periods.get((name, path)):
            period.read = False

    def span(self, name: str, path: str) -> tuple[date, date]:
        """The days that a listing covers."""
        period = self._periods[name, path]
        return period.first, period.last

    def listed(self, section: str, days: Iterable[date]) -> None:
        """A listing of `section` has shown articles of `days`."""
        self._days[section].update(days)

    def report(self) -> dict[str, Any] | None:
        """For the run report; `None` if no days were asked for.

        Covered are the days of the periods that were read, and those from the day on that a
        section's listings go back to. That all articles of a covered day were listed is not said.
        """
        if self._since is None:
            return None
        archives: dict[str, dict[str, int]] = {}
        for (name, _), period in self._periods.items():
            counts = archives.setdefault(name, {"asked": 0, "read": 0})
            counts["asked"] += 1
            counts["read"] += period.read
        back_to = {section: _back_to(days) for section, days in self._days.items()}
        covered = [(day, self.until) for section, day in back_to.items() if section not in archives]
        for name in archives:
            covered += self._covered(name)
        return {
            "since": self._since.isoformat(),
            "until": self.until.isoformat(),
            "archives": archives,
            "listings_back_to": {s: day.isoformat() for s, day in sorted(back_to.items())},
            "not_reached": [
                [first.isoformat(), last.isoformat()]
                for first, last in _gaps(self._since, self.until, covered)
            ],
        }

    def _covered(self, name: str) -> Spans:
        """The days of the periods of `name` that were read, without those that one which was not
        read may be of as well."""
        periods = [period for (one, _), period in self._periods.items() if one == name]
        unread = [
            (p.first - p.slack, p.last + p.slack)
            for p in periods
            if p.slack is not None and not p.read
        ]
        for period in periods:
            if period.read:
                yield from _gaps(period.first, period.last, unread)


def _back_to(days: Collection[date]) -> date:
    """The day that a listing goes back to, by the days it showed."""
    newest, *older = sorted(days, reverse=True)
    for day in older:
        if newest - day > _FARTHEST:
            break
        newest = day
    return newest


def _gaps(since: date, until: date, covered: Spans) -> Iterator[tuple[date, date]]:
    """The parts of the window that none of `covered` has."""
    if since > until:
        return
    for first, last in sorted(covered):
        if first > since:
            yield since, min(first - _DAY, until)
        since = max(since, last + _DAY)
        if since > until:
            return
    if since <= until:
        yield since, until
