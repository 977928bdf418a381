"""The state against the files: what they give, made anew, has to be what it says.

The state is copied first, with what SQLite has not yet taken into it (`-wal`), so that its folder
is not written to, nor the state while it is compared.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.stores.rebuild import build_state, portals_in
from crawler.stores.segments import run_of
from crawler.stores.state import State
from crawler.verify.findings import Findings

__all__ = ["Asked", "check_state"]

_COMPARED = {
    "links": "id",
    "sightings": "id",
    "articles": "id",
    "walks": "''",
    "files": None,
}
"""Tables, and what names their rows among those that the next ledger will tell of."""
_REMEDY = "; `scrapy verify --rebuild-state` makes it anew"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared, and what is known of the runs."""

    portals: set[str]
    busy: set[str]
    """Portals of which a run is on: their ledgers are not written yet."""
    is_whole: bool
    """Whether these are all portals that have files."""
    is_due: bool
    """Whether there has to be a state: a re-extraction leaves none."""
    unlearned: Mapping[str, str]
    """Runs whose archive files the next crawl may still have to learn, and what they are."""
    still: Callable[[str], bool]
    """Whether no run of a portal has begun or ended since."""


def check_state(data_dir: Path, asked: Asked, findings: Findings) -> None:
    """Compares `state/state.sqlite` with a state made from the files. Raises `OSError` if there is
    no room for either copy."""
    path = data_dir / "state" / "state.sqlite"
    name = path.relative_to(data_dir).as_posix()
    if not path.exists():
        if asked.is_due:
            findings.problem(name, "missing; the next crawl makes it anew")
        return
    for portal in sorted(asked.busy):
        findings.notes.append(f"{portal}: a run is on, its part of the state is not compared")
    with TemporaryDirectory(prefix="verify-") as folder:
        try:
            with findings.during("the state is copied"):
                copy = _copied(path, Path(folder))
            with closing(sqlite3.connect(copy)) as db, findings.during("the state is compared"):
                # A byte that is no text is a difference, and no error.
                db.text_factory = lambda text: text.decode("utf-8", "replace")
                made = Path(folder) / "made.sqlite"
                for what, kind in _wrong(db, made, data_dir, asked, findings):
                    findings.problem(name, what, kind)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK:
                raise OSError(errno.EIO, str(error), folder) from error
            remedy = "" if isinstance(error, sqlite3.OperationalError) else _REMEDY
            findings.problem(name, f"{error}{remedy}")
        except _Unreadable as error:
            findings.problem(name, str(error))


class _Unreadable(Exception):
    """The state, or a file that it is made from, cannot be read."""


def _copied(path: Path, folder: Path) -> Path:
    """A copy of the state, as of one moment."""
    copy = folder / path.name
    if Path(f"{path}-shm").exists():  # a run may be writing: SQLite gives what is whole
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db,
            closing(sqlite3.connect(copy)) as into,
        ):
            db.backup(into)
            return copy
    for _ in range(_TRIES):
        before = _stamps(path)
        for end in ("", "-wal"):
            Path(f"{copy}{end}").unlink(missing_ok=True)
            if end and not Path(f"{path}{end}").exists():
                continue
            _copy_file(Path(f"{path}{end}"), Path(f"{copy}{end}"))
        if _stamps(path) == before:
            return copy
        time.sleep(0.1)
    raise _Unreadable("not compared: it is written to all the time")


def _stamps(path: Path) -> list[tuple[int, int, int]]:
    found = (one.stat() for one in (path, Path(f"{path}-wal")) if one.exists())
    return [(stat.st_ino, stat.st_size, stat.st_mtime_ns) for stat in found]


def _copy_file(path: Path, into: Path) -> None:
    try:
        with path.open("rb") as stream, into.open("wb") as target:
            shutil.copyfileobj(stream, target)
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise OSError(error.errno, error.strerror, str(into.parent)) from error
        raise _Unreadable(f"cannot be read: {error.strerror}") from error


