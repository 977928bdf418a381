"""The line under a headline: `By Li Lan (People's Daily Online) 11:35, May 3, 2022`."""

from __future__ import annotations

import re

from crawler.blocks import Element, blocks
from crawler.moments import MONTH
from crawler.queries import PageError
from crawler.text import collapse

__all__ = ["PRINTED", "is_header", "line_of", "read_header"]

PRINTED = rf"\d{{1,2}}:\d\d(?::\d\d)?,? ?{MONTH}\.? ?\d{{1,2}}, ?\d{{4}}"
"""`11:35, November 23, 2022`."""

_LABEL = r"(?P<label>(?:Last )?Updated(?: at)?\s*[:：]?\s*)?"
# Furniture of the line: `Email | Print | Subscribe | Comments (2)`.
_TOOLS = (
    r"(?:[\s|]*(?:\b(?:E-?mail|Print|Comments?|Share|Save|Forum|Subscribe)\b(?: ?\(\d+\))?|A?[+-]))*"
    r"[\s|]*"
)
_NAMED = (
    r"(?:(?P<byline>By\b[^()]+?)\s*)?"
    r"(?P<source>[(（][^()（）]*[)）]|Sources?\s*[:：]\s*[^():：\d]{2,60}?)?"
)
_HEADER = re.compile(rf"{_NAMED}\s*{_LABEL}(?P<printed>{PRINTED}){_TOOLS}", re.IGNORECASE)
_DATED = re.compile(rf"{_LABEL}(?P<printed>{PRINTED})\s*{_NAMED}{_TOOLS}", re.IGNORECASE)
_LONGEST = 1000
"""Characters that a header may have."""
_TOOLS_IN = frozenset("share bdsharebuttonbox bshare-custom".split())


def line_of(node: Element) -> str:
    """What a header prints, without the share buttons in it."""
    read = blocks(node, lambda inner: not _TOOLS_IN.isdisjoint((inner.get("class") or "").split()))
    return " ".join(block.text for block in read if block.kind == "text")


def is_header(line: str) -> bool:
    """Whether a line is nothing but a header."""
    return len(line) < _LONGEST and any(form.fullmatch(line) for form in (_HEADER, _DATED))


def read_header(line: str, linked: str = "") -> dict[str, str | None]:
    """Byline, source, and date of `By Li Lan (People's Daily Online) 11:35, May 3, 2022`; `linked`
    is the text of its only link, which without brackets is the source, too."""
    line = collapse(line)
    if len(line) > _LONGEST:
        raise PageError("header not understood", line[:200])
    match = _HEADER.fullmatch(line) or _DATED.fullmatch(line)
    bare = linked if linked and match is None and line.startswith(linked) else None
    if bare:
        match = _HEADER.fullmatch(line[len(bare) :].lstrip())
    if match is None or (bare and (match["byline"] or match["source"])):
        raise PageError("header not understood", line[:200])
    parts = {**match.groupdict(), **({"source": bare} if bare else {})}
    if parts["source"] and not re.search(r"[^\W\d_]", parts["source"]):
        parts["source"] = None
    if parts["source"] and re.match(r"[(（]\s*By\b", parts["source"]):
        if parts["byline"]:
            raise PageError("header not understood", line[:200])
        parts["byline"], parts["source"] = parts["source"], None
    name = "updated" if parts.pop("label") else "published"
    printed = parts.pop("printed")
    return {"published": None, "updated": None, **parts, name: printed}
