"""Files that become visible complete: segments, failing disks, names that are taken."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.stores.segments import PART, SegmentedFile, finish


def file(folder: Path, **more: Any) -> SegmentedFile:
    return SegmentedFile(folder, "run", ".txt", **{"max_bytes": 10, "max_seconds": 60, **more})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_on_disk_before_the_first_record(tmp_path: Path) -> None:
    written = file(tmp_path / "new")
    written.close()
    assert names(tmp_path) == []
    assert (written.paths, written.bytes) == ([], 0)


def test_a_file_is_visible_when_it_is_complete(tmp_path: Path) -> None:
    written = file(tmp_path / "a" / "b")
    written.write(b"one\n")
    assert names(tmp_path / "a" / "b") == ["run.txt.part"]
    assert (tmp_path / "a" / "b" / "run.txt.part").read_bytes() == b"one\n"
    written.write(b"two\n")
    written.close()
    written.close()
    assert names(tmp_path / "a" / "b") == ["run.txt"]
    assert (tmp_path / "a" / "b" / "run.txt").read_bytes() == b"one\ntwo\n"
    assert (written.paths, written.bytes) == ([tmp_path / "a" / "b" / "run.txt"], 8)


def test_a_segment_that_has_grown_is_closed_before_the_next_record(tmp_path: Path) -> None:
    written = file(tmp_path)
    written.write(b"x" * 25)
    assert names(tmp_path) == ["run.txt.part"]
    for _ in range(3):
        written.write(b"y" * 5)
    assert names(tmp_path) == ["run-00002.txt", "run-00003.txt.part", "run.txt"]
    assert (tmp_path / "run-00002.txt").read_bytes() == b"y" * 10


def test_a_segment_that_has_aged_is_closed(tmp_path: Path, monkeypatch: Any) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    written = file(tmp_path, max_bytes=10**9)
    written.write(b"a")
    now += 59.9
    written.write(b"b")
    assert names(tmp_path) == ["run.txt.part"]
    now += 0.2
    written.write(b"c")
    assert names(tmp_path) == ["run-00002.txt.part", "run.txt"]
    now += 59.9
    written.write(b"d")
    written.close()
    assert (tmp_path / "run-00002.txt").read_bytes() == b"cd"


def test_each_segment_has_its_opening_and_is_told_of(tmp_path: Path) -> None:
    told: list[tuple[Path, bool]] = []
    written = file(
        tmp_path,
        opened=lambda path: f"[{path.name}]".encode(),
        closed=lambda path: told.append((path, path.exists())),
    )
    written.write(b"a")
    written.write(b"b")
    written.close()
    assert told == [(tmp_path / "run.txt", True), (tmp_path / "run-00002.txt", True)]
    assert (tmp_path / "run-00002.txt").read_bytes() == b"[run-00002.txt]b"


def test_a_short_write_goes_on(tmp_path: Path, monkeypatch: Any) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:3]))
    written = file(tmp_path)
    written.write(b"0123456789")
    monkeypatch.undo()
    written.close()
    assert (tmp_path / "run.txt").read_bytes() == b"0123456789"


def test_a_record_the_disk_has_no_room_for_is_not_left_torn(
    tmp_path: Path, monkeypatch: Any
) -> None:
    real = os.write

    def full(fd: int, data: Any) -> int:
        if len(data) < 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(fd, data[:8])

    written = file(tmp_path, max_bytes=100)
    written.write(b"whole\n")
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left") as failure:
        written.write(b"much too long\n")
    assert failure.value.filename == str(tmp_path / "run.txt.part")
    assert (tmp_path / "run.txt.part").read_bytes() == b"whole\n"
    monkeypatch.undo()
    written.write(b"room again\n")
    written.close()
    assert (tmp_path / "run.txt").read_bytes() == b"whole\nroom again\n"
    assert written.bytes == len(b"whole\nroom again\n")


LIMITED = """
import resource, signal, sys
from pathlib import Path
from crawler.stores.segments import SegmentedFile
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
written = SegmentedFile(Path(sys.argv[1]), "run", ".txt", max_bytes=10**9, max_seconds=60)
try:
    while True:
        written.write(b"x" * 299 + b"\\n")
except OSError:
    written.close()
"""


def test_a_file_that_may_not_grow_ends_with_a_whole_record(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    subprocess.run(command, check=True, timeout=30, cwd=Path(__file__).parents[1])
    assert (tmp_path / "run.txt").read_bytes() == (b"x" * 299 + b"\n") * 3


def test_a_file_without_a_whole_record_is_not_made_visible(
    tmp_path: Path, monkeypatch: Any
) -> None:
    def full(fd: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    written = file(tmp_path)
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        written.write(b"one\n")
    written.close()
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(OSError, match="taken"):
        file(tmp_path / "taken").write(b"one\n")


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_bytes(b"older\n")
    written = file(tmp_path)
    written.write(b"newer\n")
    with pytest.raises(FileExistsError):
        written.close()
    assert (tmp_path / "run.txt").read_bytes() == b"older\n"
    assert (tmp_path / "run.txt.part").read_bytes() == b"newer\n"
    with pytest.raises(FileExistsError):
        finish(tmp_path / "run.txt")
    with pytest.raises(FileExistsError):
        file(tmp_path).write(b"a second writer\n")
    assert PART == ".part"


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: Any, number: int) -> None:
    def no_links(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", no_links)
    written = file(tmp_path)
    written.write(b"one\n")
    written.close()
    assert names(tmp_path) == ["run.txt"]
    assert (tmp_path / "run.txt").read_bytes() == b"one\n"
    (tmp_path / "run.txt.part").write_bytes(b"newer\n")
    with pytest.raises(FileExistsError, match=r"run\.txt"):
        finish(tmp_path / "run.txt")
    assert (tmp_path / "run.txt").read_bytes() == b"one\n"
    assert (tmp_path / "run.txt.part").read_bytes() == b"newer\n"


def test_another_failure_of_the_rename_is_said(tmp_path: Path, monkeypatch: Any) -> None:
    def broken(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", broken)
    written = file(tmp_path)
    written.write(b"one\n")
    with pytest.raises(OSError, match="Input/output error"):
        written.close()
    assert names(tmp_path) == ["run.txt.part"]
