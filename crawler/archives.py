"""How far back a portal's own listings reach, as data: what a run with `-a since=` walks besides.

An `Archive` is a family of listings, one for each day, month or year. An `IdWalk` has no listing:
ids rise with time, so the ids of a window are known about, and each is tried.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

__all__ = ["Archive", "Block", "IdWalk"]

_AT_ONCE = 100
"""Numbers of an id walk that are taken together, as one page of a listing is."""
_WITNESSES = 10
"""Numbers of known days by which it is told that others are of other days."""
_ASTRAY = timedelta(days=2)
"""Days by which the days of numbers next to each other may not rise."""
_STAMP = re.compile(r"\{day:([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers of an id walk that are tried together."""

    numbers: range
    first: date
    last: date
    """About the days that they are of."""
    days: tuple[date, ...]
    """Days that their addresses are tried with, one of each stamp, the likeliest first."""

    @property
    def name(self) -> str:
        return f"{self.numbers.start}-{self.numbers.stop - 1}"


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
        since = max(since, self.first)
        if since > until:
            return
        start = _start(since, self.each)
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

    def blocks(self, since: date, until: date) -> Iterator[Block]:
        """The numbers that articles of the window may have, with those days in their addresses that
        are of the window; the newest first."""
        numbers = self.numbers(since, until)
        if numbers:
            for start in range(_start_of(numbers[-1]), numbers.start - _AT_ONCE, -_AT_ONCE):
                yield self.block(start, since, until)

    def block(self, number: int, since: date = date.min, until: date = date.max) -> Block:
        """The block that a number is in."""
        start = _start_of(number)
        first, last = self.day(start), self.day(start + _AT_ONCE)
        doubt = timedelta(days=self.slack if self.doubt is None else self.doubt)
        low, high = max(first - doubt, since), min(last + doubt, until)
        if low > high:  # nearer to the window than that none of them can be
            low = high = min(max(first, since), until)
        within = [low + timedelta(days=n) for n in range((high - low).days + 1)]
        middle = first + (last - first) / 2
        found: dict[str, date] = {}
        for day in sorted(within, key=lambda one: abs(one - middle)):
            found.setdefault(self.stamp(day), day)
        return Block(range(start, start + _AT_ONCE), first, last, tuple(found.values()))

    def nearest(
        self, blocks: Collection[Block], known: Sequence[tuple[int, date]], since: date, until: date
    ) -> Block:
        """The one of `blocks` that is nearest to where the middle of the window is, by the day of
        the nearest number that is `known`, or by the marks."""
        middle = since + (until - since) / 2
        goal = self._number(middle)
        if known:
            number, day = min(known, key=lambda one: abs(one[1] - middle))
            goal = number + goal - self._number(day)
        return min(blocks, key=lambda block: abs(block.numbers.start + _AT_ONCE // 2 - goal))

    def is_elsewhere(
        self, block: Block, known: Sequence[tuple[int, date]], since: date, until: date
    ) -> bool:
        """Whether numbers that are `known`, with their days, say that all of a block are after the
        window, or before it: so are all of the nearest on the side of the window."""
        below = [day for number, day in known if number < block.numbers.start][-_WITNESSES:]
        above = [day for number, day in known if number >= block.numbers.stop][:_WITNESSES]
        return (len(below) == _WITNESSES and min(below) > until + _ASTRAY) or (
            len(above) == _WITNESSES and max(above) < since - _ASTRAY
        )

    def stamp(self, day: date) -> str:
        """What addresses of a day have of it."""
        return " ".join(format(day, form) for form in _STAMP.findall(self.address))

    def numbers(self, since: date, until: date) -> range:
        """The numbers that articles of the window may have."""
        slack = timedelta(days=self.slack)
        if since > until or until + slack < self.first or (self.last and since > self.last):
            return range(0)
        until = min(until, self.last or until)
        low = self._number(max(since - slack, self.first))
        return range(low, self._number(max(until + slack, self.first)) + 1)

    def addresses(self, number: int, days: Collection[date] = ()) -> tuple[str, ...]:
        """Where the article of a number may be, the likeliest first: of `days`, or of any."""
        days = (
            [self.day(number), *self.block(number).days]
            if not days
            else sorted(days, key=lambda one: abs(one - self.day(number)))
        )
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


def _start_of(number: int) -> int:
    return number - number % _AT_ONCE


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
