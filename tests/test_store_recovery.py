"""What a killed run left behind is mended, and a living one is left alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.stores import recovery
from crawler.stores.jsonl import encode, read_lines
from crawler.stores.recovery import Recovered, recover
from crawler.stores.run import Run
from crawler.stores.segments import SegmentedFile, finish
from crawler.stores.warc import record


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
    leave(run, "archive", "portal-0.jsonl.part", b"")
    found = recover(run)
    assert tree(run) == {}
    assert (found.files, found.bytes_cut) == ([], len(warc(b"one")) - 1)


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
    real = recovery.fcntl.flock

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
        monkeypatch.setattr(recovery.fcntl, "flock", opened)
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
