"""How mutations are kept, each with its promise, and what they share."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.mutants.extent import within
from tests.mutants.originals import (
    Mutant,
    Original,
    tokens,
)

__all__ = [
    "ADDED",
    "MUTATIONS",
    "PRINTED",
    "SAME",
    "SAME_OR_REFUSED",
    "TAG",
    "UNREAD",
    "insert",
    "mutation",
    "with_tags",
]

SAME, SAME_OR_REFUSED, PRINTED = "same", "same or refused", "printed"
ADDED = "same, with more, or refused"
UNREAD = "Unread words nobody sees"
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
Change = Callable[[random.Random, Original], Mutant]
MUTATIONS: dict[str, tuple[str, Change]] = {}


def mutation(promise: str) -> Callable[[Callable[[random.Random, Original], Any]], Change]:
    """Keeps a mutation that gives the text of the page, its bytes, or a `Mutant`."""

    def register(change: Callable[[random.Random, Original], Any]) -> Change:
        def made(rng: random.Random, page: Original) -> Mutant:
            result = change(rng, page)
            if isinstance(result, str):
                result = result.encode(page.encoding)
            return result if isinstance(result, Mutant) else Mutant(result)

        MUTATIONS[change.__name__] = (promise, made)
        return made

    return register


def insert(rng: random.Random, page: Original, pieces: Sequence[str]) -> str:
    parts = tokens(page)
    at = sorted((rng.choice(within(page)) for _ in pieces), reverse=True)
    for place, piece in zip(at, pieces, strict=True):
        parts.insert(place, piece)
    return "".join(parts)


def with_tags(rng: random.Random, page: Original, change: Callable[[str], str]) -> str:
    places = [m.span() for m in TAG.finditer(page.text)]
    text = page.text
    for start, end in sorted(rng.sample(places, rng.choice((1, 3))), reverse=True):
        text = text[:start] + change(text[start:end]) + text[end:]
    return text
