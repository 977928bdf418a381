"""The state: links, walks, articles, and what is learned from archive files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.frontier import Listed
from crawler.stores.state import ARCHIVED, FAILED, IGNORED, REFUSED, Known, State


def link(number: int, section: str = "news", day: date | None = None) -> Listed:
    url = f"https://portal.example/{number}"
    return Listed(f"portal:{number}", url, url, section, f"Story {number}", day)


def line(number: int, text: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "id": f"portal:{number}",
        "portal": "portal",
        "url": f"https://portal.example/{number}",
        "headline": None,
        "revision": 1,
        "text_sha256": text,
        "run": "portal-1",
        "fetched_at": "2026-11-24T03:00:00Z",
        **more,
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.sqlite"


@pytest.fixture
def state(path: Path) -> Iterator[State]:
    state = State(path, "portal", "portal-1")
    yield state
    state.close()


def test_links_are_there_for_the_next_run(state: State, path: Path) -> None:
    links = [link(1, day=date(2026, 11, 24)), link(2)]
    assert state.admit("news", "/news/", links) == ([("", ""), ("", "")], 2)
    state.close()
    later = State(path, "portal", "portal-2")
    assert later.open_links(None, 5) == links
    assert later.open_links({"world"}, 5) == []
    assert later.admit("news", "/news/", [link(1), link(3)]) == ([("pending", ""), ("", "")], 1)
    assert later.admit("world", "/world/", [link(1)]) == ([("pending", "")], 1)
    assert later.counts() == {"pending": 3}
    later.close()


def test_a_link_is_fresh_once_on_each_listing(state: State) -> None:
    assert state.admit("news", "/news/", [link(1), link(2)])[1] == 2
    assert state.admit("news", "/news/", [link(2), link(1)])[1] == 0
    assert state.admit("news", "/other/", [link(1), link(1), link(3)])[1] == 2
    assert state.admit("world", "/news/", [link(1)])[1] == 1
    assert state.admit("news", "/news/", [link(3)])[1] == 1


def test_portals_share_the_file_and_nothing_else(state: State, path: Path) -> None:
    state.admit("news", "/news/", [link(1)])
    state.settle(link(1), REFUSED, "no headline")
    state.to_walk("news", "/news/", 2)
    other = State(path, "other", "other-1")
    assert (other.counts(), other.refusals(), other.unwalked("news", "/news/")) == ({}, [], [])
    assert other.open_links(None, 5) == []
    other.close()


def test_a_failed_link_is_open_until_it_has_failed_often_enough(state: State) -> None:
    state.admit("news", "/news/", [link(1)])
    for attempt in range(1, 4):
        state.settle(link(1), FAILED, "503")
        assert state.attempts("portal:1") == attempt
        assert bool(state.open_links(None, 3)) is (attempt < 3)
    state.take(["portal:1"])
    assert state.open_links(None, 3) == [link(1)]


def test_attempts_are_those_that_failed(state: State) -> None:
    assert state.attempts("portal:1") == 0
    for one in (REFUSED, IGNORED, FAILED, REFUSED):
        state.settle(link(1), one, "a reason")
    assert state.attempts("portal:1") == 1


@pytest.mark.parametrize("reason", ["404", "410"])
def test_a_link_that_is_gone_is_not_open(state: State, reason: str) -> None:
    state.settle(link(1), FAILED, reason)
    assert state.open_links(None, 5) == []
    assert state.admit("news", "/news/", [link(1)])[0] == [(FAILED, reason)]


def test_a_rule_passes_over_new_links_only(state: State) -> None:
    state.admit("news", "/news/", [link(1)])
    state.admit("news", "/news/", [], [(link(1), "outside")])
    state.admit("news", "/news/", [], [(link(2), "outside")])
    state.admit("news", "/news/", [], [(link(2), "another rule")])
    assert [state.state_of(f"portal:{n}") for n in (1, 2, 3)] == ["pending", "ignored", ""]
    assert state.admit("news", "/news/", [link(2)])[0] == [("ignored", "another rule")]


def test_refused_pages_are_told_with_what_was_met(state: State) -> None:
    more = {"detail": "2 match h1", "skeleton": "abcd", "capture": "<urn:uuid:1>"}
    state.settle(link(2), REFUSED, "ambiguous element", **more)
    state.settle(link(1), REFUSED, "ambiguous element")
    told = [(r.url[-1], r.reason, r.detail, r.skeleton, r.capture) for r in state.refusals()]
    assert told == [
        ("1", "ambiguous element", "", "", ""),
        ("2", "ambiguous element", "2 match h1", "abcd", "<urn:uuid:1>"),
    ]
    assert {r.run for r in state.refusals()} == {"portal-1"}


def test_what_is_archived_stays_archived(state: State) -> None:
    state.learn("a.jsonl", [line(1)])
    state.settle(link(1), FAILED, "503")
    state.admit("news", "/news/", [], [(link(1), "outside")])
    assert state.state_of("portal:1") == ARCHIVED
    assert state.admit("news", "/news/", [link(1)])[0] == [(ARCHIVED, "")]


def test_walks(state: State) -> None:
    assert state.unwalked("news", "/news/") == []
    assert state.to_walk("news", "/news/", 2)
    assert not state.to_walk("news", "/news/", 2)
    state.walked("news", "/news/", [1, 2], [3])
    assert state.unwalked("news", "/news/") == [3]
    state.walked("news", "/news/", [3], [3, 4])
    assert state.unwalked("news", "/news/") == [3, 4]
    assert state.unwalked("news", "/world/") == []


def test_articles_are_learned_with_their_newest_revision(state: State) -> None:
    assert state.article("portal:1") is None
    later = "2026-11-25T03:00:00Z"
    assert (
        state.learn("a.jsonl", [line(1), line(2), line(1, "b", revision=2, fetched_at=later)]) == 3
    )
    assert state.article("portal:1") == Known("https://portal.example/1", 2, "b")
    assert state.counts() == {"archived": 2}
    assert state.learned("a.jsonl")
    assert not state.learned("b.jsonl")


def test_an_older_capture_says_nothing_of_the_newest_text(state: State) -> None:
    state.learn("a.jsonl", [line(1, "b", revision=3, url="https://portal.example/first")])
    state.learn("b.jsonl", [line(1, "a", fetched_at="2026-11-23T03:00:00Z")])
    assert state.article("portal:1") == Known("https://portal.example/first", 3, "b")
    state.learn("c.jsonl", [line(1, "c")])
    assert state.article("portal:1") == Known("https://portal.example/first", 3, "c")


def test_a_later_revision_counts_whenever_it_was_fetched(state: State) -> None:
    state.learn("a.jsonl", [line(1, "a")])
    state.learn("b.jsonl", [line(1, "b", revision=2, fetched_at="2026-11-23T03:00:00Z")])
    assert state.article("portal:1") == Known("https://portal.example/1", 2, "b")


def test_a_file_is_learned_whole_or_not_at_all(state: State) -> None:
    def lines() -> Iterator[dict[str, Any]]:
        yield line(1)
        raise ValueError("a broken line")

    with pytest.raises(ValueError, match="broken"):
        state.learn("a.jsonl", lines())
    assert (state.article("portal:1"), state.counts()) == (None, {})
    assert not state.learned("a.jsonl")
    assert state.learn("a.jsonl", [line(1)]) == state.learn("a.jsonl", [line(1)]) == 1


def test_seen_again(state: State) -> None:
    state.learn("a.jsonl", [line(1)])
    state.take(["portal:1"])
    state.seen_again("portal:1")
    assert state.counts() == {"archived": 1}


def test_a_file_that_is_no_state_is_an_sqlite_error(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("no database" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        State(path, "portal", "portal-1")
