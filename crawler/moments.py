"""What a printed date means on the portal's clock.

Formats are strptime's, given by the portal as data, but they are read by a table of this module:
`time.strptime` takes month names, weekdays and AM/PM from LC_TIME of the machine. Here they are
English whatever the machine, long or short, with or without a full stop (`Sept.`), and digits are
ASCII. An offset or `GMT` in the text is honoured only where the format has `%z` or `%Z`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

__all__ = [
    "FIRST_YEAR",
    "MONTH",
    "Moment",
    "Precision",
    "is_plausible",
    "parse_moment",
    "stamp",
    "weekdays_of",
]

Precision = Literal["second", "minute", "day"]

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
"""Pattern of an English month name without its full stop, long or short."""

_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
_DIRECTIVES = {
    "Y": r"(?P<Y>[0-9]{4})",
    "y": r"(?P<y>[0-9]{2})",
    "m": r"(?P<m>[0-9]{1,2})",
    "d": r"(?P<d>[0-9]{1,2})",
    "H": r"(?P<H>[0-9]{1,2})",
    "I": r"(?P<I>[0-9]{1,2})",
    "M": r"(?P<M>[0-9]{1,2})",
    "S": r"(?P<S>[0-9]{1,2})",
    "f": r"(?:[0-9]{1,6})",
    "p": r"(?P<p>[AP])\.?M\.?",
    "b": rf"(?P<b>{MONTH})\.?",
    "B": rf"(?P<b>{MONTH})\.?",
    "a": f"(?P<a>{_WEEKDAY})",
    "A": f"(?P<a>{_WEEKDAY})",
    "z": r"(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})",
    "Z": r"(?P<Z>GMT|UTC)",
    "%": "%",
}
_WEEKDAY_ALONE = re.compile(rf"(?<![^\W\d_]){_WEEKDAY}(?![^\W\d_])", re.IGNORECASE)
_BLANKS = re.compile(r"[\s\u200b\u2060\ufeff]+")


FIRST_YEAR = 1995
"""The year in which the first of the portals went online; `1970-01-01` and `0001-01-01` are what
software prints for no date."""
_AHEAD = timedelta(days=1)
"""What a moment may be ahead of the clock: zones, and clocks that are wrong."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time on the portal's clock, and how exactly the page prints it."""

    at: datetime
    precision: Precision

    def iso(self) -> str:
        """ISO 8601 to the second, with the offset: `2017-01-11T09:29:00+08:00`."""
        return self.at.isoformat(timespec="seconds")


def parse_moment(text: str, formats: Iterable[str], zone: str) -> Moment | None:
    """Read `text` by the first of `formats` that fits the whole of it; `None` where none does.

    A day is the midnight of `zone`. Any year is returned as printed; who keeps it, judges it.
    """
    text = _BLANKS.sub(" ", text).strip()
    for form in formats:
        pattern, precision = _compile(form)
        match = pattern.fullmatch(text)
        if match:
            try:
                return Moment(_moment(match.groupdict(), ZoneInfo(zone)), precision)
            except (ValueError, OverflowError):  # 30 February, 25:00, the year 0, a wrong weekday
                continue
    return None


@lru_cache(maxsize=256)
def _compile(form: str) -> tuple[re.Pattern[str], Precision]:
    """The pattern of a strptime format and the precision it prints."""
    parts: list[str] = []
    names: set[str] = set()
    for token in re.findall(r"%.?|\s+|[^%\s]+", form.strip()):
        if token[0] == "%":
            if token[1:] not in _DIRECTIVES:
                raise ValueError(f"date format {form!r}: {token!r} is not read here")
            names.add(token[1:])
            parts.append(_DIRECTIVES[token[1:]])
        else:
            parts.append(" " if token.isspace() else re.escape(token))
    if not (names & {"Y", "y"} and names & {"m", "b", "B"} and "d" in names):
        raise ValueError(f"date format {form!r} needs a year, a month and a day")
    if "I" in names and "p" not in names:
        raise ValueError(f"date format {form!r} has %I without %p")
    clock = bool(names & {"H", "I"}) and "M" in names
    precision: Precision = "day" if not clock else "second" if "S" in names else "minute"
    return re.compile("".join(parts), re.IGNORECASE | re.ASCII), precision


def _moment(parts: dict[str, str | None], zone: ZoneInfo) -> datetime:
    year = int(parts["Y"] or 0) if parts.get("Y") else _century(int(parts.get("y") or 0))
    name = parts.get("b")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("m") or 0)
    day = int(parts.get("d") or 0)
    if (printed := parts.get("a")) and weekdays_of(printed) != {date(year, month, day).weekday()}:
        raise ValueError(f"{printed} is not the day of {year}-{month}-{day}")
    if not (parts.get("M") and (parts.get("H") or parts.get("I"))):
        return datetime(year, month, day, tzinfo=zone)
    minute, second = int(parts.get("M") or 0), int(parts.get("S") or 0)
    at = datetime(year, month, day, _hour(parts), minute, second, tzinfo=_offset(parts) or zone)
    return at.astimezone(zone)


def _hour(parts: dict[str, str | None]) -> int:
    if parts.get("H"):
        return int(parts["H"] or 0)
    hour = int(parts.get("I") or 0)
    if not 1 <= hour <= 12:
        raise ValueError(f"{hour} is no hour of a 12-hour clock")
    return hour % 12 + (12 if (parts.get("p") or "").upper() == "P" else 0)


def _offset(parts: dict[str, str | None]) -> tzinfo | None:
    printed = parts.get("z") or ("Z" if parts.get("Z") else "")
    if not printed:
        return None
    if printed.upper() == "Z":
        return UTC
    sign = -1 if printed[0] == "-" else 1
    hours, minutes = int(printed[1:3]), int(printed[-2:])
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def weekdays_of(text: str) -> set[int]:
    """The English weekdays that a text names, Monday as 0."""
    return {_WEEKDAYS.index(day[0][:3].lower()) for day in _WEEKDAY_ALONE.finditer(text)}


def _century(two_digits: int) -> int:
    """The year of `%y` as POSIX reads it: 69 to 99 are of the last century."""
    return two_digits + (1900 if two_digits >= 69 else 2000)


def is_plausible(moment: Moment, fetched_at: datetime | None = None) -> bool:
    """Whether a portal can have printed `moment` as a date of publication on a page that was
    fetched at `fetched_at`."""
    if moment.at.year < FIRST_YEAR:
        return False
    return fetched_at is None or moment.at <= fetched_at + _AHEAD


def stamp(moment: datetime) -> str:
    """`moment` in UTC to the second: `2026-10-03T02:34:01Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
