"""The real forms of bylines, sources and dates, where they are at hand.

They are kept beside the checkout, not in it: the texts are their publishers'.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from crawler.moments import Moment
from crawler.outlets import control
from crawler.pipelines.headers import read_header

CORPUS = Path(__file__).parents[2] / "shared" / "bylines.jsonl"
DOCS = Path(__file__).parents[1] / "docs" / "bylines.md"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    if not CORPUS.exists():
        pytest.skip(f"the corpus of bylines is not here: {CORPUS}")
    return [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]


def printed(moment: Moment | None) -> str | None:
    """As the corpus writes moments: a day is a date alone."""
    if moment is None:
        return None
    return moment.iso()[:10] if moment.precision == "day" else moment.iso()


def is_right(row: dict[str, Any]) -> bool:
    header = read_header(row["raw"], row["portal"])
    return (
        header.authors == row["authors"]
        and header.sources == ([control(row["source"])] if row["source"] else [])
        and header.editors == row["editors"]
        and header.dateline == row["dateline"]
        and printed(header.published) == row["published"]
        and printed(header.updated) == row["updated"]
    )


def documented_misses() -> set[int]:
    section = DOCS.read_text("utf-8").split("## Not read right", 1)[1]
    return {int(number) for number in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)}


def test_the_corpus_is_read(rows: list[dict[str, Any]]) -> None:
    assert len(rows) == 141
    misses = {number for number, row in enumerate(rows, 1) if not is_right(row)}
    assert len(rows) - len(misses) >= 136
    assert misses == documented_misses()


def test_the_corpus_covers_every_form(rows: list[dict[str, Any]]) -> None:
    forms = {read_header(row["raw"], row["portal"]).form for row in rows} - {None}
    section = DOCS.read_text("utf-8").split("## Not read right", 1)[0]
    documented = set(re.findall(r"^\| (\w+)", section, re.MULTILINE)) - {"id"}
    assert forms <= documented
