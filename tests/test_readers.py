"""Captured pages are read side by side and come out in order."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.pages import ArticlePage
from crawler.portal import PortalSpider
from crawler.queries import css, paragraphs
from crawler.readers import Outcome, Task, read_all, read_captured
from crawler.stores.warc import Captured, TornWarc
from crawler.urls import AddressForm

HOME = "https://portal.example"
ROOT = Path(__file__).parents[1]


class Plain(ArticlePage):
    marker = "h1.plain"
    headline = css("h1")
    published_text = css("b")
    body = paragraphs("div.body")

    @property
    def keywords(self) -> list[str]:  # type: ignore[override]
        return [str(1 // 0)] if self.headline == "Broken" else []


class Portal(PortalSpider):
    name = "portal"
    addresses = (
        AddressForm(hosts=("portal.example",), path=r"/(?P<id>\d+)\.html", url=HOME + "/{id}.html"),
    )
    articles = (Plain,)


def task(number: int, headline: str | None = None, *headers: tuple[str, str]) -> Task:
    headline = headline or f"Berth {number} opens"
    markup = (
        f"<html><body><h1 class=plain>{headline}</h1><b>2026-11-24</b>"
        "<div class=body><p>Nothing else happened.</p></div></body></html>"
    )
    captured = Captured(
        record_id=f"<urn:uuid:{number}>",
        url=f"{HOME}/{number}.html",
        date=datetime(2026, 11, 24, 3, 0, 0, 999_999, tzinfo=UTC),
        status=200,
        headers=[("Content-Type", "text/html; charset=utf-8"), *headers],
        body=markup.encode(),
    )
    return Task(Portal, captured)


def headline_of(outcome: Outcome) -> str | None:
    return outcome.reading.item.headline if outcome.reading else None


def test_a_captured_page_is_read_as_one_that_arrives() -> None:
    outcome = read_captured(task(7))
    assert outcome.reading is not None
    item = outcome.reading.item
    assert (outcome.portal, outcome.url, outcome.reason) == (Portal, f"{HOME}/7.html", "")
    assert (item.id, item.portal, item.url) == ("portal:7", "portal", f"{HOME}/7.html")
    assert (item.capture, item.fetched_at) == ("<urn:uuid:7>", "2026-11-24T03:00:00Z")
    assert (item.headline, item.body) == ("Berth 7 opens", ["Nothing else happened."])
    assert outcome.reading.continued == []


def test_codings_that_were_undone_are_not_undone_again() -> None:
    headers = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    assert headline_of(read_captured(task(1, None, *headers))) == "Berth 1 opens"


def test_a_page_that_is_not_understood() -> None:
    captured = task(1).captured
    for body, reason in ((b"<p>Other", "no layout claims the page"), (b" ", "empty page")):
        odd = Captured(*(getattr(captured, n) for n in Captured.__slots__[:-1]), body)
        outcome = read_captured(Task(Portal, odd))
        assert (outcome.reading, outcome.reason, outcome.url) == (None, reason, captured.url)
    bare = Captured("", captured.url, captured.date, 200, [], b"<h1 class=plain>A</h1>")
    outcome = read_captured(Task(Portal, bare))
    assert (outcome.reason, outcome.layout) == ("no published_text", "Plain")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_reader_that_raises_gives_an_outcome(jobs: int) -> None:
    outcomes = list(read_all([task(1), task(2, "Broken"), task(3)], jobs))
    assert [headline_of(one) for one in outcomes] == ["Berth 1 opens", None, "Berth 3 opens"]
    assert outcomes[1].reason == "the reader failed"
    assert "ZeroDivisionError" in outcomes[1].detail


@pytest.mark.parametrize("jobs", [0, 1, 2])
@pytest.mark.parametrize("count", [0, 1, 16, 150])
def test_outcomes_come_in_order(count: int, jobs: int) -> None:
    outcomes = list(read_all(map(task, range(count)), jobs))
    assert [one.url for one in outcomes] == [f"{HOME}/{n}.html" for n in range(count)]
    assert all(one.reading for one in outcomes)


def torn(count: int, error: Exception) -> Iterator[Task]:
    yield from map(task, range(count))
    raise error


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("count", [0, 15, 16, 120])
@pytest.mark.parametrize(
    "error", [TornWarc("run.warc.gz: torn at byte 9"), OSError(5, "Input/output error")]
)
def test_what_ends_a_file_is_raised_after_all_before_it(
    count: int, jobs: int, error: Exception
) -> None:
    found: list[Outcome] = []
    with pytest.raises(type(error), match=str(error.args[-1])):
        found.extend(read_all(torn(count, error), jobs))
    assert [one.url for one in found] == [f"{HOME}/{n}.html" for n in range(count)]
    assert all(one.reading for one in found)


def test_a_file_is_read_no_further_ahead_than_needed() -> None:
    taken: list[int] = []

    def tasks() -> Iterator[Task]:
        for number in range(1000):
            taken.append(number)
            yield task(number)

    next(outcomes := read_all(tasks(), 2))
    assert len(taken) < 200
    outcomes.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_readers_end_with_a_process_that_is_killed() -> None:
    code = (
        "import os, sys, time\n"
        "from tests.test_readers import task\n"
        "from crawler.readers import read_all\n"
        "outcomes = read_all(map(task, range(200)), 2)\n"
        "next(outcomes)\n"
        "children = open(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read()\n"
        "print(children, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        children = parent.stdout.readline().split()
        parent.kill()
    assert len(children) == 2
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline, "the readers live on"
        time.sleep(0.05)
