"""How far listings were walked: the pages of them that are still to be read, and which are done."""

from __future__ import annotations

from crawler.stores.tables import Tables

__all__ = ["Walks"]


class Walks(Tables):
    """The part of the state that is of listing pages."""

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
