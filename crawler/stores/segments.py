"""Files that become visible complete and never change after that.

What a run writes grows under `NAME.part`. When the run closes, or a segment has grown or aged
enough, the file is brought to the disk and renamed. What a killed process leaves is a `.part`
that ends, at worst, within its last record; `crawler.stores.recovery` mends it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

__all__ = ["PART", "SegmentedFile", "finish", "sync_folder"]

PART = ".part"
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""What a file system without hard links (exFAT, some network ones) answers."""


class SegmentedFile:
    """An append-only file of a run, in segments `NAME.SUFFIX`, `NAME-00002.SUFFIX`, …

    Nothing is made on disk before the first record. All errors are `OSError`.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        suffix: str,
        *,
        max_bytes: int,
        max_seconds: float,
        opened: Callable[[Path], bytes] | None = None,
        closed: Callable[[Path], None] | None = None,
    ) -> None:
        self._folder = folder
        self._name = name
        self._suffix = suffix
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._opened = opened
        self._closed = closed
        self._count = 0
        self._fd: int | None = None
        self._path = folder
        self._size = 0
        self._since = 0.0
        self.bytes = 0
        """Bytes written to all segments."""
        self.paths: list[Path] = []
        """Segments that are closed."""

    def write(self, record: bytes) -> None:
        """Appends a whole record; when this returns, the death of the process cannot lose it."""
        if self._fd is not None and (
            self._size >= self._max_bytes or time.monotonic() - self._since >= self._max_seconds
        ):
            self.close()
        if self._fd is None:
            self._open()
        self._append(record)

    def close(self) -> None:
        """Brings the open segment to the disk and makes it visible."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        try:
            if self._size == 0:
                Path(f"{self._path}{PART}").unlink()
                return
            os.fsync(fd)
            finish(self._path)
        finally:
            os.close(fd)
        self.paths.append(self._path)
        if self._closed:
            self._closed(self._path)

    def _open(self) -> None:
        self._count += 1
        number = "" if self._count == 1 else f"-{self._count:05d}"
        self._path = self._folder / f"{self._name}{number}{self._suffix}"
        self._folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._fd = os.open(f"{self._path}{PART}", flags, 0o644)
        # Tells recovery, which may hold it for a moment, that the writer lives; the kernel lets
        # go when it dies.
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        self._size = 0
        self._since = time.monotonic()
        if self._opened:
            self._append(self._opened(self._path))

    def _append(self, record: bytes) -> None:
        assert self._fd is not None
        before = self._size
        view = memoryview(record)
        try:
            while view:
                written = os.write(self._fd, view)
                self._size += written
                view = view[written:]
        except OSError as error:
            # A record that the disk had no room for is not left torn.
            os.ftruncate(self._fd, before)
            self._size = before
            error.filename = error.filename or f"{self._path}{PART}"
            raise
        self.bytes += len(record)


def finish(path: Path) -> None:
    """Renames `path` + `.part` to `path`, for good. Raises `FileExistsError` if it is there."""
    part = Path(f"{path}{PART}")
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        part.rename(path)
    else:
        part.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Brings the names in `folder` to the disk."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