def _wrong(
    db: sqlite3.Connection, made: Path, data_dir: Path, asked: Asked, findings: Findings
) -> Iterator[tuple[str, str]]:
    """What is wrong with a state, each with its kind. Raises `sqlite3.Error`."""
    if db.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
        if asked.portals:
            yield "empty; the next crawl makes it anew", ""
        return
    unsound = [found for (found,) in db.execute("PRAGMA integrity_check(20)") if found != "ok"]
    if unsound:
        yield f"damaged: {unsound[0]}{_REMEDY}", ""
        return
    State(made, "", "").close()
    db.execute("ATTACH ? AS made", (str(made),))
    otherwise = list(_made_otherwise(db))
    if otherwise:
        yield from otherwise
        return
    if asked.is_whole:
        yield from _without_files(db, data_dir)
    left_out = _left_out(db, data_dir, asked)
    _make(made, data_dir, asked, {name for names in left_out.values() for name in names})
    portals = {portal for portal in asked.portals if asked.still(portal)}
    for portal in sorted(asked.portals - portals):
        findings.notes.append(f"{portal}: a run was on, its part of the state is not compared")
    for (portal, kind), names in left_out.items():
        if portal in portals:
            what = f"{len(names)} files of {kind} are to be learned by the next crawl"
            findings.notes.append(f"{portal}: {what}")
    yield from _differences(db, portals)


def _made_otherwise(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Tables, indexes and triggers that are not those of a new state."""
    for table, other in (("main", "made"), ("made", "main")):
        query = f"SELECT type, name, sql FROM {table}.sqlite_schema EXCEPT SELECT"
        for kind, name, _ in db.execute(f"{query} type, name, sql FROM {other}.sqlite_schema"):
            yield f"{kind} {name}: made otherwise", "made otherwise"


def _without_files(db: sqlite3.Connection, data_dir: Path) -> Iterator[tuple[str, str]]:
    """Portals that the state knows, and of which no folder is left."""
    known = db.execute("SELECT portal FROM files UNION SELECT portal FROM links").fetchall()
    for portal in sorted({portal for (portal,) in known} - set(portals_in(data_dir))):
        yield f"{portal}: its files are gone, the state knows them", ""


def _left_out(
    db: sqlite3.Connection, data_dir: Path, asked: Asked
) -> dict[tuple[str, str], list[str]]:
    """Archive files that the state may still have to learn, by portal and kind of run."""
    learned = {path for (path,) in db.execute("SELECT path FROM files")}
    found: dict[tuple[str, str], list[str]] = {}
    for portal in sorted(asked.portals):
        for path in sorted((data_dir / "archive" / portal).glob("*/*.jsonl")):
            name = path.relative_to(data_dir).as_posix()
            if name not in learned and (kind := asked.unlearned.get(run_of(path))):
                found.setdefault((portal, kind), []).append(name)
    return found


def _make(made: Path, data_dir: Path, asked: Asked, left_out: set[str]) -> None:
    """Makes the state that the files give."""
    try:
        build_state(made, data_dir, asked.portals, left_out)
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(made.parent)) from error
    except (ValueError, OverflowError, sqlite3.Error) as error:
        raise _Unreadable(f"not compared: {error}") from error
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise
        raise _Unreadable(f"not compared: {error.filename}: {error.strerror}") from error


def _differences(db: sqlite3.Connection, portals: set[str]) -> Iterator[tuple[str, str]]:
    """What the state says of `portals` otherwise than the one that was made."""
    db.execute("CREATE TEMP TABLE asked (portal TEXT PRIMARY KEY)")
    db.executemany("INSERT INTO asked VALUES (?)", ((portal,) for portal in portals))
    for table, key in _COMPARED.items():
        known = "portal IN (SELECT portal FROM asked)"
        if key:
            known += f" AND (portal, {key}) NOT IN (SELECT portal, id FROM main.changed)"
        for mine, theirs, says in (
            ("main", "made", "the files say otherwise"),
            ("made", "main", "the files say so, the state does not"),
        ):
            query = f"SELECT * FROM {mine}.{table} WHERE {known} EXCEPT SELECT * FROM"
            for row in db.execute(f"{query} {theirs}.{table}"):
                what = f"{table}: {says}: {' | '.join(str(value) for value in row)}"
                yield what, f"{table}: {says}"
    # Whatever has changed since the last ledger, what is archived stays so.
    for identifier, state in db.execute(
        "SELECT a.id, l.state FROM made.articles a LEFT JOIN main.links l ON l.id = a.id"
        " WHERE a.portal IN (SELECT portal FROM asked) AND l.state IS NOT 'archived'"
        " AND (a.portal, a.id) IN (SELECT portal, id FROM main.changed)"
    ):
        what = f"links: {identifier} is archived, the state has it as {state or 'unknown'}"
        yield what, "links: archived, and otherwise in the state"
