"""The tables of the state, and transactions over them."""

from __future__ import annotations

import sqlite3

__all__ = ["SCHEMA", "Transaction"]

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
"""


class Transaction:
    """All of what is done within, or none of it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
