"""The tables of the state: one SQLite file, its schema, and transactions over it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["BUSY_SECONDS", "SCHEMA", "Tables"]

BUSY_SECONDS = 10.0
"""How long a run waits for another portal's to end its transaction."""

_VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS links (
    id TEXT PRIMARY KEY, portal TEXT NOT NULL, url TEXT NOT NULL, address TEXT NOT NULL,
    section TEXT NOT NULL, headline TEXT NOT NULL, day TEXT,
    state TEXT NOT NULL, reason TEXT, detail TEXT, skeleton TEXT, capture TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    first_run TEXT NOT NULL, last_run TEXT NOT NULL, last_seen TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_open ON links (portal, state) WHERE state != 'archived';
CREATE TABLE IF NOT EXISTS sightings (
    portal TEXT NOT NULL, section TEXT NOT NULL, path TEXT NOT NULL, id TEXT NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (portal, section, path, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sightings_of ON sightings (id);
CREATE TABLE IF NOT EXISTS walks (
    portal TEXT NOT NULL, section TEXT NOT NULL, path TEXT NOT NULL, page INTEGER NOT NULL,
    PRIMARY KEY (portal, section, path, page)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY, portal TEXT NOT NULL, url TEXT NOT NULL, revision INTEGER NOT NULL,
    text_sha256 TEXT NOT NULL, run TEXT NOT NULL,
    fetched_at TEXT NOT NULL, last_seen TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, portal TEXT NOT NULL, run TEXT NOT NULL, records INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changed (
    portal TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (portal, id)
) WITHOUT ROWID;
"""
# Not `OR IGNORE`: what the statement that fires a trigger says of conflicts overrules it. The id is
# empty where a walk has changed.
_NOTED = (
    "CREATE TRIGGER IF NOT EXISTS {table}_{event} AFTER {event} ON {table} BEGIN"
    " INSERT INTO changed SELECT {row}.portal, {id} WHERE NOT EXISTS"
    " (SELECT 1 FROM changed WHERE portal = {row}.portal AND id = {id}); END"
)
_TRIGGERS = (
    *(
        _NOTED.format(table=table, event=event, row="new", id="new.id")
        for table in ("links", "sightings", "articles")
        for event in ("insert", "update")
    ),
    _NOTED.format(table="walks", event="insert", row="new", id="''"),
    _NOTED.format(table="walks", event="delete", row="old", id="''"),
)
"""What is changed is written to a ledger of links when the run ends (`crawler.stores.ledger`)."""


class Tables:
    """The tables, open for one portal. Every method may raise `sqlite3.Error`, and `OSError` once the file is no
    longer where it was opened."""

    def __init__(
        self, path: Path | None, portal: str, run: str, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        """Opens, or makes, the file at `path` for a run of a portal; `None` keeps everything in
        memory."""
        self.portal = portal
        self.run = run
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._db = sqlite3.connect(path or ":memory:", timeout=busy_seconds, isolation_level=None)
        try:
            if path is not None:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
            self._make()
            self._inode = path.stat().st_ino if path is not None else 0
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    def _make(self) -> None:
        """Makes what is not there. Of a state from before there were ledgers, all is changed."""
        if self.ask("PRAGMA user_version") == [(_VERSION,)]:
            return
        with Transaction(self._db):
            for statement in (*SCHEMA.split(";"), *_TRIGGERS):
                self._db.execute(statement)
            self._db.execute("INSERT OR IGNORE INTO changed SELECT portal, id FROM links")
            self._db.execute(f"PRAGMA user_version = {_VERSION}")

    def ask(self, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query gives."""
        return self._db.execute(sql, tuple(parameters)).fetchall()

    def tell(self, sql: str, parameters: Iterable[Any] = ()) -> int:
        """Carries a statement out; the number of rows it changed."""
        return self._db.execute(sql, tuple(parameters)).rowcount

    def transaction(self) -> Transaction:
        """All of what is told within, or none of it."""
        if self.path is not None:
            self._look(self.path)
        return Transaction(self._db)

    def _look(self, path: Path) -> None:
        """SQLite goes on writing to a file that was removed, and nobody would ever read it."""
        try:
            found = path.stat().st_ino
        except FileNotFoundError:
            found = 0
        if found != self._inode:
            reason = "removed or replaced while the run was on"
            raise FileNotFoundError(errno.ENOENT, reason, str(path))


class Transaction:
    """See `Tables.transaction`. One within another is part of it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._is_within = False

    def __enter__(self) -> None:
        self._is_within = self._db.in_transaction
        if not self._is_within:
            self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._is_within or not self._db.in_transaction:
            return
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
