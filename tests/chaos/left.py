"""What a dead process left behind, looked at before the next life mends it."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.wal import read_log

__all__ = ["commit_ended", "members", "reported", "run_names", "torn"]


def members(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Start and content of each whole gzip member. Raises `ValueError` at one that is not."""
    position = 0
    while position < len(data):
        unpacker = zlib.decompressobj(31)
        try:
            content = unpacker.decompress(data[position:])
        except zlib.error as error:
            raise ValueError(f"byte {position}: {error}") from error
        if not unpacker.eof:
            raise ValueError(f"byte {position}: the last member is not whole")
        yield position, content
        position = len(data) - len(unpacker.unused_data)


def torn(data_dir: Path) -> dict[str, list[str]]:
    """Files that no run has finished, by kind, and those of them that end within a record."""
    found: dict[str, list[str]] = {}

    def note(kind: str, path: Path) -> None:
        found.setdefault(kind, []).append(path.name)

    for path in data_dir.glob("raw/*/*/*.part"):
        note("raw left", path)
        try:
            Counter(members(path.read_bytes()))
        except ValueError:
            note("raw torn", path)
    for kind in ("archive", "links"):
        for path in data_dir.glob(f"{kind}/*/*/*.part"):
            note(f"{kind} left", path)
            data = path.read_bytes()
            if data and not data.endswith(b"\n"):
                note(f"{kind} torn", path)
    for path in data_dir.glob("runs/*/*/*.part"):
        text = path.read_text(encoding="utf-8", errors="replace")
        if text and not _is_json(text):
            note("report torn", path)
    return found


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def commit_ended(data_dir: Path, before: list[object]) -> str:
    """Where a COMMIT was cut: `no whole page`, `a part` or `all of it` is in the log. `before` are
    the frames committed when it began, and the salts of the log."""
    log = read_log(data_dir / "state" / "state.sqlite-wal")
    if log.partial:
        return "a part"
    return "no whole page" if [log.committed, log.salts.hex()] == before else "all of it"


def run_names(data_dir: Path) -> set[str]:
    """Names of all runs that have, or have reserved, a report."""
    paths = data_dir.glob("runs/*/*/*.json*")
    return {path.name.removesuffix(".part").removesuffix(".json") for path in paths}


def reported(data_dir: Path, run: str) -> bool:
    """Whether the report of a run is there."""
    return any(data_dir.glob(f"runs/*/*/{run}.json"))
