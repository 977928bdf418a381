"""What dead runs left behind: cut to its last whole record, made visible, learned.

Runs under the portal's lock, before anything is fetched, so that every `.part` found that nobody
holds is a dead run's. Doing it twice, or dying within it, does no harm.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from crawler.stores import jsonl, members
from crawler.stores.digests import Digest, digest_of
from crawler.stores.rebuild import naming, take_in_all
from crawler.stores.run import Run
from crawler.stores.segments import PART, finish, in_order, run_of
from crawler.stores.warc import TornWarc

__all__ = ["Recovered", "files_of", "is_dead", "recover"]

logger = logging.getLogger(__name__)

_MOMENT = 5.0
"""Seconds for which an empty file may be one that a living writer has just made."""
_KINDS = {
    "raw": members.whole_length,
    "archive": jsonl.whole_length,
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
    for part in (run.data_dir / "runs" / run.portal).glob(f"*/*.json{PART}"):
        with suppress(FileNotFoundError):
            if is_dead(part) and part.with_name(part.name.removesuffix(PART)).exists():
                part.unlink()
            elif is_dead(part):
                # Its name is kept, until the report that says so is written there.
                found.runs.add(part.name.removesuffix(f".json{PART}"))
    found.articles = _learn(run)
    if found.files:
        logger.warning(
            f"an earlier run was interrupted: {len(found.files)} files completed,"
            f" {found.bytes_cut} bytes of torn records cut, {found.articles} articles learned"
        )
    return found


def files_of(run: Run, name: str) -> dict[str, Digest]:
    """All files of a run that is over, below the data folder, each with its digest."""
    found = {}
    for kind in _KINDS:
        for path in sorted((run.data_dir / kind / run.portal).glob(f"*/{name}*")):
            if run_of(path) == name and path.suffix != PART:
                found[run.relative(path)] = _digest(path)
    return found


def _digest(path: Path) -> Digest:
    if path.suffix == ".jsonl":
        return digest_of(path)
    try:
        return digest_of(path, (member.raw for member in members.members(path)))
    except TornWarc:  # not by us: `scrapy verify` says where
        return digest_of(path)


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
    found.runs.add(run_of(path))
    if path.exists():
        found.files.append(run.relative(path))


def is_dead(part: Path) -> bool:
    """Whether no living process, such as a re-extraction, is writing `part`."""
    with part.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        made = os.fstat(stream.fileno())
    # A file has been made for a moment before its writer holds it.
    return made.st_size > 0 or time.time() - made.st_mtime > _MOMENT


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
    if whole == 0:
        part.unlink()
        return
    with part.open("r+b") as stream:
        stream.truncate(whole)
        os.fsync(stream.fileno())
    if part != path.with_name(path.name + PART):
        part = part.rename(path.with_name(path.name + PART))
    finish(path)
