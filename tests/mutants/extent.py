"""Where the article stands in the tokens of a page: from its headline to the end of its text, as
what is read of the unspoilt page is found in them."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from functools import cache
from itertools import pairwise

from tests.mutants.originals import Original, originals, tokens
from tests.mutants.printed import bare, printed_lines
from tests.mutants.reading import expected

__all__ = ["article_of", "furniture", "parted_by_breaks", "within"]

_SLOT = "function_code_page"
"""A place that a pager is written into: what stands there is one."""


@cache
def article_of(page: Original) -> tuple[int, int]:
    """The first token of the headline and the last of the text; of a page without text, of what
    else it prints. All of `body`, where the page prints nothing of them."""
    parts, record = tokens(page), expected(page)
    starts, text = [], ""
    for part in parts:
        starts.append(len(text))
        text += "" if part.startswith("<") else bare(html.unescape(part))
    lines, headline = [bare(line) for line in record["body"]], bare(record["headline"])
    first = next((at for line in lines if (at := text.find(line)) >= 0), len(text))
    begin = text.rfind(headline, 0, first)
    begin = begin if begin >= 0 else min(first, text.find(headline) % (len(text) + 1))
    ends, at = [], begin
    for line in lines:
        if (found := text.find(line, at)) >= 0:
            ends.append(at := found + len(line))
    if not ends:
        others = printed_lines(record | {"related": [], "body": []})
        found_at = ((text.find(bare(line), begin), line) for _, line in others)
        ends = [at + len(bare(line)) for at, line in found_at if at >= 0]
    if not ends:
        bodies = [i for i, part in enumerate(parts) if part.lower().startswith(("<body", "</body"))]
        return bodies[0] + 1, bodies[-1] - 1
    return bisect_right(starts, begin) - 1, bisect_right(starts, max(ends) - 1) - 1


@cache
def within(page: Original) -> tuple[int, ...]:
    """Places between the tokens of the article."""
    parts, (first, last) = tokens(page), article_of(page)
    return tuple(
        i
        for i in range(first, last + 2)
        if _SLOT not in parts[i - 1] and not parts[i - 1].startswith("<!--")
    )


def parted_by_breaks(page: Original) -> bool:
    """Whether a single line break parts paragraphs of the page, or of others of its portal."""
    return any(_parted_by_breaks(one) for one in originals() if one.portal == page.portal)


@cache
def _parted_by_breaks(page: Original) -> bool:
    parts, (first, last) = tokens(page), article_of(page)
    text = re.sub(r"<(?!br\b)[^<>]*>", "", "".join(parts[first : last + 1]), flags=re.IGNORECASE)
    pieces = [bare(html.unescape(piece)) for piece in re.split(r"(?i)<br\b[^<>]*>", text)]
    lines = {bare(line) for line in expected(page)["body"]}
    return any(one in lines and two in lines for one, two in pairwise(pieces))


@cache
def furniture(page: Original) -> frozenset[str]:
    """What the page prints around the article, and not in what holds its text to the end: notes
    below it are told by their words, and a spoilt one may be text to a person, too."""
    parts, (first, last) = tokens(page), article_of(page)
    depth, end = 0, last
    while depth >= 0 and (end := end + 1) < len(parts):
        if tag := re.match(r"<(/?)(?:div|td|table|ul|section|body)\b", parts[end], re.IGNORECASE):
            depth += -1 if tag[1] else 1
    inside = range(first, end)
    own = {bare(line) for _, line in printed_lines(expected(page) | {"related": []})}
    around = {bare(part) for i, part in enumerate(parts) if i not in inside and part[0] != "<"}
    return frozenset(line for line in around - own if len(line) > 12)
