"""The state against the files: what they give, made anew, has to be what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from crawler.stores.jsonl import BrokenLine
from crawler.stores.rebuild import build_state
from crawler.verify.findings import Findings

__all__ = ["check_state", "differences"]

_COMPARED = {
    "links": "id",
    "sightings": "id",
    "articles": "id",
    "walks": "''",
    "files": None,
}
"""Tables, and what names their rows among those that the next ledger will tell of."""


def check_state(data_dir: Path, portals: set[str], living: set[str], findings: Findings) -> None:
    """Compares what `state/state.sqlite` has of `portals` with a state made from the files. Those
    of which a run is on (`living`) are passed over: their ledgers are not written yet."""
    path = data_dir / "state" / "state.sqlite"
    name = path.relative_to(data_dir)
    if not path.exists():
        if any((data_dir / "archive").glob("*/*/*.jsonl")):
            findings.problem(name, "missing; the next crawl makes it anew")
        return
    for portal in sorted(living):
        findings.notes.append(f"{portal}: a run is on, its part of the state is not compared")
    with TemporaryDirectory(prefix="verify-") as folder:
        made = Path(folder) / "made.sqlite"
        try:
            build_state(made, data_dir, portals)
        except (BrokenLine, sqlite3.Error) as error:
            findings.problem(name, f"not compared: {error}")
            return
        try:
            for what in differences(path, made, portals - living):
                findings.problem(name, what)
        except sqlite3.Error as error:
            findings.problem(name, f"{error}; `scrapy verify --rebuild-state` makes it anew")


def differences(path: Path, made: Path, portals: set[str]) -> Iterator[str]:
    """What the state at `path` says of `portals` otherwise than the one that was made. Raises
    `sqlite3.Error`."""
    # In a folder that cannot be written SQLite reads a file only if it is told that nobody writes.
    way = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    db = sqlite3.connect(f"{path.resolve().as_uri()}?{way}", uri=True, timeout=10)
    try:
        for (found,) in db.execute("PRAGMA integrity_check(20)"):
            if found != "ok":
                yield f"damaged: {found}; `scrapy verify --rebuild-state` makes it anew"
                return
        db.execute("ATTACH ? AS made", (str(made),))
        for table in ("main", "made"):
            other = "made" if table == "main" else "main"
            query = f"SELECT type, name, sql FROM {table}.sqlite_schema EXCEPT SELECT"
            for kind, name, _ in db.execute(f"{query} type, name, sql FROM {other}.sqlite_schema"):
                yield f"{kind} {name}: made otherwise"
        names = ", ".join(f"'{portal}'" for portal in sorted(portals)) or "''"
        for table, key in _COMPARED.items():
            known = f"portal IN ({names})"
            if key:
                known += f" AND {key} NOT IN (SELECT id FROM main.changed)"
            for mine, theirs, says in (
                ("main", "made", "the files say otherwise"),
                ("made", "main", "the files say so, the state does not"),
            ):
                query = f"SELECT * FROM {mine}.{table} WHERE {known} EXCEPT SELECT * FROM"
                for row in db.execute(f"{query} {theirs}.{table}"):
                    yield f"{table}: {says}: {' | '.join(str(value) for value in row)}"
    finally:
        db.close()
