"""How far listings were walked: the pages of them that are still to be read, and which are done;
and what backfill asks of the links: where, and of which day, they are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from crawler.frontier import Listed
from crawler.stores.tables import Tables

__all__ = ["Walks"]


class Walks(Tables):
    """The part of the state that is of listing pages, and of the days of links."""

    def unwalked(self, section: str, path: str) -> list[int]:
        """Pages of a listing that are still to be read."""
        rows = self.ask(
            "SELECT page FROM walks WHERE portal = ? AND section = ? AND path = ? AND page != 0"
            " ORDER BY page",
            (self.portal, section, path),
        )
        return [row[0] for row in rows]

    def is_ended(self, section: str, path: str) -> bool:
        """Whether a listing that reaches back was read to its end, for good: it has a page 0."""
        found = self.ask(
            "SELECT 1 FROM walks WHERE portal = ? AND section = ? AND path = ? AND page = 0",
            (self.portal, section, path),
        )
        return bool(found)

    def end(self, section: str, path: str) -> None:
        """Notes that a listing was read to its end, for good."""
        self.walked(section, path, self.unwalked(section, path), [0])

    def to_walk(self, section: str, path: str, page: int) -> bool:
        """Notes a page that is to be read; whether that is news."""
        with self.transaction():
            return bool(
                self.tell(
                    "INSERT OR IGNORE INTO walks VALUES (?, ?, ?, ?)",
                    (self.portal, section, path, page),
                )
            )

    def walked(self, section: str, path: str, read: list[int], unread: list[int]) -> None:
        """Notes pages that are read, and others that are to be."""
        key = (self.portal, section, path)
        with self.transaction():
            for page in read:
                self.tell(
                    "DELETE FROM walks WHERE portal = ? AND section = ? AND path = ? AND page = ?",
                    (*key, page),
                )
            for page in unread:
                self.tell("INSERT OR IGNORE INTO walks VALUES (?, ?, ?, ?)", (*key, page))

    # Links: where, and of which day

    def listed(self, condition: str, parameters: Collection[str]) -> list[Listed]:
        """Links of the portal for which a condition of SQL holds, those not seen for longest
        first."""
        rows = self.ask(
            "SELECT id, url, address, section, headline, day FROM links"
            f" WHERE portal = ? AND {condition} ORDER BY last_seen, id",
            (self.portal, *parameters),
        )
        return [
            Listed(*row, date.fromisoformat(day) if day else None)  # type: ignore[call-arg]
            for *row, day in rows
        ]

    def ignored(self, sections: Collection[str] | None, reason: str) -> list[Listed]:
        """Links of `sections` (`None`: of any) that are ignored for a reason."""
        found = self.listed("state = 'ignored' AND reason = ?", [reason])
        return [link for link in found if sections is None or link.section in sections]

    def dated(self, section: str) -> list[Listed]:
        """Links of a section whose day is known."""
        return self.listed("section = ? AND day IS NOT NULL", [section])

    def note_day(self, identifier: str, day: date) -> None:
        """Notes of which day an article is."""
        with self.transaction():
            self.tell(
                "UPDATE links SET day = ? WHERE id = ? AND day IS NOT ?",
                (day.isoformat(), identifier, day.isoformat()),
            )

    def address(self, identifier: str) -> str:
        """Where a link is to be fetched, `""` for one never seen."""
        rows = self.ask("SELECT address FROM links WHERE id = ?", (identifier,))
        return rows[0][0] if rows else ""

    def copied(self, links: Collection[Listed]) -> set[str]:
        """Notes where copies of articles are; ids of those of which none was known."""
        found = set()
        with self.transaction():
            for link in links:
                host = "/".join(link.address.split("/")[:3])
                if self.tell(
                    "UPDATE links SET address = ? WHERE id = ? AND address NOT LIKE ?",
                    (link.address, link.id, f"{host}/%"),
                ):
                    found.add(link.id)
        return found
