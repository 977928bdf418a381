"""JSON Lines: one record a line, UTF-8, keys in the order of the fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["BrokenLine", "decode", "encode", "read_lines", "whole_length"]


class BrokenLine(ValueError):
    """A line that holds no record. Names the file and the line."""


def encode(record: dict[str, Any]) -> bytes:
    """`record` as a line."""
    return (
        json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        + b"\n"
    )


def decode(line: bytes) -> dict[str, Any]:
    """The record that a line holds. Raises `ValueError`."""
    try:
        record = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(record, dict):
        raise ValueError("no JSON object")
    return record


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file. Raises `BrokenLine`, and `OSError` if it cannot be read."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield decode(line)
            except ValueError as error:
                raise BrokenLine(f"{path}:{number}: {error}") from error


def whole_length(path: Path) -> int:
    """Length in bytes of the whole lines at the head of `path`."""
    whole = 0
    with path.open("rb") as stream:
        for line in stream:
            try:
                decode(line)
            except ValueError:
                break
            if not line.endswith(b"\n"):
                break
            whole += len(line)
    return whole
