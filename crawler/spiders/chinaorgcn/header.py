"""The line below a headline of China.org.cn, `China.org.cn, May 26, 2015`, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.moments import MONTH
from crawler.queries import PageError
from crawler.text import collapse

__all__ = ["Guild", "read_guild"]

_DATE = rf"{MONTH}\.? \d{{1,2}}, ?\d{{4}}(?:,? \d{{1,2}}:\d\d)?"
_TOOLS = re.compile(
    r"(?:\d*\s*\bComments?\(s\)\s*)(?:Print\b\s*)?(?:E-?mail\b\s*)?|\bPrint\s*E-?mail\b|"
    r"\bAdjust font size\s*:?(?:\s*\bA\b[+-]?)*",
    re.IGNORECASE,
)
_MAIN = re.compile(
    rf"(?:(?P<source>[^\W_][^|]{{0,99}}?)(?:\s*[,|]\s*|\s+))?(?P<published>{_DATE})", re.IGNORECASE
)
_OUTLET = (
    r"(?:China\.org\.cn|Xinhua(?: News Agency)?|China Daily|chinadaily\.com\.cn|Global Times"
    r"|People['’]s Daily(?: Online)?|Shanghai Daily|Beijing Review|CRI|CNTV|CCTV|CGTN|ECNS|CNS"
    r"|China News Service|Agencies)"
)
_BYLINE = re.compile(r"(?:By|by|BY) [^\W\d_a-z].*")
_BY_FIRST = re.compile(rf"(?P<byline>{_BYLINE.pattern}?)\s*[,|]?\s+(?P<source>{_OUTLET})")
_BY_LAST = re.compile(r"(?P<source>[^,]+?)\s*,?\s+(?P<byline>by [^,]+)")
# What no name of a source has in it.
_NO_SOURCE = re.compile(r"\b(?:by|edited|editors?|comments?|updated)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guild:
    """What the line prints."""

    published: str
    source: str | None = None
    byline: str | None = None


def read_guild(text: str) -> Guild | None:
    """Byline, source and date of the line; `None` where it prints nothing. Raises `PageError` for
    one that is not surely one of its forms."""
    parts = [part for printed in _TOOLS.split(text) if (part := collapse(printed))]
    if not parts:
        return None
    *first, main = parts
    match = _MAIN.fullmatch(main)
    if not match or len(first) > 1 or not all(map(_BYLINE.fullmatch, first)):
        raise PageError("header not understood", text)
    byline: str | None = first[0] if first else None
    source: str | None = match["source"]
    if source and (whole := _BY_FIRST.fullmatch(source) or _BY_LAST.fullmatch(source)):
        if byline:
            raise PageError("header not understood", text)
        byline, source = whole["byline"], whole["source"]
    elif source and _BYLINE.fullmatch(source):
        if byline or "," in source:
            raise PageError("header not understood", text)
        byline, source = source, None
    if source and _NO_SOURCE.search(source):
        raise PageError("header not understood", text)
    return Guild(match["published"], source, byline)
