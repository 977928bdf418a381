"""The line below a headline: who wrote it, for whom, and when.

`By A in Place and B | China Daily | Updated: 2024-05-13 09:08` since 2017, either of the first two
absent; before, `Updated: 2012-01-12 08:05` with `By A (China Daily)` beside, above or below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.queries import PageError
from crawler.text import collapse

__all__ = ["DATE", "Header", "read_author", "read_bars", "read_loose"]

DATE = r"\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?"
_DATED = re.compile(
    rf"(?:(?P<label>(?:last )?updated|published)\s*(?:at|on)?\s*[:：]?\s*)?(?P<date>{DATE})",
    re.IGNORECASE,
)
_LABEL = re.compile(r"updated|published", re.IGNORECASE)
_BAR = re.compile(r"\s*[|｜]\s*")
_BYLINE = re.compile(r"by\b", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?P<byline>by\s+[^()（）|]+?)?\s*(?P<source>[(（]\s*[^()（）|]{2,60}[)）])?", re.IGNORECASE
)
_SLOT = re.compile(r"[^()（）|:：\d]{2,60}")


@dataclass(slots=True)
class Header:
    """What the line prints; absent parts are `None`."""

    byline: str | None = None
    source: str | None = None
    published: str | None = None
    updated: str | None = None

    def dated(self, match: re.Match[str]) -> bool:
        """Takes in a date with its label; whether there was none of the kind before."""
        name = "updated" if (match["label"] or "").lower().endswith("updated") else "published"
        if getattr(self, name) is not None:
            return False
        setattr(self, name, match["date"])
        return True


def read_bars(text: str) -> Header:
    """The line since 2017: byline, source and date, parted by bars."""
    header = Header()
    slots = [slot for part in _BAR.split(text) if (slot := collapse(part))]
    while slots and (match := _DATED.fullmatch(slots[-1])):
        if not header.dated(match):
            raise PageError("header not understood", text)
        slots.pop()
    if any(_DATED.search(slot) or _LABEL.match(slot) for slot in slots):
        raise PageError("header not understood", text)
    slots = [slot for slot in slots if slot.lower() != "by"]
    if len(slots) > 2:
        raise PageError("header not understood", text)
    if len(slots) == 2 or (slots and _BYLINE.match(slots[0])):
        header.byline = slots.pop(0)
    header.source = slots[0] if slots else None
    return header


def read_loose(text: str) -> Header:
    """The line before 2017: a date with its label, and the rest before or behind it."""
    header = Header()
    dates = list(_DATED.finditer(text))
    if not all(header.dated(match) for match in dates):
        raise PageError("header not understood", text)
    parts = [part for cut in _cut(text, dates) if (part := collapse(cut).strip(" |｜,"))]
    # The byline may stand behind the date, and the source before it.
    parts.sort(key=lambda part: not _BYLINE.match(part))
    rest = " ".join(parts)
    if _BAR.search(rest):
        slots = read_bars(rest)
        header.byline, header.source = slots.byline, slots.source
    elif match := _SIGNED.fullmatch(rest):
        header.byline, header.source = match["byline"], match["source"]
    elif _SLOT.fullmatch(rest):
        header.source = rest
    else:
        raise PageError("header not understood", text)
    return header


def _cut(text: str, dates: list[re.Match[str]]) -> list[str]:
    """What stands before, between and behind the dates."""
    starts = [0, *(match.end() for match in dates)]
    ends = [*(match.start() for match in dates), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def read_author(text: str) -> Header:
    """The author's slot: `By A (China Daily)`, `China Daily`."""
    if match := _SIGNED.fullmatch(text):
        return Header(match["byline"], match["source"])
    if _SLOT.fullmatch(text):
        return Header(text)
    raise PageError("header not understood", text)
