"""The state: what is known of every link and every article, in one SQLite file.

Derived from files, and made anew from them where it is missing: what is archived stands in the
archive, what became of every link in the ledgers that the runs leave (`crawler.stores.ledger`).
Portals share the file; each run writes the rows of its own portal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from crawler.frontier import Listed
from crawler.moments import stamp
from crawler.stores.segments import run_of
from crawler.stores.walks import Walks

__all__ = [
    "ARCHIVED",
    "FAILED",
    "IGNORED",
    "PENDING",
    "REFUSED",
    "Known",
    "Refused",
    "State",
]

PENDING, ARCHIVED, REFUSED, FAILED, IGNORED = "pending", "archived", "refused", "failed", "ignored"


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


class State(Walks):
    """The state of one portal."""

    # Links

    def admit(
        self,
        section: str,
        path: str,
        links: Iterable[Listed],
        ignored: Iterable[tuple[Listed, str]] = (),
    ) -> tuple[list[tuple[str, str]], int]:
        """Notes that the listing of `section` at `path` shows `links`, and others that a rule
        passes over, in one transaction.

        Gives (state before, reason) for each in order, the state `""` for one never seen, and how
        many of them were not seen on this listing before.
        """
        before: list[tuple[str, str]] = []
        fresh = 0
        with self.transaction():
            for link, rule in ignored:
                self._ignore(link, rule)
            for link in links:
                rows = self.ask(
                    "SELECT state, coalesce(reason, '') FROM links WHERE id = ?", (link.id,)
                )
                before.append((rows[0][0], rows[0][1]) if rows else ("", ""))
                self._note(link, PENDING, None)
                fresh += self.tell(
                    "INSERT OR IGNORE INTO sightings VALUES (?, ?, ?, ?, ?)",
                    (self.portal, section, path, link.id, self.run),
                )
        return before, fresh

    def take(self, ids: Iterable[str]) -> None:
        """Sets links to pending: this run is about to fetch them."""
        with self.transaction():
            for one in ids:
                self.tell(
                    "UPDATE links SET state = 'pending', reason = NULL"
                    " WHERE id = ? AND (state, reason IS NULL) != ('pending', 1)",
                    (one,),
                )

    def settle(self, link: Listed, state: str, reason: str, **more: str) -> None:
        """Notes how the fetching of a link ended, unless its article is archived."""
        with self.transaction():
            self._note(link, state, reason)
            self.tell(
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
        rows = self.ask("SELECT state FROM links WHERE id = ?", (identifier,))
        return rows[0][0] if rows else ""

    def attempts(self, identifier: str) -> int:
        """How often fetching a link has failed."""
        rows = self.ask("SELECT attempts FROM links WHERE id = ?", (identifier,))
        return rows[0][0] if rows else 0

    def open_links(self, sections: Collection[str] | None, max_attempts: int) -> list[Listed]:
        """Links to be fetched: pending ones, and those that failed for a passing reason."""
        rows = self.ask(
            "SELECT id, url, address, section, headline, day FROM links"
            " WHERE portal = ? AND (state = 'pending' OR (state = 'failed' AND attempts < ?"
            " AND reason NOT IN ('404', '410'))) ORDER BY last_seen, id",
            (self.portal, max_attempts),
        )
        return [
            Listed(one, url, address, section, headline, date.fromisoformat(day) if day else None)
            for one, url, address, section, headline, day in rows
            if sections is None or section in sections
        ]

    def counts(self) -> dict[str, int]:
        """Number of links of the portal by state."""
        return dict(
            self.ask(
                "SELECT state, count(*) FROM links WHERE portal = ? GROUP BY state", (self.portal,)
            )
        )

    def refusals(self) -> list[Refused]:
        """The refused pages of the portal."""
        rows = self.ask(
            "SELECT url, reason, coalesce(detail, ''), coalesce(skeleton, ''),"
            " coalesce(capture, ''), last_run FROM links"
            " WHERE portal = ? AND state = 'refused' ORDER BY reason, skeleton, url",
            (self.portal,),
        )
        return [Refused(*row) for row in rows]

    # Articles

    def article(self, identifier: str) -> Known | None:
        """The newest revision of an article, `None` if it is not archived."""
        rows = self.ask(
            "SELECT url, revision, text_sha256 FROM articles WHERE id = ?", (identifier,)
        )
        return Known(*rows[0]) if rows else None

    def seen_again(self, identifier: str) -> None:
        """Notes that an archived article was read again and is the same."""
        with self.transaction():
            self.tell("UPDATE articles SET last_seen = ? WHERE id = ?", (_now(), identifier))
            self._is_archived(identifier)

    def is_new(self) -> bool:
        """Whether nothing is known of the portal."""
        return not any(
            self.ask(f"SELECT 1 FROM {table} WHERE portal = ? LIMIT 1", (self.portal,))
            for table in ("files", "links")
        )

    def learned(self, path: str) -> bool:
        """Whether the records of an archive file are in the state."""
        return bool(self.ask("SELECT 1 FROM files WHERE path = ?", (path,)))

    def learn(self, path: str, records: Iterable[dict[str, Any]]) -> int:
        """Takes in the records of an archive file, in one transaction; their number."""
        count = 0
        with self.transaction():
            for item in records:
                count += 1
                self._learn(item)
            self.tell(
                "INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?)",
                (path, self.portal, run_of(path), count),
            )
        return count

    def _learn(self, item: dict[str, Any]) -> None:
        identifier, run, fetched_at = item["id"], item["run"], item["fetched_at"]
        self.tell(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " revision = max(articles.revision, excluded.revision),"
            " text_sha256 = excluded.text_sha256, run = excluded.run,"
            " fetched_at = excluded.fetched_at"
            # A re-extraction of an older capture says nothing of the newest text.
            " WHERE excluded.revision > articles.revision"
            " OR excluded.fetched_at >= articles.fetched_at",
            (
                identifier,
                item["portal"],
                item["url"],
                item["revision"],
                item["text_sha256"],
                run,
                fetched_at,
                fetched_at,
            ),
        )
        link = Listed(identifier, item["url"], item["url"], "", item["headline"] or "")
        self._note(link, ARCHIVED, None, run, fetched_at)
        self._is_archived(identifier, run)

    def _is_archived(self, identifier: str, run: str | None = None) -> None:
        self.tell(
            "UPDATE links SET state = 'archived', reason = NULL, last_run = coalesce(?, last_run)"
            " WHERE id = ?",
            (run, identifier),
        )

    def _ignore(self, link: Listed, reason: str) -> None:
        self._note(link, IGNORED, reason)
        self.tell(
            "UPDATE links SET reason = ? WHERE id = ? AND state = 'ignored' AND reason != ?",
            (reason, link.id, reason),
        )

    def _note(
        self,
        link: Listed,
        state: str,
        reason: str | None,
        run: str | None = None,
        seen: str | None = None,
    ) -> None:
        """Makes the row of a link that has none; a link seen on a page moves `last_seen`."""
        self.tell(
            "INSERT INTO links (id, portal, url, address, section, headline, day, state, reason,"
            " first_run, last_run, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)",
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
                run or self.run,
                run or self.run,
                seen or _now(),
            ),
        )


def _now() -> str:
    return stamp(datetime.now(UTC))
