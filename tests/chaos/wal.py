"""What a write-ahead log of SQLite holds, frame by frame, read without SQLite.

A frame is valid if its salts are those of the header and its checksum goes on from the one before;
the last frame of a transaction names the size of the database (https://www.sqlite.org/walformat).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Log", "read_log"]

_HEADER, _FRAME = 32, 24
_MAGIC = 0x377F0682


@dataclass(frozen=True)
class Log:
    """The valid frames of a log."""

    frames: int = 0
    committed: int = 0
    """Frames up to the end of the last whole transaction."""
    salts: bytes = b""
    frame: int = _FRAME + 4096
    """Bytes of one."""

    @property
    def end(self) -> int:
        """Where the next transaction begins."""
        return _HEADER + self.committed * self.frame

    @property
    def partial(self) -> int:
        """Frames of a transaction that did not come to its end."""
        return self.frames - self.committed


def read_log(path: Path) -> Log:
    """The log at `path`; an empty one if there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Log()
    if len(data) < _HEADER:
        return Log()
    magic, _, size = struct.unpack(">III", data[:12])
    if magic & ~1 != _MAGIC:
        return Log()
    order = ">" if magic & 1 else "<"
    salts = data[16:24]
    sums = _checksum(data[:24], order, (0, 0))
    frames = committed = 0
    position = _HEADER
    while position + _FRAME + size <= len(data):
        head = data[position : position + _FRAME]
        page = data[position + _FRAME : position + _FRAME + size]
        sums = _checksum(head[:8] + page, order, sums)
        if head[8:16] != salts or struct.unpack(">II", head[16:24]) != sums:
            break
        frames += 1
        if struct.unpack(">I", head[4:8])[0]:
            committed = frames
        position += _FRAME + size
    return Log(frames, committed, salts, _FRAME + size)


def _checksum(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
