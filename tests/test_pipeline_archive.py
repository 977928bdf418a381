"""The archive: one line an article, complete or invisible."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from crawler.items import Article, Image
from crawler.pipelines.archive import ArchivePipeline
from crawler.stores.run import Run
from crawler.stores.state import State


def article(number: int = 1, **more: Any) -> Article:
    facts: dict[str, Any] = {
        "id": f"portal:{number}",
        "portal": "portal",
        "url": f"https://portal.example/{number}",
        "layout": "Plain",
        "revision": 1,
        "text_sha256": "a",
        "fetched_at": "2026-11-24T03:00:00Z",
        "headline": "A bridge 桥",
    }
    return Article(**{**facts, **more})


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run that writes at once."""
    run = Run("portal", tmp_path, state=State(tmp_path / "state.sqlite", "portal", ""))
    yield run
    run.close()


def pipeline_of(run: Run, **changed: Any) -> ArchivePipeline:
    crawler = get_crawler(
        Spider, {"ARCHIVE_SEGMENT_BYTES": 10**6, "SEGMENT_SECONDS": 60, **changed}
    )
    run.attach(crawler)
    return ArchivePipeline.from_crawler(crawler)


def files(run: Run) -> dict[str, list[dict[str, Any]]]:
    paths = sorted((run.data_dir / "archive").glob("**/*.*"))
    return {path.name: [*map(json.loads, path.read_bytes().splitlines())] for path in paths}


def test_an_article_is_one_line_with_the_fields_in_order(run: Run) -> None:
    pipeline = pipeline_of(run)
    item = article(images=[Image(url="https://portal.example/a.jpg", caption="A bridge")])
    assert pipeline.process_item(item) is item
    assert list(files(run)) == [f"{run.name}.jsonl.part"]
    pipeline.close_spider()
    [record] = files(run)[f"{run.name}.jsonl"]
    assert list(record) == [field.name for field in fields(Article)]
    assert (record["run"], record["headline"], record["body"]) == (run.name, "A bridge 桥", [])
    assert record["images"] == [
        {"url": "https://portal.example/a.jpg", "caption": "A bridge", "credit": None}
    ]


def test_the_state_learns_a_segment_when_it_is_closed(run: Run) -> None:
    pipeline = pipeline_of(run, ARCHIVE_SEGMENT_BYTES=1)
    pipeline.process_item(article(1))
    assert run.state.article("portal:1") is None
    pipeline.process_item(article(2))
    assert run.state.article("portal:1") is not None
    assert run.state.article("portal:2") is None
    pipeline.close_spider()
    assert run.state.counts() == {"archived": 2}
    assert list(files(run)) == [f"{run.name}-00002.jsonl", f"{run.name}.jsonl"]
    assert run.state.learned(f"archive/portal/{run.started:%Y}/{run.name}.jsonl")


def test_what_a_layout_leaves_out_is_counted(run: Run) -> None:
    pipeline = pipeline_of(run)
    pipeline.process_item(article(1, body=["One."]))
    pipeline.process_item(article(2))
    pipeline.close_spider()
    stats = pipeline._stats.get_stats()
    assert stats["articles/archived"] == stats["layouts/Plain/articles"] == 2
    assert stats["layouts/Plain/missing/body"] == 1
    assert stats["layouts/Plain/missing/byline_text"] == 2
    assert "layouts/Plain/missing/headline" not in stats
    [(name, digest)] = run.digests.items()
    assert name == f"archive/portal/{run.started:%Y}/{run.name}.jsonl"
    assert (digest.bytes, digest.records) == ((run.data_dir / name).stat().st_size, 2)


def test_a_run_that_writes_beside_the_crawl(tmp_path: Path) -> None:
    run = Run("portal", tmp_path)
    pipeline = pipeline_of(run, ARCHIVE_SEGMENT_BYTES=1)
    for number in range(5):
        pipeline.process_item(article(number))
    pipeline.close_spider()
    written = [record["id"] for name in sorted(files(run)) for record in files(run)[name]]
    assert sorted(written) == [f"portal:{number}" for number in range(5)]
    assert run.state.counts() == {"archived": 5}
    run.close()


def test_without_an_article_there_is_no_file(run: Run) -> None:
    pipeline = pipeline_of(run)
    pipeline.close_spider()
    assert files(run) == {}
    assert pipeline._stats.get_stats() == {}
    assert run.digests == {}


def test_a_disk_that_fails_drops_the_article_and_ends_the_run(run: Run) -> None:
    (run.data_dir / "archive").write_bytes(b"in the way")
    pipeline = pipeline_of(run)
    for _ in range(2):
        with pytest.raises(DropItem, match="storage failed"):
            pipeline.process_item(article())
    assert "archive" in str(run.failure)
    assert "articles/archived" not in pipeline._stats.get_stats()


def test_a_file_that_cannot_be_finished_ends_the_run(run: Run) -> None:
    pipeline = pipeline_of(run)
    pipeline.process_item(article())
    (run.folder("archive") / f"{run.name}.jsonl").touch()
    pipeline.close_spider()
    assert "File exists" in str(run.failure)
    assert run.state.article("portal:1") is None


def test_text_that_is_no_utf8_ends_no_run(run: Run) -> None:
    pipeline = pipeline_of(run)
    pipeline.process_item(article(headline="A \ud800 bridge"))
    pipeline.close_spider()
    assert run.failure is None
    [written] = [record for name in files(run) for record in files(run)[name]]
    assert written["headline"] == "A ? bridge"
