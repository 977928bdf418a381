"""A run: its name, its files, its failure."""

from __future__ import annotations

import fcntl
import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from crawler.stores import run as module
from crawler.stores.lock import Locked
from crawler.stores.report import write_report
from crawler.stores.run import Run
from crawler.stores.segments import SegmentedFile
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


def files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def can_be_held(path: Path) -> bool:
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@pytest.mark.usefixtures("still")
def test_a_run_is_named_by_its_portal_and_its_start(tmp_path: Path, memory: State) -> None:
    run = Run("portal", tmp_path, state=memory)
    assert run.name == STEM
    assert run.folder("raw") == tmp_path / "raw" / "portal" / "2026"
    assert run.relative(run.folder("runs") / "a.json") == "runs/portal/2026/a.json"
    assert files(tmp_path) == [f"runs/portal/2026/{STEM}.json.part"]
    run.close()
    assert files(tmp_path) == []


@pytest.mark.usefixtures("still")
def test_a_name_is_held_until_the_run_is_closed(tmp_path: Path) -> None:
    run = Run("portal", tmp_path)
    part = run.folder("runs") / f"{STEM}.json.part"
    assert not can_be_held(part)
    write_report(run.folder("runs"), run.name, {"run": run.name})
    assert not part.exists()
    assert not can_be_held(part.with_suffix(""))
    run.close()
    assert can_be_held(part.with_suffix(""))
    assert json.loads(part.with_suffix("").read_text(encoding="utf-8"))["run"] == STEM
    again = Run("portal", tmp_path)
    assert again.name == f"{STEM}2"
    again.close()


RESERVE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.stores import run
from crawler.stores.state import State
class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 11, 24, 3, 0, 0, tzinfo=UTC)
run.datetime = Clock
print("ready", flush=True)
sys.stdin.readline()
print(run.Run("portal", Path(sys.argv[1]), state=State(None, "portal", "")).name, flush=True)
sys.stdin.readline()
"""


def test_processes_that_start_within_one_second_have_names_of_their_own(tmp_path: Path) -> None:
    def told(process: subprocess.Popen[str], line: str) -> None:
        assert process.stdin
        process.stdin.write(line)
        process.stdin.flush()

    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", RESERVE, str(tmp_path)],
                    cwd=Path(__file__).parents[1],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(3)
        ]
        for process in processes:
            stack.callback(process.kill)
        ready = [process.stdout.readline() for process in processes if process.stdout]
        assert ready == ["ready\n"] * 3
        for process in processes:
            told(process, "begin\n")
        names = [process.stdout.readline().strip() for process in processes if process.stdout]
        for process in processes:
            told(process, "end\n")
    assert sorted(names) == [STEM, f"{STEM}2", f"{STEM}3"]


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
        file = SegmentedFile(
            run.folder("archive"), run.name, ".jsonl", max_bytes=10, max_seconds=10
        )
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
    run = Run("portal", tmp_path)
    run.attach(crawler)
    assert Run.of(crawler) is run
    assert Run.of(crawler) is run
    assert (run.portal, run.data_dir) == ("portal", tmp_path)
    other = Run("other", tmp_path)
    other.attach(crawler)
    assert Run.of(crawler) is other
    for one in (run, other):
        one.close()


def test_a_crawler_that_no_run_is_attached_to_archives_nothing(tmp_path: Path) -> None:
    crawler = get_crawler(Spider, {"DATA_DIR": str(tmp_path)})
    crawler.spider = Spider("portal")
    with pytest.raises(NotConfigured):
        Run.of(crawler)
    assert files(tmp_path) == []


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


def test_a_failure_of_the_state_names_its_file(tmp_path: Path, memory: State) -> None:
    run = Run("portal", tmp_path, state=memory)
    run.fail(sqlite3.OperationalError("disk I/O error"))
    database = tmp_path / "state" / "state.sqlite"
    assert run.failure == f"storage failed: {database}: disk I/O error"


def test_a_run_that_cannot_begin_does_not_keep_the_lock(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "state.sqlite").write_text("no database" * 100)
    for _ in range(2):
        with pytest.raises(module.StorageError):
            Run("portal", tmp_path)
        assert files(tmp_path / "runs") == []


@pytest.mark.usefixtures("still")
def test_names_do_not_go_back_with_the_clock(tmp_path: Path) -> None:
    later = tmp_path / "runs" / "portal" / "2027" / "portal-20270101T000000Z.json"
    later.parent.mkdir(parents=True)
    later.write_text("{}", encoding="utf-8")
    run = Run("portal", tmp_path)
    assert run.name == "portal-20270101T000000Z2"
    assert run.folder("raw").name == "2027"
    assert run.started.year == 2026
    run.close()


def test_a_run_that_left_files_keeps_its_name(tmp_path: Path) -> None:
    run = Run("portal", tmp_path, command="reextract")
    part = run.folder("runs") / f"{run.name}.json.part"
    assert json.loads(part.read_text(encoding="utf-8"))["command"] == "reextract"
    file = run.file("links", ".jsonl", max_bytes=10, max_seconds=10)
    file.write(b"{}\n")
    file.close()
    run.close()
    assert part.exists()
    assert can_be_held(part)
