"""One mutant: made, read as the crawl reads it, and judged by what its mutation promises."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from crawler.pages import PageError
from tests.mutants.extent import furniture
from tests.mutants.mutations import ADDED, MUTATIONS, PRINTED, SAME
from tests.mutants.originals import Mutant, Original, originals
from tests.mutants.printed import (
    PLACES,
    SHOWN,
    bare,
    printed_lines,
    shown_by_html_parser,
    shown_by_libxml2,
    stands,
    texts_of,
    unprinted,
)
from tests.mutants.reading import expected, reader_of

__all__ = ["Verdict", "judge", "places_of"]

HEADER = ("headline", "section_text", "published_text", "source_text", "editor_text", "byline_text")
LONGEST = 5.0
"""Seconds after which a page is taken for one that hangs."""


@dataclass
class Verdict:
    """What became of one mutant."""

    number: int
    mutation: str
    origin: str
    outcome: str = "article"
    failure: str = ""
    body: bytes = b""


@cache
def places_of(portal: str) -> dict[str, frozenset[str]]:
    """Where else than in the text of its pages a portal prints what, as its unspoilt pages are
    read: by field, titles, attributes, scripts or comments."""
    found: dict[str, set[str]] = {}
    for page in originals():
        if page.portal != portal:
            continue
        shown = shown_by_html_parser(page.text)
        if "<h1" not in page.text.lower() and bare(expected(page)["headline"]) in shown["title"]:
            found.setdefault("headline", set()).add("title")
        for name, line in printed_lines(expected(page)):
            if bare(line) in shown[SHOWN]:
                continue
            whole = [place for place in PLACES[1:] if bare(line) in shown[place]]
            parts = [place for place in PLACES if stands(name, line, shown[place])]
            found.setdefault(name, set()).update(whole or parts[:1])
    return {name: frozenset(places) for name, places in found.items()}


def judge(seed: int, number: int, read: Callable[..., dict[str, Any]] | None = None) -> Verdict:
    """Makes mutant `number`, reads it and says what became of it."""
    rng = random.Random(f"{seed}:{number}")
    page = rng.choice(originals())
    name = sorted(MUTATIONS)[number % len(MUTATIONS)]
    promise, change = MUTATIONS[name]
    mutant = change(rng, page)
    verdict = Verdict(number, name, f"{page.portal}/{page.name}")
    read = read or reader_of(page.portal)
    begun = time.monotonic()
    record: dict[str, Any] | None = None
    try:
        record = read(page.url, mutant)
        if number % 10 == 0 and read(page.url, mutant) != record:
            verdict.failure = "read twice, and differently"
    except PageError as error:
        verdict.outcome = f"refused: {error.reason}"
    except Exception as error:  # noqa: BLE001 - any is a failure
        verdict.failure = f"{type(error).__name__}: {error}"
    if time.monotonic() - begun > LONGEST:
        verdict.failure = f"took {time.monotonic() - begun:.1f} s"
    if not verdict.failure:
        verdict.failure = _broken(promise, page, mutant, record)
    if verdict.failure:
        verdict.body = mutant.body
    return verdict


def _broken(promise: str, page: Original, mutant: Mutant, record: dict[str, Any] | None) -> str:
    if record is None:
        return "refused, though a person reads the same" if promise == SAME else ""
    whole = expected(page)
    if record["id"] != whole["id"]:
        return f"another article: {record['id']}"
    if promise != PRINTED:
        # Marks that cannot be read any more leave the same article to another layout, and a place
        # that the page left empty takes what was added.
        passed_over = {"layout"} if promise != SAME else set()
        if promise == ADDED:
            passed_over |= {name for name, value in whole.items() if not value}
        wrong = [n for n in whole if record[n] != whole[n] and n not in passed_over]
        return f"differs in {wrong[0]}: {str(record[wrong[0]])[:300]}" if wrong else ""
    chrome = furniture(page)
    if any(len(line) > 12 and bare(line) in bare(record["headline"]) for line in whole["body"]):
        return f"text in the headline: {record['headline'][:300]}"
    if foreign := [line for line in record["body"] if bare(line) in chrome]:
        return f"furniture in the body: {foreign[0][:300]}"
    # What is the same as in the page that was spoilt may be read from another place than there.
    kept = {n for n in HEADER if record[n] == whole[n]}
    places = {**places_of(page.portal), **dict.fromkeys(kept, frozenset(PLACES))}
    lost: list[str] = []
    for shown in (shown_by_html_parser, shown_by_libxml2):
        for text in texts_of(mutant.body):
            if not (lost := unprinted(record, shown(text), places)):
                return ""
    return f"not printed: {lost[0]}: {lost[1][:300]}"
