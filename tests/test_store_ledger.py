"""Ledgers of links, and the state made from them and from the archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.frontier import Listed
from crawler.stores.jsonl import BrokenLine, encode
from crawler.stores.ledger import changes, forget_changes, take_in
from crawler.stores.rebuild import build_state, portals_in, take_in_all
from crawler.stores.state import FAILED, REFUSED, State


def link(number: int, day: date | None = None) -> Listed:
    url = f"https://portal.example/{number}"
    return Listed(f"portal:{number}", url, url, "news", f"Story {number} 桥", day)


def record(number: int, revision: int, run: str, fetched_at: str) -> dict[str, Any]:
    return {
        "id": f"portal:{number}",
        "portal": "portal",
        "url": f"https://portal.example/{number}",
        "headline": f"Story {number}",
        "revision": revision,
        "text_sha256": f"{number}-{revision}",
        "run": run,
        "fetched_at": fetched_at,
    }


def contents(state: State) -> dict[str, list[tuple[Any, ...]]]:
    tables = ("links", "sightings", "walks", "articles", "files")
    return {name: sorted(state.ask(f"SELECT * FROM {name}"), key=repr) for name in tables}


def lines_of(state: State) -> list[dict[str, Any]]:
    return [line for lines in changes(state) for line in lines]


@pytest.fixture
def state() -> State:
    return State(None, "portal", "portal-20261124T030000Z")


def test_a_ledger_says_all_of_what_changed_and_that_once(state: State) -> None:
    state.admit("news", "/news/", [link(1, date(2026, 11, 24)), link(2)], [(link(3), "a rule")])
    state.settle(link(2), REFUSED, "no layout", detail="d", skeleton="s", capture="<urn:1>")
    state.to_walk("news", "/news/", 2)
    lines = lines_of(state)
    assert [line.get("id") for line in lines] == ["portal:1", "portal:2", "portal:3", None]
    assert lines[0]["shown"] == [{"section": "news", "path": "/news/", "run": state.run}]
    assert (lines[1]["state"], lines[1]["capture"]) == ("refused", "<urn:1>")
    assert (lines[2]["state"], lines[2]["reason"]) == ("ignored", "a rule")
    assert lines[-1]["unread"] == [{"section": "news", "path": "/news/", "page": 2}]
    forget_changes(state)
    assert lines_of(state) == []
    state.settle(link(1), FAILED, "503")
    assert [line.get("attempts") for line in lines_of(state)] == [1, None]


def test_taking_in_a_ledger_makes_the_same_state(state: State) -> None:
    state.admit("news", "/news/", [link(1), link(2, date(2026, 1, 2))], [(link(3), "a rule")])
    state.settle(link(2), FAILED, "404")
    state.walked("news", "/news/", [], [4, 5])
    other = State(None, "portal", "")
    assert take_in(other, lines_of(state)) == 3
    assert contents(other) == contents(state)
    assert lines_of(other) == []


def test_a_line_of_another_kind_is_taken_for_none(state: State) -> None:
    with pytest.raises(KeyError):
        take_in(state, [{"id": "portal:1", "portal": "portal"}])
    assert contents(state)["links"] == []


class Runs:
    """Runs of a portal over a folder, by hand: what they tell the state and leave as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0
        self.state = State(folder / "state" / "state.sqlite", "portal", "")
        self.lines: list[dict[str, Any]] = []
        self.begin()

    def begin(self) -> None:
        self.number += 1
        self.state.run = f"portal-20261124T03{self.number // 60:02d}{self.number % 60:02d}Z"

    def now(self) -> str:
        return f"2026-11-24T03:{self.number // 60:02d}:{self.number % 60:02d}Z"

    def write(self, kind: str, lines: list[dict[str, Any]]) -> str:
        path = self.folder / kind / "portal" / "2026" / f"{self.state.run}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(map(encode, lines)))
        return path.relative_to(self.folder).as_posix()

    def list(self, number: int) -> None:
        self.state.admit("news", f"/{number % 2}/", [link(number)], [(link(number + 50), "rule")])

    def refuse(self, number: int) -> None:
        self.state.settle(link(number), REFUSED, "why", detail="d", capture="c", skeleton="s")

    def fail(self, number: int) -> None:
        self.state.settle(link(number), FAILED, "503")

    def walk(self, number: int) -> None:
        self.state.to_walk("news", "/", number)

    def walked(self, number: int) -> None:
        self.state.walked("news", "/", [number], [number + 1])

    def see(self, number: int) -> None:
        if self.state.article(f"portal:{number}"):
            self.state.seen_again(f"portal:{number}")

    def archive(self, number: int) -> None:
        known = self.state.article(f"portal:{number}")
        revision = known.revision + 1 if known else 1
        if not any(line["id"] == f"portal:{number}" for line in self.lines):
            self.lines.append(record(number, revision, self.state.run, self.now()))

    def end(self, _: int) -> None:
        self.learn()
        self.write("links", lines_of(self.state))
        forget_changes(self.state)
        self.begin()

    def kill(self, _: int) -> None:
        """The next run learns what the killed one has archived."""
        self.learn()
        self.begin()

    def learn(self) -> None:
        if self.lines:
            name = self.write("archive", self.lines)
            self.state.learn(name, self.lines)
            self.lines = []


ACTS: list[Callable[[Runs, int], None]] = [
    Runs.list,
    Runs.refuse,
    Runs.fail,
    Runs.walk,
    Runs.walked,
    Runs.see,
    Runs.archive,
    Runs.archive,
    Runs.end,
    Runs.kill,
]


@settings(max_examples=100, deadline=None)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 5)), max_size=40))
def test_a_state_made_from_the_files_is_the_state(
    acts: list[tuple[Callable[[Runs, int], None], int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    runs = Runs(folder)
    for act, number in acts:
        act(runs, number)
    runs.end(0)
    path = folder / "made.sqlite"
    build_state(path, folder, portals_in(folder))
    made = State(path, "portal", "")
    assert contents(made) == contents(runs.state)
    assert lines_of(made) == []
    made.close()
    runs.state.close()


def test_a_file_that_is_none_of_its_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "archive" / "portal" / "2026" / "portal-20261124T030000Z.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"id":"portal:1"}\n')
    with pytest.raises(BrokenLine, match=str(path)):
        build_state(tmp_path / "made.sqlite", tmp_path, ["portal"])


def test_a_state_from_before_there_were_ledgers_is_all_changed(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    state = State(path, "portal", "portal-1")
    state.admit("news", "/", [link(1)])
    state.close()
    db = sqlite3.connect(path)
    db.execute("DROP TABLE changed")
    db.execute("PRAGMA user_version = 0")
    db.commit()
    db.close()
    state = State(path, "portal", "portal-2")
    assert [line.get("id") for line in lines_of(state)] == ["portal:1", None]
    state.close()


def test_a_state_is_made_wholly_or_not_at_all(tmp_path: Path, monkeypatch: Any) -> None:
    runs = Runs(tmp_path)
    runs.list(1)
    runs.refuse(2)
    runs.archive(3)
    runs.end(0)
    new = State(tmp_path / "new.sqlite", "portal", "")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("crawler.stores.ledger.take_in", interrupted)
        take_in_all(new, tmp_path)
    assert new.is_new()
    take_in_all(new, tmp_path)
    assert contents(new) == contents(runs.state)
    new.close()
    runs.state.close()


def interrupted(*_: Any) -> None:
    raise KeyboardInterrupt
