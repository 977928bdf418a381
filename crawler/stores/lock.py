"""One run of a portal at a time.

The lock is the kernel's, on a file that says who holds it: it is gone with the process that held
it, however that ended, and what the file says is then of the past.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["Lock", "Locked"]


class Locked(Exception):
    """Another run holds the lock; the text says which."""


class Lock:
    """The lock of one portal, held from `acquire` to `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Raises `Locked` if another run has it, `OSError` if the file cannot be written."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(os.read(fd, 4096))
            os.close(fd)
            raise Locked(f"{self.path}: held by {holder}") from None
        mine = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        try:
            os.ftruncate(fd, 0)
            os.write(fd, json.dumps(mine).encode() + b"\n")
        except OSError:
            os.close(fd)
            raise
        self._fd = fd

    def release(self) -> None:
        """Lets the next run have it."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _holder(text: bytes) -> str:
    try:
        said = json.loads(text)
        return f"pid {said['pid']} on {said['host']} since {said['since']}"
    except (ValueError, KeyError, TypeError):
        return "a run that has not said who it is"
