"""What the README shows is what the demo gives."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from tests.crawling import ROOT, archived, environment, scrapy
from tests.demo import crawls

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
OF_THE_RUN = {"run", "capture", "fetched_at", "extracted_at"}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The archive of the demo's crawl."""
    data_dir: Path = tmp_path_factory.mktemp("demo")
    env = environment(None, data_dir, SCRAPY_PROJECT="replay")
    for arguments in crawls():
        done = scrapy(*arguments, env=env)
        assert "Traceback" not in done.err, done.err
    assert re.search(
        r"^demo:.*\n(?:\t.*\n)*\t@\$\(BIN\)/python -m tests\.demo", MAKEFILE, re.MULTILINE
    )
    return archived(data_dir)


def test_record_is_one_of_the_demo(records: list[dict[str, Any]]) -> None:
    block = re.search(r"^```\n(\{.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert block
    shown = {}
    for name, value in re.findall(r'"(\w+)": ("[^"]*"|\d+|\["[^"]*"\])', block[1]):
        if "…" not in value:
            shown.setdefault(name, json.loads(value))
    record = next(record for record in records if record["id"] == shown["id"])
    names = shown.keys() - OF_THE_RUN
    assert {n: record[n] for n in names} == {n: shown[n] for n in names}
    assert len(shown) > 15


def test_query_has_its_output(records: list[dict[str, Any]]) -> None:
    """The README's query, in Python: by source, articles, signed ones, images, paragraphs."""
    found = []
    for source in {source for record in records for source in record["sources"]}:
        of_it = [record for record in records if source in record["sources"]]
        found.append(
            (
                source,
                len(of_it),
                sum(record["byline_text"] is not None for record in of_it),
                sum(len(record["images"]) for record in of_it),
                math.floor(sum(len(r["body"]) for r in of_it) / len(of_it) * 10 + 0.5) / 10,
            )
        )
    found.sort(key=lambda row: (-row[1], row[0]))
    printed = re.findall(
        r"^│ (.*?) +│ +(\d+) │ +(\d+) │ +(\d+) │ +([\d.]+) │$", README, re.MULTILINE
    )
    assert [(row[0], *map(int, row[1:4]), float(row[4])) for row in printed] == found[:6]
