"""Revisions: the same text is dropped, another is the next revision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Spider
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from crawler.items import Article
from crawler.pipelines.dedupe import DedupePipeline, Unchanged, text_digest
from crawler.stores.run import Run
from crawler.stores.state import State
from crawler.text import sha256_of

URL = "https://portal.example/news/1.html"


def article(text: str = "One.", *, url: str = URL, number: int = 1) -> Article:
    return Article(id=f"portal:{number}", url=url, headline="A bridge", body=[text])


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run("portal", tmp_path, state=State(None, "portal", "portal-1"))
    yield run
    run.close()


@pytest.fixture
def pipeline(run: Run) -> DedupePipeline:
    crawler = get_crawler(Spider)
    run.attach(crawler)
    return DedupePipeline.from_crawler(crawler)


def learn(run: Run, item: Article, revision: int) -> None:
    known = {
        "id": item.id,
        "portal": "portal",
        "url": item.url,
        "headline": item.headline,
        "revision": revision,
        "text_sha256": text_digest(item.headline, item.body),
        "run": "portal-0",
        "fetched_at": "2026-11-24T03:00:00Z",
    }
    run.state.learn(f"{revision}.jsonl", [known])


def test_a_new_article_is_revision_one(pipeline: DedupePipeline) -> None:
    item = pipeline.process_item(article())
    assert (item.revision, item.url) == (1, URL)
    assert item.text_sha256 == sha256_of("A bridge", "One.")
    assert pipeline._stats.get_stats() == {}


def test_the_same_text_is_dropped(pipeline: DedupePipeline, run: Run) -> None:
    learn(run, article(), 4)
    with pytest.raises(Unchanged) as dropped:
        pipeline.process_item(article(url=f"{URL}?other"))
    assert dropped.value.outcome == "unchanged"
    assert pipeline._stats.get_stats() == {"dedupe/unchanged": 1}


def test_another_text_is_the_next_revision_at_the_known_address(
    pipeline: DedupePipeline, run: Run
) -> None:
    learn(run, article(), 4)
    revised = pipeline.process_item(article("Two.", url="https://portal.example/world/1.html"))
    assert (revised.revision, revised.url) == (5, URL)
    assert pipeline._stats.get_stats() == {"dedupe/revised": 1}


def test_what_this_run_wrote_is_known(pipeline: DedupePipeline) -> None:
    pipeline.process_item(article())
    with pytest.raises(Unchanged):
        pipeline.process_item(article())
    assert pipeline.process_item(article("Two.")).revision == 2
    assert pipeline.process_item(article("One.")).revision == 3
    assert pipeline.process_item(article(number=2)).revision == 1


def test_a_state_that_fails_drops_the_article_and_ends_the_run(
    pipeline: DedupePipeline, run: Run
) -> None:
    run.state.close()
    with pytest.raises(DropItem, match="storage failed") as dropped:
        pipeline.process_item(article())
    assert not hasattr(dropped.value, "outcome")
    assert str(run.failure).startswith("storage failed: ")


def test_only_headline_and_body_make_the_text() -> None:
    assert text_digest(None, []) == sha256_of("")
    assert text_digest("A", ["b"]) != text_digest(None, ["A", "c"])


printed = st.text(alphabet="ab ", min_size=1)


@given(one=st.lists(printed, max_size=3), two=st.lists(printed, max_size=3))
def test_paragraphs_are_told_apart(one: list[str], two: list[str]) -> None:
    assert (text_digest("A", one) == text_digest("A", two)) is (one == two)
