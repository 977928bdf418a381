"""A passing index of what stands in the files: records, captures and what is said of either.

In a file of SQLite's that goes with the process, so that an archive of millions needs no memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["DEAD", "OPEN", "REREADING", "Index"]

OPEN, DEAD, REREADING = "open", "dead", "rereading"
"""Kinds of runs that are not as others: on, killed and not yet mended, re-extractions."""
_SCHEMA = """
CREATE TABLE records (
    id TEXT, revision INTEGER, run TEXT, capture TEXT, fetched_at TEXT, extractor TEXT,
    place TEXT, start INTEGER
);
CREATE TABLE captures (id TEXT, url TEXT, fetched_at TEXT, truncated INTEGER, place TEXT);
CREATE TABLE named (capture TEXT, run TEXT, place TEXT);
CREATE TABLE runs (name TEXT PRIMARY KEY, kind TEXT);
CREATE TABLE readings (capture TEXT PRIMARY KEY);
"""
_INDEXES = """
CREATE INDEX captures_id ON captures (id);
CREATE INDEX records_id ON records (id, revision);
CREATE INDEX records_capture ON records (capture);
"""


class Index:
    """Rows in, questions out."""

    def __init__(self) -> None:
        # An empty name is a file that SQLite removes when it is closed, and keeps in memory while
        # it is small.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode=OFF; {_SCHEMA}")
        self._db.execute("BEGIN")

    def put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Adds rows to a table."""
        rows = list(rows)
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)

    def complete(self) -> None:
        """All rows are there."""
        self._db.execute("COMMIT")
        self._db.executescript(_INDEXES)

    def ask(self, sql: str, parameters: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        yield from self._db.execute(sql, tuple(parameters))

    def close(self) -> None:
        self._db.close()
