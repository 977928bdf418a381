"""What a killed run left behind is mended, and a living one is left alone."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.stores import recovery, segments
from crawler.stores.digests import unsealed
from crawler.stores.jsonl import encode, read_lines
from crawler.stores.recovery import Recovered, recover
from crawler.stores.report import write_report
from crawler.stores.run import Run
from crawler.stores.segments import SegmentedFile, finish
from crawler.stores.warc import record

DEAD = "portal-20250101T000000Z"


def line(number: int) -> bytes:
    return encode(
        {
            "id": f"portal:{number}",
            "portal": "portal",
            "url": f"https://portal.example/{number}",
            "headline": f"Story {number}",
            "revision": 1,
            "text_sha256": "a",
            "run": "portal-0",
            "fetched_at": "2026-11-24T03:00:00Z",
        }
    )


def warc(text: bytes) -> bytes:
    when = datetime(2026, 11, 24, tzinfo=UTC)
    return record("response", text, identifier="<urn:uuid:1>", date=when, content_type="text/plain")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    run = Run("portal", tmp_path)
    yield run
    run.close()


def leave(run: Run, kind: str, name: str, content: bytes, year: str = "2025") -> Path:
    """A file of an earlier run."""
    path = run.data_dir / kind / "portal" / year / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def aged(path: Path) -> Path:
    """The file as if it had been made a while ago."""
    past = time.time() - 6
    os.utime(path, (past, past))
    return path


def tree(run: Run) -> dict[str, bytes]:
    files = (p for kind in ("raw", "archive") for p in run.data_dir.glob(f"{kind}/**/*.*"))
    return {path.name: path.read_bytes() for path in files}


def test_torn_files_are_cut_made_visible_and_learned(run: Run, caplog: Any) -> None:
    whole, records = warc(b"one") + warc(b"two"), line(1) + line(2)
    leave(run, "raw", "portal-0.warc.gz.part", whole + warc(b"three")[:-5])
    leave(run, "archive", "portal-0.jsonl.part", records + line(3)[:-1])
    leave(run, "archive", "portal-1.jsonl.part", line(3), "2026")
    found = recover(run)
    assert tree(run) == {
        "portal-0.warc.gz": whole,
        "portal-0.jsonl": records,
        "portal-1.jsonl": line(3),
    }
    assert found.files == [
        "raw/portal/2025/portal-0.warc.gz",
        "archive/portal/2025/portal-0.jsonl",
        "archive/portal/2026/portal-1.jsonl",
    ]
    assert found.bytes_cut == len(warc(b"three")) - 5 + len(line(3)) - 1
    assert found.articles == 3
    assert run.state.counts() == {"archived": 3}
    assert ["3 files completed" in message for message in caplog.messages] == [True]


def test_doing_it_twice_changes_nothing(run: Run, caplog: Any) -> None:
    leave(run, "archive", "portal-0.jsonl.part", line(1) + b"{")
    recover(run)
    before = tree(run)
    caplog.clear()
    assert recover(run) == Recovered()
    assert tree(run) == before
    assert caplog.messages == []


def test_a_file_without_a_whole_record_is_taken_away(run: Run) -> None:
    leave(run, "raw", "portal-0.warc.gz.part", warc(b"one")[:-1])
    aged(leave(run, "archive", "portal-0.jsonl.part", b""))
    found = recover(run)
    assert tree(run) == {}
    assert (found.files, found.bytes_cut) == ([], len(warc(b"one")) - 1)


@pytest.mark.parametrize("kind", ["raw", "archive", "runs"])
def test_a_file_that_was_made_just_now_is_left_alone(run: Run, kind: str) -> None:
    part = leave(run, kind, f"{DEAD}.json.part", b"")
    assert recover(run) == Recovered()
    assert part.exists()
    aged(part)
    # A run of which nothing is left needs no report, unless its name is held.
    assert recover(run).runs == ({DEAD} if kind == "runs" else set())
    assert not part.exists()
    assert part.with_suffix("").exists() is (kind == "runs")


@pytest.mark.parametrize(
    ("there", "becomes"),
    [
        ([".jsonl"], "-00002.jsonl"),
        ([".jsonl", "-00002.jsonl"], "-00003.jsonl"),
        ([".jsonl", "-00003.jsonl"], "-00002.jsonl"),
    ],
)
def test_a_name_that_is_taken_becomes_the_next_segment(
    run: Run, there: list[str], becomes: str
) -> None:
    for number, suffix in enumerate(there):
        leave(run, "archive", f"{DEAD}{suffix}", line(number))
    leave(run, "archive", f"{DEAD}.jsonl.part", line(7) + line(8)[:-1])
    found = recover(run)
    written = {f"{DEAD}{suffix}": line(number) for number, suffix in enumerate(there)}
    assert tree(run) == written | {f"{DEAD}{becomes}": line(7)}
    assert found.files == [f"archive/portal/2025/{DEAD}{becomes}"]
    assert (found.runs, found.articles) == ({DEAD}, len(there) + 1)
    assert recover(run) == Recovered()


def test_a_segment_whose_name_is_taken(run: Run) -> None:
    name = f"{DEAD}2"
    for suffix in ("", "-00002"):
        leave(run, "raw", f"{name}{suffix}.warc.gz", warc(b"one"))
    leave(run, "raw", f"{name}-00002.warc.gz.part", warc(b"two"))
    leave(run, "raw", f"{name}.warc.gz.part", warc(b"three"))
    found = recover(run)
    assert tree(run) == {
        f"{name}.warc.gz": warc(b"one"),
        f"{name}-00002.warc.gz": warc(b"one"),
        f"{name}-00003.warc.gz": warc(b"two"),
        f"{name}-00004.warc.gz": warc(b"three"),
    }
    assert found.runs == {name}


def test_a_taken_name_and_no_whole_record(run: Run) -> None:
    leave(run, "archive", f"{DEAD}.jsonl", line(1))
    leave(run, "archive", f"{DEAD}.jsonl.part", line(2)[:-1])
    found = recover(run)
    assert tree(run) == {f"{DEAD}.jsonl": line(1)}
    assert (found.files, found.bytes_cut) == ([], len(line(2)) - 1)


def test_reports_that_dead_runs_did_not_write(run: Run) -> None:
    half = leave(run, "runs", f"{DEAD}.json.part", b"{")
    held = leave(run, "runs", "portal-20250102T000000Z.json.part", b"{")
    other = leave(run, "runs", "other.part", b"{")
    mine = run.folder("runs") / f"{run.name}.json.part"
    with held.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert recover(run).runs == {DEAD}
    assert [path.exists() for path in (half, held, other, mine)] == [False, True, True, True]
    report = json.loads(half.with_suffix("").read_text(encoding="utf-8"))
    assert (report["run"], report["portal"], report["command"]) == (DEAD, "portal", "crawl")
    assert (report["finish_reason"], report["recovered_by"]) == ("interrupted", run.name)
    # One that has its report already, since it died between the two halves of the rename.
    half.write_text("{}")
    assert recover(run).runs == {"portal-20250102T000000Z"}
    assert not half.exists()


def test_a_dead_run_is_reported_as_what_it_was(run: Run) -> None:
    leave(run, "archive", f"{DEAD}.jsonl", line(1))
    leave(run, "archive", f"{DEAD}-00002.jsonl.part", line(2) + b"{")
    said = b'{"run": "x", "portal": "portal", "command": "reextract"}\n'
    leave(run, "runs", f"{DEAD}.json.part", said)
    recover(run)
    path = run.data_dir / "runs" / "portal" / "2025" / f"{DEAD}.json"
    assert not unsealed(path.read_bytes())
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["command"] == "reextract"
    names = [f"archive/portal/2025/{DEAD}{end}.jsonl" for end in ("-00002", "")]
    assert report["files"]["archive"] == list(report["digests"]) == names
    assert [one["records"] for one in report["digests"].values()] == [1, 1]


def test_the_report_of_a_run_whose_storage_failed_is_completed(run: Run) -> None:
    leave(run, "archive", f"{DEAD}.jsonl.part", line(1))
    folder = run.data_dir / "runs" / "portal" / "2025"
    failed = {"run": DEAD, "finish_reason": "storage_failed", "storage": "x", "exit_code": 4}
    write_report(folder, DEAD, failed, complete=False)
    assert not (folder / f"{DEAD}.json").exists()
    recover(run)
    report = json.loads((folder / f"{DEAD}.json").read_text(encoding="utf-8"))
    assert (report["finish_reason"], report["exit_code"]) == ("storage_failed", 4)
    assert report["files"]["archive"] == [f"archive/portal/2025/{DEAD}.jsonl"]
    assert not unsealed((folder / f"{DEAD}.json").read_bytes())


@pytest.mark.parametrize("kind", ["raw", "archive"])
def test_what_stands_behind_a_damaged_record_is_set_aside(run: Run, kind: str) -> None:
    records = (
        [line(n) for n in range(4)] if kind == "archive" else [warc(b"%d" % n) for n in range(4)]
    )
    damaged = bytearray(b"".join(records))
    damaged[len(records[0]) + 12] ^= 0xFF
    suffix = ".jsonl" if kind == "archive" else ".warc.gz"
    leave(run, kind, f"{DEAD}{suffix}.part", bytes(damaged))
    recover(run)
    folder = run.data_dir / kind / "portal" / "2025"
    assert (folder / f"{DEAD}{suffix}").read_bytes() == records[0]
    aside = folder / f"{DEAD}{suffix}.damaged-{len(records[0])}"
    assert aside.read_bytes() == damaged[len(records[0]) :]


def test_one_torn_record_is_cut_and_no_more(run: Run) -> None:
    leave(run, "archive", f"{DEAD}.jsonl.part", line(1) + line(2)[:-4])
    leave(run, "raw", f"{DEAD}.warc.gz.part", warc(b"1") + warc(b"2")[:-4])
    recover(run)
    assert not list(run.data_dir.glob("**/*.damaged-*"))


def test_without_hard_links(run: Run, monkeypatch: Any) -> None:
    def no_links(*_: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    leave(run, "archive", f"{DEAD}.jsonl", line(1))
    leave(run, "archive", f"{DEAD}.jsonl.part", line(2) + b"{")
    recover(run)
    assert tree(run) == {f"{DEAD}.jsonl": line(1), f"{DEAD}-00002.jsonl": line(2)}


def test_a_run_that_died_while_renaming(run: Run) -> None:
    part = leave(run, "archive", "portal-0.jsonl.part", line(1))
    os.link(part, part.with_suffix(""))
    found = recover(run)
    assert tree(run) == {"portal-0.jsonl": line(1)}
    assert (found.bytes_cut, found.articles) == (0, 1)


def test_a_run_that_died_before_it_learned_what_it_wrote(run: Run) -> None:
    path = leave(run, "archive", "portal-0.jsonl", line(1) + line(2))
    found = recover(run)
    assert (found.files, found.articles) == ([], 2)
    assert run.state.learned(run.relative(path))
    assert run.state.state_of("portal:2") == "archived"


def test_a_file_that_a_living_process_writes_is_left_alone(run: Run) -> None:
    folder = run.data_dir / "archive" / "portal" / "2025"
    writer = SegmentedFile(folder, "portal-0", ".jsonl", max_bytes=10**6, max_seconds=60)
    writer.write(line(1))
    leave(run, "archive", "portal-1.jsonl.part", line(2))
    found = recover(run)
    assert found.files == ["archive/portal/2025/portal-1.jsonl"]
    writer.write(line(3))
    writer.close()
    assert [one["id"] for one in read_lines(folder / "portal-0.jsonl")] == ["portal:1", "portal:3"]


@pytest.mark.parametrize("moment", ["listed", "opened"])
def test_a_writer_that_ends_meanwhile(run: Run, monkeypatch: Any, moment: str) -> None:
    part = leave(run, "archive", "portal-0.jsonl.part", line(1))
    real = segments.fcntl.flock

    def listed(paths: Iterator[Path]) -> list[Path]:
        found = list(paths)
        if part in found:
            finish(part.with_suffix(""))
        return found

    def opened(*arguments: Any) -> None:
        finish(part.with_suffix(""))
        real(*arguments)

    if moment == "listed":
        monkeypatch.setattr(recovery, "sorted", listed, raising=False)
    else:
        monkeypatch.setattr(segments.fcntl, "flock", opened)
    recover(run)
    assert tree(run) == {"portal-0.jsonl": line(1)}


def test_a_record_cut_in_the_middle_of_a_visible_file_is_named(run: Run) -> None:
    leave(run, "archive", "portal-0.jsonl", line(1) + line(2)[:-9] + line(3))
    with pytest.raises(ValueError, match=r"portal-0\.jsonl:2: "):
        recover(run)
    assert run.state.counts() == {}


def test_files_of_other_portals_are_not_ours(run: Run) -> None:
    other = run.data_dir / "archive" / "other" / "2025" / "other-0.jsonl.part"
    other.parent.mkdir(parents=True)
    other.write_bytes(line(1))
    assert recover(run) == Recovered()
    assert other.exists()
