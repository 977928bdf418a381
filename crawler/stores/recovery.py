"""What dead runs left behind: cut to its last whole record, made visible, reported, learned.

Runs under the portal's lock, before anything is fetched, so that every `.part` found that nobody
holds is a dead run's. Doing it twice, or dying within it, does no harm.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crawler.stores import jsonl, members
from crawler.stores.interrupted import report_for_the_dead
from crawler.stores.rebuild import naming, take_in_all
from crawler.stores.run import Run
from crawler.stores.segments import PART, finish, in_order, is_dead, run_of

__all__ = ["Recovered", "recover"]

logger = logging.getLogger(__name__)

_KINDS = {
    "raw": members.whole_length,
    "archive": jsonl.whole_length,
    "provisional": jsonl.whole_length,
    "links": jsonl.whole_length,
}
"""Kinds of files, and what tells how much of one is whole; evidence is completed first."""


@dataclass(slots=True)
class Recovered:
    """What was found."""

    files: list[str] = field(default_factory=list)
    """Files of dead runs that were made visible."""
    runs: set[str] = field(default_factory=set)
    """Names of the dead runs."""
    bytes_cut: int = 0
    """Bytes of torn records."""
    articles: int = 0
    """Records that the state learned."""


def recover(run: Run) -> Recovered:
    """Mends and learns what earlier runs of the portal left. Raises `StorageError`, and
    `BrokenLine` for an archive file that holds a line which is no record."""
    found = Recovered()
    for kind, whole_length in _KINDS.items():
        for part in sorted((run.data_dir / kind / run.portal).glob(f"*/*{PART}")):
            # One that is gone by now was a re-extraction's, which has finished it.
            with suppress(FileNotFoundError):
                _complete(run, part, whole_length, found)
    found.runs = report_for_the_dead(run, found.files)
    found.articles = _learn(run)
    if found.files:
        logger.warning(
            f"an earlier run was interrupted: {len(found.files)} files completed,"
            f" {found.bytes_cut} bytes of torn records cut, {found.articles} articles learned"
        )
    return found


def _learn(run: Run) -> int:
    """Has the state learn what it does not know; the number of records."""
    if run.state.is_new():
        return take_in_all(run.state, run.data_dir)
    count = 0
    for path in in_order((run.data_dir / "archive" / run.portal).glob("*/*.jsonl")):
        name = run.relative(path)
        if not run.state.learned(name):
            with naming(path):
                count += run.state.learn(name, jsonl.read_lines(path))
    return count


def _complete(run: Run, part: Path, whole_length: Callable[[Path], int], found: Recovered) -> None:
    """Makes a dead run's file visible."""
    if not is_dead(part):
        return
    path = part.with_name(part.name.removesuffix(PART))
    if path.exists() and not path.samefile(part):
        path = _next_segment(path)
    _mend(part, path, whole_length(part), found)
    if path.exists():
        found.files.append(run.relative(path))


def _next_segment(path: Path) -> Path:
    """A name for one segment more beside `path`."""
    stem = run_of(path)
    suffix = re.sub(r"^-\d{5}", "", path.name[len(stem) :])
    names = (path.with_name(f"{stem}-{number:05d}{suffix}") for number in range(2, 100_000))
    return next(name for name in names if not name.exists() and not Path(f"{name}{PART}").exists())


def _mend(part: Path, path: Path, whole: int, found: Recovered) -> None:
    """Cuts `part` to `whole` bytes and renames it to `path`; nothing is left of one without a
    whole record."""
    if path.exists() and path.samefile(part):
        # Died between the two halves of the rename.
        part.unlink()
        return
    size = part.stat().st_size
    found.bytes_cut += size - whole
    _set_aside(part, path, whole)
    if whole == 0:
        part.unlink()
        return
    with part.open("r+b") as stream:
        stream.truncate(whole)
        os.fsync(stream.fileno())
    if part != path.with_name(path.name + PART):
        part = part.rename(path.with_name(path.name + PART))
    finish(path)


def _set_aside(part: Path, path: Path, whole: int) -> None:
    """Keeps what is to be cut where it is more than one torn record: a kill tears the last one, a
    damaged disk any."""
    with part.open("rb") as stream:
        stream.seek(whole)
        tail = stream.read()
    if not (b"\n" in tail[:-1] if path.suffix == ".jsonl" else members.begins_within(tail)):
        return
    aside = path.with_name(f"{path.name}.damaged-{whole}")
    with aside.open("wb") as stream:
        stream.write(tail)
        stream.flush()
        os.fsync(stream.fileno())
    logger.warning(f"{path}: damaged at byte {whole}; the {len(tail)} bytes from there: {aside}")
