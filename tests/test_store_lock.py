"""One run of a portal at a time, across processes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.stores.lock import Lock, Locked

HOLD = """
import sys, time
from pathlib import Path
from crawler.stores.lock import Lock
lock = Lock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "portal.lock"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(path)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_who_holds_it(
    path: Path, holder: subprocess.Popen[bytes]
) -> None:
    said = rf"held by pid {holder.pid} on {re.escape(socket.gethostname())} since 20\d\d-.*\+00:00$"
    lock = Lock(path)
    for _ in range(2):
        with pytest.raises(Locked, match=said) as locked:
            lock.acquire()
    assert str(path) in str(locked.value)
    lock.release()
    assert json.loads(path.read_text())["pid"] == holder.pid


def test_the_lock_is_gone_with_its_process(path: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait(timeout=10)
    lock = Lock(path)
    lock.acquire()
    assert json.loads(path.read_text())["pid"] == os.getpid()
    lock.release()


def test_a_released_lock_can_be_had_again(path: Path) -> None:
    first, second = Lock(path), Lock(path)
    first.acquire()
    with pytest.raises(Locked, match=f"pid {os.getpid()} "):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    with pytest.raises(Locked):
        first.acquire()
    second.release()


@pytest.mark.parametrize("said", ["", "not JSON", "[]", "1", "{}", '"pid"', "null"])
def test_a_holder_that_says_nothing_of_use(path: Path, said: str) -> None:
    holder = Lock(path)
    holder.acquire()
    path.write_text(said)
    with pytest.raises(Locked, match="a run that has not said who it is"):
        Lock(path).acquire()
    holder.release()


def test_what_a_dead_run_said_is_written_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("x" * 5000)
    lock = Lock(path)
    lock.acquire()
    assert set(json.loads(path.read_text())) == {"pid", "host", "since"}
    lock.release()


def test_a_lock_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Lock(tmp_path / "file" / "portal.lock").acquire()
