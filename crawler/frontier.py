"""The frontier: which links are to be fetched, and what became of each.

Here is only what a spider needs to know of it. The one that lasts from run to run is
`crawler.extensions.frontier.StateFrontier`; `MemoryFrontier` serves `scrapy shell` and tests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

__all__ = ["GONE", "MOVED", "OUTSIDE", "Frontier", "Listed", "MemoryFrontier", "is_copy"]

GONE = ("404", "410")
"""Failures that are the portal's last word of a link, until it lists it again."""
MOVED = "leads to"
"""How the reason of a link begins whose address leads to another article's."""
OUTSIDE = "outside the days asked for"
"""Reason of a link that is passed over by what its listing or its address says of its day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A link to an article, as a listing of the portal shows it."""

    id: str
    """`<portal>:<native id>`"""
    url: str
    """Canonical address."""
    address: str
    """Address to be fetched."""
    section: str
    """Name of the section whose listing shows it."""
    headline: str = ""
    day: date | None = None
    """The day printed beside the link, or the one in its address."""


def is_copy(address: str) -> bool:
    """Whether an address is that of a copy in a web archive: it has the portal's within it."""
    return "://" in address[len("https://") :]


class Frontier(Protocol):
    """What the spider tells and asks."""

    def known(self, link: Listed) -> bool:
        """Whether the article is archived already."""

    def pending(
        self, sections: Collection[str] | None, wanted: Callable[[Listed], bool]
    ) -> list[Listed]:
        """Links of `sections` (`None`: of any) that earlier runs left to be fetched and that are
        wanted; they are taken with this."""

    def left_out(
        self, sections: Collection[str] | None, wanted: Callable[[Listed, bool], bool]
    ) -> list[Listed]:
        """Links that earlier runs left out as of other days than were asked for, and that are
        wanted now; they are taken with this. `wanted` is told a link, and whether its day is that
        of its article, which was read."""

    def left(self, section: str) -> list[Listed]:
        """Links of a section that are still to be fetched."""

    def dated(self, section: str) -> list[Listed]:
        """Links of a section whose articles were read, with the days of these."""

    def admit(
        self,
        section: str,
        path: str,
        links: list[Listed],
        ignored: Sequence[tuple[Listed, str]] = (),
    ) -> tuple[list[Listed], int]:
        """Notes that the listing of `section` at `path` shows `links`, and others that are not
        fetched, each with the rule. Gives those to be fetched now, which are taken with this, and
        how many of `links` it had not shown before. With an empty path they are asked for by name,
        and fetched again if they were refused. So is one that came to nothing, of which a copy in
        a web archive is now listed for the first time."""

    def dismissed(self, link: Listed, outcome: str, reason: str) -> None:
        """A link that was to be fetched is not an article to be had: it has `moved` to another's
        address, or is `disallowed` by robots.txt."""

    def refused(self, link: Listed, reason: str, detail: str, skeleton: str, capture: str) -> None:
        """The page arrived and is not understood."""

    def failed(self, link: Listed, reason: str) -> None:
        """The page did not arrive."""

    def unwalked(self, section: str, path: str) -> list[int]:
        """Numbers of the listing pages that earlier runs left unread."""

    def ended(self, section: str, path: str) -> bool:
        """Whether a listing that reaches back was read to its end, for good."""

    def end(self, section: str, path: str) -> None:
        """It is."""

    def walking(self, section: str, path: str, page: int) -> None:
        """A listing page has arrived, and its links are about to be admitted. Until `walked` says
        otherwise, the page after it is to be read, whatever becomes of this run."""

    def walked(
        self, section: str, path: str, page: int, following: int | None, *, again: bool = False
    ) -> None:
        """A listing page is read; `following` is to be read next, `None` if the walk has met what
        is known, or the end. With `again` a later run is to read this page once more, since links
        on it were passed over."""


class MemoryFrontier:
    """A frontier that forgets everything with its process."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def known(self, link: Listed) -> bool:
        return False

    def pending(
        self, sections: Collection[str] | None, wanted: Callable[[Listed], bool]
    ) -> list[Listed]:
        return []

    def left_out(
        self, sections: Collection[str] | None, wanted: Callable[[Listed, bool], bool]
    ) -> list[Listed]:
        return []

    def left(self, section: str) -> list[Listed]:
        return []

    def dated(self, section: str) -> list[Listed]:
        return []

    def admit(
        self,
        section: str,
        path: str,
        links: list[Listed],
        ignored: Sequence[tuple[Listed, str]] = (),
    ) -> tuple[list[Listed], int]:
        fresh = [link for link in links if link.id not in self._seen]
        self._seen.update(link.id for link in fresh)
        return fresh, len(fresh)

    def dismissed(self, link: Listed, outcome: str, reason: str) -> None: ...

    def refused(
        self, link: Listed, reason: str, detail: str, skeleton: str, capture: str
    ) -> None: ...

    def failed(self, link: Listed, reason: str) -> None: ...

    def unwalked(self, section: str, path: str) -> list[int]:
        return []

    def ended(self, section: str, path: str) -> bool:
        return False

    def end(self, section: str, path: str) -> None: ...

    def walking(self, section: str, path: str, page: int) -> None: ...

    def walked(
        self, section: str, path: str, page: int, following: int | None, *, again: bool = False
    ) -> None: ...
