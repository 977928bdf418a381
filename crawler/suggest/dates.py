"""The strptime format of a printed date whose moment is known.

A redesign prints dates otherwise. Where the moment is known, the format follows from the text:
each number is the part of the moment that it equals, and `crawler.moments` says whether the whole
reads so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from crawler.moments import MONTH, Moment, parse_moment

__all__ = ["Printed", "Time", "printed_in", "shape_of"]

_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
_DAY = (
    r"(?:[0-9]{4} ?[-/.] ?[0-9]{1,2} ?[-/.] ?[0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
    r"|[0-9]{1,2} ?[-/.] ?[0-9]{1,2} ?[-/.] ?[0-9]{2}(?:[0-9]{2})?"
    rf"|{MONTH}\.? [0-9]{{1,2}},? [0-9]{{4}}|[0-9]{{1,2}}[ -]{MONTH}\.?,?[ -][0-9]{{4}})"
)
_CLOCK = (
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AP]\.?M\b\.?)?"
    r"(?: ?(?:GMT|UTC)(?![+-]?[0-9])| ?[+-][0-9]{2}:?[0-9]{2}|Z)?"
)
_BETWEEN = r"(?:,? at |T| ?[,|·•/-] ?| )"
_DATE = re.compile(
    rf"(?<![0-9])(?:(?:{_WEEKDAY},? )?{_DAY}(?:{_BETWEEN}{_CLOCK})?"
    rf"|{_CLOCK}{_BETWEEN}(?:{_WEEKDAY},? )?{_DAY})(?![0-9])",
    re.IGNORECASE,
)
_OFFSET = re.compile(r" ?\(?(?:GMT|UTC)[+-][0-9]{1,2}(?::?[0-9]{2})?\)?")
"""What formats of the portals may have as it stands, and no format that is made has."""
_TOKEN = re.compile(
    rf"(?P<clock>{_CLOCK})|(?P<weekday>{_WEEKDAY})|(?P<month>{MONTH})|(?P<number>[0-9]+)|(?P<other>.)",
    re.IGNORECASE,
)
_ZONE = re.compile(r"(?:GMT|UTC)$|(?:[+-][0-9]{2}:?[0-9]{2}|Z)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Time:
    """A known moment."""

    at: datetime
    precision: str
    """`second`, `minute` or `day`."""

    def is_of(self, moment: Moment) -> bool:
        """Whether `moment` is the same, as exactly as both are known."""
        if "day" in (self.precision, moment.precision):
            return moment.at.date() == self.at.date()
        return abs(moment.at - self.at) < timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Printed:
    """A known date within a line."""

    before: str
    text: str
    after: str
    forms: frozenset[str]
    """Formats that read it."""


def time_of(iso: str, precision: str | None, zone: str) -> Time:
    """The moment that a record has."""
    return Time(datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)), precision or "day")


def printed_in(
    line: str, iso: str, precision: str | None, formats: Iterable[str], zone: str
) -> Printed | None:
    """Where `line` prints a known moment, `None` if it does not. A format of the portal that
    reads it is taken before one that is made."""
    time = time_of(iso, precision, zone)
    for match in _DATE.finditer(line):
        offset = _OFFSET.match(line, match.end())
        for end in (offset.end() if offset else 0, match.end()):
            text = line[match.start() : end]
            forms = [form for form in formats if _reads(text, form, time, zone)]
            if not forms and end == match.end():
                forms = [form for form in _forms(text, time) if _reads(text, form, time, zone)]
            if forms:
                return Printed(line[: match.start()], text, line[end:], frozenset(forms))
    return None


def _reads(text: str, form: str, time: Time, zone: str) -> bool:
    try:
        moment = parse_moment(text, (form,), zone)
    except ValueError:
        return False
    return moment is not None and time.is_of(moment)


def _forms(text: str, time: Time) -> Iterator[str]:
    """Formats that may read a text."""
    at = time.at
    parts: list[list[str]] = []
    for token in _TOKEN.finditer(text):
        said = token[0]
        if token["clock"]:
            parts.append([_clock(said)])
        elif token["weekday"]:
            parts.append(["%a"])
        elif token["month"]:
            parts.append(["%b"])
        elif token["number"]:
            year = [("%Y", at.year)] if len(said) == 4 else []
            short = [("%y", at.year % 100)] if len(said) == 2 else []
            meant = [*year, ("%m", at.month), ("%d", at.day), *short]
            parts.append([name for name, value in meant if int(said) == value] or [said])
        else:
            # A full stop after `Sept` is read with the month.
            after_month = bool(parts) and parts[-1] == ["%b"]
            parts.append(["" if said == "." and after_month else said.replace("%", "%%")])
    for chosen in product(*parts):
        yield "".join(chosen)


def _clock(text: str) -> str:
    zone = _ZONE.search(text)
    bare = text[: zone.start()] if zone else text
    half = re.search(r" ?[AP]\.?M\.?\s*$", bare, re.IGNORECASE)
    digits = bare[: half.start()] if half else bare.rstrip()
    form = ("%I" if half else "%H") + ":%M" + (":%S" if digits.count(":") == 2 else "")
    if half:
        form += (" " if half[0].startswith(" ") else "") + "%p"
    if zone:
        blank = " " if bare.endswith(" ") else ""
        form += blank + ("%Z" if zone[0][0] in "GgUu" else "%z")
    return form


def shape_of(text: str) -> str:
    """A regular expression for dates printed as `text` is."""
    found = ""
    for token in _TOKEN.finditer(text):
        said = token[0]
        if token["month"] or token["weekday"]:
            found += "[A-Z][a-z]+"
        elif token["clock"] or token["number"]:
            digits = re.sub(
                "[0-9]+", lambda run: r"\d{4}" if len(run[0]) == 4 else r"\d{1,2}", re.escape(said)
            )
            found += re.sub(r"([AP])(\.?)M", "[AP]\\2M", digits, flags=re.IGNORECASE)
        else:
            found += re.escape(said) if not said.isspace() else r"\s"
    return found
