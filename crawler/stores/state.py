"""The state: what is known of every link and every article, in one SQLite file.

What is archived is in the archive's files, too, and learned from them again where it is missing;
links that are pending, refused, failed or ignored, and how far listings were walked, are only here.
Portals share the file; each run writes the rows of its own portal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crawler.frontier import Listed
from crawler.moments import stamp
from crawler.stores.tables import SCHEMA, Transaction

__all__ = [
    "ARCHIVED",
    "FAILED",
    "GONE",
    "IGNORED",
    "PENDING",
    "REFUSED",
    "Known",
    "Refused",
    "State",
]

PENDING, ARCHIVED, REFUSED, FAILED, IGNORED = "pending", "archived", "refused", "failed", "ignored"
GONE = ("404", "410")
"""Failures that are the portal's last word, until it lists the link again."""


@dataclass(frozen=True, slots=True)
class Known:
    """The newest revision of an article."""

    url: str
    revision: int
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused page."""

    url: str
    reason: str
    detail: str
    skeleton: str
    capture: str
    run: str


class State:
    """The state of one portal. Every method may raise `sqlite3.Error`."""

    def __init__(self, path: Path | None, portal: str, run: str) -> None:
        """Opens, or makes, the file at `path`; `None` keeps everything in memory."""
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.portal = portal
        self.run = run
        self._db = sqlite3.connect(path or ":memory:", timeout=10, isolation_level=None)
        try:
            if path is not None:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(SCHEMA)
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    # Links

    def admit(
        self, section: str, path: str, links: Iterable[Listed]
    ) -> tuple[list[tuple[str, str]], int]:
        """Notes that the listing of `section` at `path` shows `links`, in one transaction.

        Gives (state before, reason) for each in order, the state `""` for one never seen, and how
        many of them were not seen on this listing before.
        """
        before: list[tuple[str, str]] = []
        fresh = 0
        with self._transaction():
            for link in links:
                row = self._db.execute(
                    "SELECT state, coalesce(reason, '') FROM links WHERE id = ?", (link.id,)
                ).fetchone()
                before.append(row or ("", ""))
                self._note(link, PENDING, None)
                fresh += self._db.execute(
                    "INSERT OR IGNORE INTO sightings VALUES (?, ?, ?, ?, ?)",
                    (self.portal, section, path, link.id, self.run),
                ).rowcount
        return before, fresh

    def take(self, ids: Iterable[str]) -> None:
        """Sets links to pending: this run is about to fetch them."""
        with self._transaction():
            self._db.executemany(
                "UPDATE links SET state = 'pending', reason = NULL WHERE id = ?",
                [(one,) for one in ids],
            )

    def ignore(self, link: Listed, reason: str) -> None:
        """Notes a link that a rule passes over; one that has another state keeps it."""
        with self._transaction():
            self._note(link, IGNORED, reason)
            self._db.execute(
                "UPDATE links SET reason = ? WHERE id = ? AND state = 'ignored'", (reason, link.id)
            )

    def settle(self, link: Listed, state: str, reason: str, **more: str) -> None:
        """Notes how the fetching of a link ended, unless its article is archived."""
        with self._transaction():
            self._note(link, state, reason)
            self._db.execute(
                "UPDATE links SET state = ?, reason = ?, detail = ?, skeleton = ?, capture = ?,"
                " attempts = attempts + ?, last_run = ? WHERE id = ? AND state != 'archived'",
                (
                    state,
                    reason,
                    more.get("detail"),
                    more.get("skeleton"),
                    more.get("capture"),
                    int(state == FAILED),
                    self.run,
                    link.id,
                ),
            )

    def state_of(self, identifier: str) -> str:
        """The state of a link, `""` for one never seen."""
        row = self._db.execute("SELECT state FROM links WHERE id = ?", (identifier,)).fetchone()
        return row[0] if row else ""

    def attempts(self, identifier: str) -> int:
        """How often fetching a link has failed."""
        row = self._db.execute("SELECT attempts FROM links WHERE id = ?", (identifier,)).fetchone()
        return row[0] if row else 0

    def open_links(self, sections: Collection[str] | None, max_attempts: int) -> list[Listed]:
        """Links to be fetched: pending ones, and those that failed for a passing reason."""
        rows = self._db.execute(
            "SELECT id, url, address, section, headline, day FROM links"
            " WHERE portal = ? AND (state = 'pending' OR (state = 'failed' AND attempts < ?"
            " AND reason NOT IN ('404', '410'))) ORDER BY last_seen, id",
            (self.portal, max_attempts),
        )
        return [
            Listed(one, url, address, section, headline, date.fromisoformat(day) if day else None)
            for one, url, address, section, headline, day in rows.fetchall()
            if sections is None or section in sections
        ]

    def counts(self) -> dict[str, int]:
        """Number of links of the portal by state."""
        rows = self._db.execute(
            "SELECT state, count(*) FROM links WHERE portal = ? GROUP BY state", (self.portal,)
        )
        return dict(rows.fetchall())

    def refusals(self) -> list[Refused]:
        """The refused pages of the portal."""
        rows = self._db.execute(
            "SELECT url, reason, coalesce(detail, ''), coalesce(skeleton, ''),"
            " coalesce(capture, ''), last_run FROM links"
            " WHERE portal = ? AND state = 'refused' ORDER BY reason, skeleton, url",
            (self.portal,),
        )
        return [Refused(*row) for row in rows]

    # Walks

    def unwalked(self, section: str, path: str) -> list[int]:
        """Pages of a listing that are still to be read."""
        rows = self._db.execute(
            "SELECT page FROM walks WHERE portal = ? AND section = ? AND path = ? ORDER BY page",
            (self.portal, section, path),
        )
        return [row[0] for row in rows]

    def to_walk(self, section: str, path: str, page: int) -> bool:
        """Notes a page that is to be read; whether that is news."""
        with self._transaction():
            return bool(
                self._db.execute(
                    "INSERT OR IGNORE INTO walks VALUES (?, ?, ?, ?)",
                    (self.portal, section, path, page),
                ).rowcount
            )

    def walked(self, section: str, path: str, read: list[int], unread: list[int]) -> None:
        """Notes pages that are read, and others that are to be."""
        key = (self.portal, section, path)
        with self._transaction():
            for page in read:
                self._db.execute(
                    "DELETE FROM walks WHERE portal = ? AND section = ? AND path = ? AND page = ?",
                    (*key, page),
                )
            for page in unread:
                self._db.execute("INSERT OR IGNORE INTO walks VALUES (?, ?, ?, ?)", (*key, page))

    # Articles

    def article(self, identifier: str) -> Known | None:
        """The newest revision of an article, `None` if it is not archived."""
        row = self._db.execute(
            "SELECT url, revision, text_sha256 FROM articles WHERE id = ?", (identifier,)
        ).fetchone()
        return Known(*row) if row else None

    def seen_again(self, identifier: str) -> None:
        """Notes that an archived article was read again and is the same."""
        with self._transaction():
            self._db.execute(
                "UPDATE articles SET last_seen = ? WHERE id = ?",
                (stamp(datetime.now(UTC)), identifier),
            )
            self._db.execute(
                "UPDATE links SET state = 'archived', reason = NULL WHERE id = ?", (identifier,)
            )

    def learned(self, path: str) -> bool:
        """Whether the records of an archive file are in the state."""
        return bool(self._db.execute("SELECT 1 FROM files WHERE path = ?", (path,)).fetchone())

    def learn(self, path: str, records: Iterable[dict[str, Any]]) -> int:
        """Takes in the records of an archive file, in one transaction; their number."""
        count = 0
        with self._transaction():
            for item in records:
                count += 1
                self._db.execute(
                    "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (id) DO UPDATE SET"
                    " revision = max(articles.revision, excluded.revision),"
                    " text_sha256 = excluded.text_sha256, run = excluded.run,"
                    " fetched_at = excluded.fetched_at"
                    # A re-extraction of an older capture says nothing of the newest text.
                    " WHERE excluded.revision > articles.revision"
                    " OR excluded.fetched_at >= articles.fetched_at",
                    (
                        item["id"],
                        item["portal"],
                        item["url"],
                        item["revision"],
                        item["text_sha256"],
                        item["run"],
                        item["fetched_at"],
                        item["fetched_at"],
                    ),
                )
                link = Listed(item["id"], item["url"], item["url"], "", item["headline"] or "")
                self._note(link, ARCHIVED, None)
                self._db.execute(
                    "UPDATE links SET state = 'archived', reason = NULL, last_run = ? WHERE id = ?",
                    (item["run"], item["id"]),
                )
            self._db.execute(
                "INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?)",
                (path, self.portal, self.run, count),
            )
        return count

    def _note(self, link: Listed, state: str, reason: str | None) -> None:
        self._db.execute(
            "INSERT INTO links (id, portal, url, address, section, headline, day, state, reason,"
            " first_run, last_run, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen",
            (
                link.id,
                self.portal,
                link.url,
                link.address,
                link.section,
                link.headline,
                link.day.isoformat() if link.day else None,
                state,
                reason,
                self.run,
                self.run,
                stamp(datetime.now(UTC)),
            ),
        )

    def _transaction(self) -> Transaction:
        return Transaction(self._db)
