"""The lines between a headline and its text: source, date, editor.

They are told by what they say, since of the pages of 2010 to today no whole one was seen:
`www.chinaview.cn 2008-01-08 09:07:17 Print`, `Source: Xinhua| 2019-08-09 21:31:05|Editor: yan`,
or the same three in elements of their own, printed twice where there is a mobile header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.queries import PageError

__all__ = ["Header", "editor_line", "read_header"]

_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"
_DAY = r"\d{4}(?:-\d{1,2}-\d{1,2}|年\d{1,2}月\d{1,2}日)"
_DATE = rf"{_DAY}\s*{_CLOCK}"
_SPLIT = rf"\d{{4}}\s+\d\d\s*[/-]\s*\d\d\s+{_CLOCK}"  # year, day and time in elements of their own
_SITE = r"(?:www\.)?(?:chinaview\.cn|(?:english\.)?news\.cn|(?:news\.)?xinhuanet\.com)"
_SOURCE = rf"(?:Sources?\s*[:：]\s*(?:(?!Editors?\s*[:：]|\d{{4}}-\d)[^|]){{1,60}}?|{_SITE})"
_EDITOR = r"Editors?\s*[:：]\s*(?:(?!Sources?\s*[:：])[^|\d]){1,60}?"
_TOOL = (
    r"(?:Feedback|Print(?:er)?|RSS|Share|E-?mail|Font ?size|Larger|Smaller|Comments?|Save"
    r"|More|Close|Text Size|A?[+-]A?|\bA\b|\(\d*\))"
)
_TOOLS = rf"(?:[\s\[\]|:：]*{_TOOL})*[\s\[\]|]*"
_BAR = r"[\s|]*"
_LINE = re.compile(
    rf"(?:(?P<source>{_SOURCE}){_BAR})?(?:(?P<editor>{_EDITOR}){_BAR})?"
    rf"(?P<published>{_DATE}|{_SPLIT}|(?<!.){_DAY}(?!.))"
    rf"(?:{_BAR}(?:(?P<after>{_SOURCE})|(?P<later>{_EDITOR}))){{0,2}}{_TOOLS}",
    re.IGNORECASE,
)
_UNDATED = re.compile(
    rf"(?:(?P<source>{_SOURCE})(?:{_BAR}(?P<editor>{_EDITOR}))?|(?P<later>{_EDITOR})"
    rf"(?:{_BAR}(?P<after>{_SOURCE}))?){_TOOLS}",
    re.IGNORECASE,
)
_DATED = re.compile(_DATE)
_EDITOR_LINE = re.compile(rf"[\[(【]?\s*{_EDITOR}\s*[\])】]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """What the lines say, as printed."""

    published: str | None = None
    source: str | None = None
    editor: str | None = None


def read_header(lines: Iterable[str]) -> Header:
    """The header in `lines`. Raises `PageError` where a date stands in a line of another form, or
    two lines say different things."""
    dates: list[str] = []
    sources: list[str] = []
    editors: list[str] = []
    for line in lines:
        match = _LINE.fullmatch(line) or _UNDATED.fullmatch(line)
        if match is None:
            if _DATED.search(line):
                raise PageError("header not understood", line[:120])
            continue
        parts = match.groupdict()
        dates += filter(None, [parts.get("published")])
        sources += filter(None, [parts.get("source"), parts.get("after")])
        editors += filter(None, [parts.get("editor"), parts.get("later")])
    return Header(_one_date(dates), _one("source", sources), _one("editor", editors))


def editor_line(lines: Iterable[str]) -> str | None:
    """The editor line among `lines`, those after a text."""
    return _one("editor", [line for line in lines if _EDITOR_LINE.fullmatch(line)])


def _one(what: str, printed: list[str]) -> str | None:
    """What is printed, if it is printed once, or more than once in the same words."""
    different = {re.sub(r"[\W_]+", "", text).casefold(): text for text in reversed(printed)}
    if len(different) > 1:
        raise PageError(f"more than one {what}", " / ".join(printed)[:120])
    return next(iter(different.values()), None)


def _one_date(printed: list[str]) -> str | None:
    """The most exact of dates that are the same one: `2023-01-15 22:32`, `2023 01/15 22:32:15`."""
    if not printed:
        return None
    digits = [re.sub(r"\D", "", text) for text in printed]
    longest = max(digits, key=len)
    if not all(longest.startswith(each) for each in digits):
        raise PageError("more than one date", " / ".join(printed)[:120])
    same = [text for text, each in zip(printed, digits, strict=True) if each == longest]
    return next((text for text in same if "-" in text), same[0])
