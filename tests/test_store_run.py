"""A run: its name, its files, its failure."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.stores import run as module
from crawler.stores.lock import Locked
from crawler.stores.run import Run
from crawler.stores.state import State

STEM = "portal-20261124T030000Z"


class Clock(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime(2026, 11, 24, 3, 0, 0, 999_999, tzinfo=UTC)


@pytest.fixture
def still(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "datetime", Clock)


@pytest.fixture
def memory() -> Iterator[State]:
    state = State(None, "portal", "")
    yield state
    state.close()


def name_of(data_dir: Path, memory: State) -> str:
    return Run("portal", data_dir, state=memory).name


@pytest.mark.usefixtures("still")
def test_a_run_is_named_by_its_portal_and_its_start(tmp_path: Path, memory: State) -> None:
    run = Run("portal", tmp_path, state=memory)
    assert run.name == STEM
    assert run.folder("raw") == tmp_path / "raw" / "portal" / "2026"
    assert run.relative(run.folder("runs") / "a.json") == "runs/portal/2026/a.json"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(
    "taken",
    [
        "raw/{}.warc.gz",
        "raw/{}.warc.gz.part",
        "raw/{}-00002.warc.gz",
        "archive/{}.jsonl",
        "archive/{}.jsonl.part",
        "runs/{}.json",
        "runs/{}.json.part",
    ],
)
def test_a_name_that_a_file_bears_is_not_given_again(
    tmp_path: Path, memory: State, taken: str
) -> None:
    kind, name = taken.format(STEM).split("/")
    folder = tmp_path / kind / "portal" / "2026"
    folder.mkdir(parents=True)
    (folder / name).touch()
    assert name_of(tmp_path, memory) == f"{STEM}2"
    (folder / name.replace(STEM, f"{STEM}2")).touch()
    assert name_of(tmp_path, memory) == f"{STEM}3"


@pytest.mark.usefixtures("still")
def test_other_names_are_not_in_the_way(tmp_path: Path, memory: State) -> None:
    for portal, name in (("portal", f"{STEM}2.jsonl"), ("portals", f"{STEM}.jsonl")):
        folder = tmp_path / "archive" / portal / "2026"
        folder.mkdir(parents=True)
        (folder / name).touch()
    assert name_of(tmp_path, memory) == STEM


@pytest.mark.usefixtures("still")
def test_two_runs_within_one_second_write_files_of_their_own(tmp_path: Path, memory: State) -> None:
    for text in (b"one", b"two"):
        run = Run("portal", tmp_path, state=memory)
        file = run.file("archive", ".jsonl", max_bytes=10, max_seconds=10)
        file.write(text)
        file.close()
    written = {path.name: path.read_bytes() for path in run.folder("archive").iterdir()}
    assert written == {f"{STEM}.jsonl": b"one", f"{STEM}2.jsonl": b"two"}


def test_one_run_of_a_portal_at_a_time(tmp_path: Path, memory: State) -> None:
    first = Run("portal", tmp_path)
    with pytest.raises(Locked):
        Run("portal", tmp_path)
    other = Run("other", tmp_path)
    Run("portal", tmp_path, state=memory)
    first.close()
    again = Run("portal", tmp_path)
    for run in (other, again):
        run.close()


def test_components_of_a_crawler_share_its_run(tmp_path: Path) -> None:
    crawler = get_crawler(Spider, {"DATA_DIR": str(tmp_path)})
    crawler.spider = Spider("portal")
    run = Run.of(crawler)
    assert Run.of(crawler) is run
    assert (run.portal, run.data_dir) == ("portal", tmp_path)
    other = Run("other", tmp_path)
    other.attach(crawler)
    assert Run.of(crawler) is other
    for one in (run, other):
        one.close()


def test_a_failure_is_said_once(tmp_path: Path, memory: State, caplog: Any) -> None:
    run = Run("portal", tmp_path, state=memory)
    stopped: list[str] = []
    run.on_failure(lambda: stopped.append("stopped"))
    with caplog.at_level(logging.CRITICAL):
        run.fail(OSError(28, "No space left on device", "/some/file"))
        run.fail(OSError(5, "Input/output error"))
    assert run.failure == "storage failed: /some/file: No space left on device"
    assert caplog.messages == [run.failure]
    assert stopped == ["stopped"]


def test_a_failure_without_a_file_names_the_data_folder(tmp_path: Path, memory: State) -> None:
    run = Run("portal", tmp_path, state=memory)
    run.fail(ValueError("a broken line"))
    assert run.failure == f"storage failed: {tmp_path}: a broken line"


def test_a_run_that_cannot_begin_does_not_keep_the_lock(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "state.sqlite").write_text("no database" * 100)
    for _ in range(2):
        with pytest.raises(module.StorageError):
            Run("portal", tmp_path)
