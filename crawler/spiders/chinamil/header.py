"""What is printed about an article between its headline and its text.

`Source: X Editor: Y` in one line with the time after it or below (2016 to 2022), or each label in
a `dt` and what it says in the `dd` after it (2018 to 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.queries import PageError
from crawler.text import collapse

__all__ = [
    "Header",
    "is_header_line",
    "is_source_tail",
    "read_header",
    "split_keywords",
]

_DATE = r"\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?"
_NAMES = r"(?P<label>Source|Editor|Author|Time)s?"
_LED = re.compile(rf"(?P<date>{_DATE})[\s|·]*(?P<rest>{_NAMES}\s*[:：].*)", re.IGNORECASE)
_DATED = re.compile(rf"(?P<rest>.*?)\s*(?P<date>{_DATE})")
_LABEL = re.compile(rf"{_NAMES}\s*[:：]?", re.IGNORECASE)
_INLINE = re.compile(rf"(?<![^\W_]){_NAMES}\s*[:：]\s*", re.IGNORECASE)
# `SourceXinhuaEditorLi Lan`: labels that nothing parts from what they say can't be told from words.
_GLUED = re.compile(r"[:：][^:：]*\b[\w.]*[a-z](?:Editor|Author|Time)\s*[:：]")
_UNGLUED = re.compile(r"(?<=[a-z.])(?=(?:Editor|Author|Time)\s*[:：])")
_PARTING = " |·"
_BYLINE = re.compile(r"By:? [^\Wa-z].{1,198}")
_TAIL = re.compile(r"Source\s*[:：]\s*[^.!?]{2,60}", re.IGNORECASE)


@dataclass(slots=True)
class Header:
    """The lines as printed; a label is kept where it stands in the same line."""

    published: str | None = None
    source: str | None = None
    editor: str | None = None
    byline: str | None = None

    def take(self, name: str, value: str) -> None:
        """Raises `PageError` for a second value that differs."""
        before = getattr(self, name)
        if before is not None and before != value:
            raise PageError("header not understood", f"{name}: {before} | {value}")
        setattr(self, name, value)


_FIELDS = {"source": "source", "editor": "editor", "author": "byline", "time": "published"}


def read_header(lines: Iterable[str]) -> Header:
    """What the lines say; one that is none of the forms (a button, a count) says nothing."""
    header, pending = Header(), ""
    for line in lines:
        if match := _LABEL.fullmatch(line):
            pending = _FIELDS[match["label"].lower()]
            continue
        if led := _LED.fullmatch(line):
            header.take("published", led["date"])
            line = led["rest"]
        line = _UNGLUED.sub(" ", line) if _GLUED.search(line) else line
        marks = list(_INLINE.finditer(line))
        if marks and marks[0].start() == 0:
            _inline(header, line, marks)
        elif pending == "published" and not re.fullmatch(_DATE, line):
            raise PageError("header not understood", f"time: {line[:80]}")
        elif pending:
            header.take(pending, line)
        elif re.fullmatch(_DATE, line):
            header.take("published", line)
        elif _BYLINE.fullmatch(line):
            header.take("byline", line)
        pending = ""
    return header


def _inline(header: Header, line: str, marks: list[re.Match[str]]) -> None:
    """`Source: X Editor: Y 2016-08-16 17:03`."""
    ends = [mark.start() for mark in marks[1:]] + [len(line)]
    for mark, end in zip(marks, ends, strict=True):
        name, value = _FIELDS[mark["label"].lower()], line[mark.end() : end].strip(_PARTING)
        if name != "published" and (dated := _DATED.fullmatch(value)):
            header.take("published", dated["date"])
            value = dated["rest"].strip(_PARTING)
        if name == "published":
            if not re.fullmatch(_DATE, value):
                raise PageError("header not understood", line[:80])
            header.take(name, value)
        elif value:
            label = line[mark.start() : mark.end()]
            header.take(name, value if name == "byline" else f"{label}{value}".strip())


def is_header_line(text: str) -> bool:
    """Whether a text is a date or a labelled line, wherever it stands."""
    return bool(re.fullmatch(_DATE, text) or _INLINE.match(text))


def is_source_tail(text: str) -> bool:
    """Whether a line below the text is nothing but its source: `Source:China Military Online`."""
    return bool(_TAIL.fullmatch(text))


def split_keywords(text: str) -> list[str]:
    """Keywords in one line: `road, engineers;Gansu`."""
    words = (collapse(part) for part in re.split("[,;，；]", text))
    return list(dict.fromkeys(filter(None, words)))
