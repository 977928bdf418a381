"""How far back a portal's own listings reach, as data: what a run with `-a since=` walks besides.

An `Archive` is a family of listings, one for each day, month or year. An `IdWalk` has no listing:
ids rise with time, so the ids of a window are known about, and each is tried.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

__all__ = ["Archive", "IdWalk"]


@dataclass(frozen=True, slots=True)
class Archive:
    """Listings by day, month or year."""

    path: str
    """Path, or whole address, of one of them: a template over `since` and `until`, the first and
    last day it covers, as in `/review/{since:%Y%m%d}.html`."""
    each: Literal["day", "month", "year"]
    """What one of them covers."""
    first: date
    """The first day covered."""
    last: date | None = None
    """The last day covered; `None` if it goes on."""
    paged: bool = True
    """Whether one goes on at further addresses, by `listing_addresses`."""

    def periods(self, since: date, until: date) -> Iterator[tuple[date, date]]:
        """First and last day of what is covered of the window, whole periods, the newest first."""
        until = min(until, self.last or until)
        start = _start(max(since, self.first), self.each)
        found = []
        while start <= until:
            following = _following(start, self.each)
            found.append((start, following - timedelta(days=1)))
            start = following
        yield from reversed(found)


@dataclass(frozen=True, slots=True)
class IdWalk:
    """Articles by their number."""

    address: str
    """A template over `id` and `day`, the day that the number is of."""
    marks: tuple[tuple[date, int], ...]
    """Days and the numbers that were reached on them, rising; between two the number rises evenly,
    before the first there is nothing, after the last it goes on as before it."""
    slack: int
    """Days by which the day of a number may be mistaken."""
    doubt: int | None = None
    """Days before and after it that are tried in its address; `None`: as many as `slack`."""
    last: date | None = None
    """The last day covered; `None` if new articles still get numbers."""

    @property
    def first(self) -> date:
        """The first day covered."""
        return self.marks[0][0]

    def numbers(self, since: date, until: date) -> range:
        """The numbers that articles of the window may have."""
        slack = timedelta(days=self.slack)
        if until + slack < self.first or (self.last and since > self.last):
            return range(0)
        until = min(until, self.last or until)
        low = self._number(max(since - slack, self.first))
        return range(low, self._number(max(until + slack, self.first)) + 1)

    def addresses(self, number: int) -> tuple[str, ...]:
        """Where the article of a number may be, the likeliest first."""
        day = self.day(number)
        doubt = timedelta(days=self.slack if self.doubt is None else self.doubt)
        days = (day, day - doubt, day + doubt)
        return tuple(dict.fromkeys(self.address.format(id=number, day=one) for one in days))

    def day(self, number: int) -> date:
        """About the day that a number is of."""
        at = self._between(bisect_right(self.marks, number, key=lambda mark: mark[1]))
        (day, low), (later, high) = self.marks[at], self.marks[at + 1]
        return day + (later - day) * (number - low) // (high - low)

    def _number(self, day: date) -> int:
        at = self._between(bisect_right(self.marks, day, key=lambda mark: mark[0]))
        (first, low), (later, high) = self.marks[at], self.marks[at + 1]
        return low + (high - low) * (day - first).days // (later - first).days

    def _between(self, after: int) -> int:
        return min(max(after - 1, 0), len(self.marks) - 2)


def _start(day: date, each: str) -> date:
    if each == "year":
        return day.replace(month=1, day=1)
    return day.replace(day=1) if each == "month" else day


def _following(day: date, each: str) -> date:
    if each == "year":
        return day.replace(year=day.year + 1)
    if each == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=1)
