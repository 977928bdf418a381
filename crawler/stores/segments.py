"""Files that become visible complete and never change after that.

What a run writes grows under `NAME.part`. When the run closes, or a segment has grown or aged
enough, the file is brought to the disk and renamed. What a killed process leaves is a `.part`
that ends, at worst, within its last record; `crawler.stores.recovery` mends it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from crawler.stores.digests import Digest

__all__ = ["PART", "SegmentedFile", "finish", "in_order", "is_dead", "run_of", "sync_folder"]

PART = ".part"
_RUN = re.compile(r"[a-z][a-z0-9_-]*-(\d{8}T\d{6}Z)(\d*)(?:-(\d{5}))?")
_MOMENT = 5.0
"""Seconds for which an empty file may be one that a living writer has just made."""
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
        self._digest = Digest()
        self._since = 0.0
        self.bytes = 0
        """Bytes written to all segments."""
        self.digests: dict[Path, Digest] = {}
        """Segments that are closed, in order, each with the digest of what was written to it."""

    @property
    def paths(self) -> list[Path]:
        """Segments that are closed."""
        return list(self.digests)

    def write(self, *records: bytes) -> None:
        """Appends whole records; when this returns, the death of the process cannot lose them."""
        if self._fd is not None and (
            self._digest.bytes >= self._max_bytes
            or time.monotonic() - self._since >= self._max_seconds
        ):
            self.close()
        if self._fd is None:
            self._open()
        self._append(records)

    def close(self) -> None:
        """Brings the open segment to the disk and makes it visible."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        try:
            if self._digest.bytes == 0:
                Path(f"{self._path}{PART}").unlink()
                return
            os.fsync(fd)
            finish(self._path)
        finally:
            os.close(fd)
        self.digests[self._path] = self._digest
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
        self._digest = Digest()
        self._since = time.monotonic()
        if self._opened:
            self._append([self._opened(self._path)])

    def _append(self, records: Sequence[bytes]) -> None:
        assert self._fd is not None
        part = f"{self._path}{PART}"
        if os.fstat(self._fd).st_nlink == 0:
            # Removed under our feet: what is written from now on would be lost in silence.
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), part)
        view = memoryview(b"".join(records))
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError as error:
            # A record that the disk had no room for is not left torn.
            os.ftruncate(self._fd, self._digest.bytes)
            error.filename = error.filename or part
            raise
        for record in records:
            self._digest.add(record)
            self.bytes += len(record)


def run_of(path: Path | str) -> str:
    """The run that a file bears the name of, or its name to the first full stop."""
    name = Path(path).name
    found = _RUN.match(name)
    return name[: found.end(2)] if found else name.partition(".")[0]


def is_dead(part: Path) -> bool:
    """Whether no living process is writing `part`. Raises `FileNotFoundError`."""
    with part.open("rb") as stream:
        try:
            # Shared: two that look at once do not take each other for the writer.
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        made = os.fstat(stream.fileno())
    # A file has been made for a moment before its writer holds it.
    return made.st_size > 0 or time.time() - made.st_mtime > _MOMENT


def in_order(paths: Iterable[Path]) -> list[Path]:
    """Files in the order of their runs, and of a run's segments: names sort otherwise."""

    def place(path: Path) -> tuple[str, int, int, str]:
        found = _RUN.match(path.name)
        if not found:
            return path.name, 0, 0, path.name
        return found[1], int(found[2] or 1), int(found[3] or 1), path.name

    return sorted(paths, key=place)


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
