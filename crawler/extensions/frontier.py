"""The frontier that lasts from run to run: the spider's questions, answered from the state."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Self, TypeVar

from scrapy import Spider, signals
from scrapy.exceptions import DropItem
from twisted.internet.task import LoopingCall

from crawler.frontier import GONE, MOVED, OUTSIDE, Listed, is_copy
from crawler.items import Article
from crawler.stores import ledger
from crawler.stores.jsonl import encode
from crawler.stores.run import Run, StorageError
from crawler.stores.state import ARCHIVED, FAILED, IGNORED, REFUSED

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["StateFrontier"]

T = TypeVar("T")
_READ_OUTSIDE = f"published {OUTSIDE}"
"""Reason of a link that is left out by the day its article itself prints."""


class StateFrontier:
    """Answers `crawler.frontier.Frontier`, and counts by section what becomes of the links.

    Stats `sections/<section>/<outcome>`: a listing's `listed` = `new` + `known` + `ignored`; what
    is to be fetched, `new` + `resumed`, ends as `archived`, `unchanged`, `refused`, `failed`,
    `outside` (of the days asked for), `moved` (to another article), `disallowed` (by robots.txt)
    or is still `pending`.

    Writes `links/<portal>/<year>/<run>.jsonl`, the ledger, at the end and whenever a segment's time
    is over. Settings: `FAILED_ATTEMPTS`, `SEGMENT_SECONDS`.
    """

    def __init__(self, run: Run, crawler: Crawler) -> None:
        self._run = run
        self._state = run.state
        self._stats = crawler.stats
        self._max_attempts = crawler.settings.getint("FAILED_ATTEMPTS")
        self._ledger = run.file("links", ".jsonl", max_bytes=2**40, max_seconds=math.inf)
        self._seconds = crawler.settings.getfloat("SEGMENT_SECONDS")
        self._loop = LoopingCall(self.write_ledger)
        self._open: dict[str, Listed] = {}
        self._taken: set[str] = set()
        self._provisional: set[tuple[str, str, int]] = set()
        """Listing pages that are to be read only for this run's sake."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        frontier = cls(Run.of(crawler), crawler)
        connect = crawler.signals.connect
        connect(frontier.spider_opened, signal=signals.spider_opened)
        connect(frontier.item_scraped, signal=signals.item_scraped)
        connect(frontier.item_dropped, signal=signals.item_dropped)
        connect(frontier.spider_closed, signal=signals.spider_closed)
        connect(frontier.engine_stopped, signal=signals.engine_stopped)
        return frontier

    def spider_opened(self, spider: Spider) -> None:
        spider.frontier = self  # type: ignore[attr-defined]
        self._loop.start(self._seconds, now=False)

    # What the spider asks

    def known(self, link: Listed) -> bool:
        return self._guarded(lambda: self._state.state_of(link.id) == ARCHIVED, True)

    def pending(
        self, sections: Collection[str] | None, wanted: Callable[[Listed], bool]
    ) -> list[Listed]:
        nothing: list[Listed] = []
        found = self._guarded(lambda: self._state.open_links(sections, self._max_attempts), nothing)
        resumed = [link for link in found if wanted(link) and link.id not in self._taken]
        self._take(resumed, "resumed")
        return resumed

    def left_out(
        self, sections: Collection[str] | None, wanted: Callable[[Listed, bool], bool]
    ) -> list[Listed]:
        found: list[Listed] = []
        nothing: list[Listed] = []
        for reason in (OUTSIDE, _READ_OUTSIDE):
            links = self._guarded(partial(self._state.ignored, sections, reason), nothing)
            found += [link for link in links if wanted(link, reason == _READ_OUTSIDE)]
        found = [link for link in found if link.id not in self._taken]
        self._take(found, "resumed")
        return found

    def left(self, section: str) -> list[Listed]:
        return self._guarded(lambda: self._state.open_links([section], self._max_attempts), [])

    def dated(self, section: str) -> list[Listed]:
        return self._guarded(lambda: self._state.dated(section), [])

    def admit(
        self,
        section: str,
        path: str,
        links: list[Listed],
        ignored: Sequence[tuple[Listed, str]] = (),
    ) -> tuple[list[Listed], int]:
        for link, _ in ignored:
            self._count(link.section, "listed")
            self._count(link.section, "ignored")
        nothing: tuple[list[tuple[str, str]], int] = ([], 0)
        before, fresh = self._guarded(
            lambda: self._state.admit(section, path, links, ignored), nothing
        )
        copies = [link for link in links if is_copy(link.address)]
        none: set[str] = set()
        copied = self._guarded(lambda: self._state.copied(copies), none) if copies else none
        taken: dict[str, list[Listed]] = {"new": [], "resumed": []}
        for link, (state, reason) in zip(links, before, strict=False):
            self._count(section, "listed")
            self._count(section, "known" if state else "new")
            if link.id in self._open or state == ARCHIVED:
                continue
            if link.id not in copied and (
                link.id in self._taken or (path and self._is_done(link, state, reason))
            ):
                continue
            taken["resumed" if state else "new"].append(link)
        self._take(taken["resumed"], "resumed")
        self._take(taken["new"], None)
        return taken["new"] + taken["resumed"], fresh

    def unwalked(self, section: str, path: str) -> list[int]:
        return self._guarded(lambda: self._state.unwalked(section, path), [])

    def ended(self, section: str, path: str) -> bool:
        return self._guarded(lambda: self._state.is_ended(section, path), True)

    # What the spider tells

    def end(self, section: str, path: str) -> None:
        self._guarded(lambda: self._state.end(section, path), None)

    def walking(self, section: str, path: str, page: int) -> None:
        if self._guarded(lambda: self._state.to_walk(section, path, page + 1), False):
            self._provisional.add((section, path, page + 1))

    def walked(
        self, section: str, path: str, page: int, following: int | None, *, again: bool = False
    ) -> None:
        read = [] if again else [page]
        if following is None and (section, path, page + 1) in self._provisional:
            read.append(page + 1)
        unread = [page] if again else []
        self._guarded(lambda: self._state.walked(section, path, read, unread), None)

    def dismissed(self, link: Listed, outcome: str, reason: str) -> None:
        self._close(link.id, outcome)
        self._guarded(lambda: self._state.settle(link, IGNORED, reason), None)

    def refused(self, link: Listed, reason: str, detail: str, skeleton: str, capture: str) -> None:
        if self._has_copy(link):
            return
        self._close(link.id, "refused")
        self._guarded(
            lambda: self._state.settle(
                link, REFUSED, reason, detail=detail, skeleton=skeleton, capture=capture
            ),
            None,
        )

    def failed(self, link: Listed, reason: str) -> None:
        if reason in GONE and self._has_copy(link):
            return
        self._close(link.id, "failed")
        self._guarded(lambda: self._state.settle(link, FAILED, reason), None)

    # What the pipelines make of it

    def item_scraped(self, item: object) -> None:
        if isinstance(item, Article) and item.id:
            link = self._open.get(item.id)
            if link and link.day is None:
                self._note_day(link, item)
            self._close(item.id, "archived")

    def item_dropped(self, item: object, exception: DropItem) -> None:
        if not isinstance(item, Article) or not item.id:
            return
        outcome = getattr(exception, "outcome", None)
        link = self._open.get(item.id)
        if outcome == "outside" and link:
            self._guarded(lambda: self._state.settle(link, IGNORED, _READ_OUTSIDE), None)
            self._note_day(link, item)
        if outcome:
            self._close(item.id, outcome)

    def spider_closed(self) -> None:
        for link in self._open.values():
            self._count(link.section, "pending")
        if self._loop.running:
            self._loop.stop()

    def engine_stopped(self) -> None:
        self.write_ledger()

    def write_ledger(self) -> None:
        """Brings what has changed since the last time to the disk."""
        self._guarded(self._write_ledger, None)

    def _write_ledger(self) -> None:
        for lines in ledger.changes(self._state):
            self._run.keep(partial(self._ledger.write, *map(encode, lines)))
        self._run.keep(self._ledger.close)
        self._run.settle()
        if self._run.failure is None:
            ledger.forget_changes(self._state)

    def _take(self, links: list[Listed], outcome: str | None) -> None:
        for link in links:
            self._taken.add(link.id)
            self._open[link.id] = link
            if outcome:
                self._count(link.section, outcome)
        if outcome:
            self._guarded(lambda: self._state.take(link.id for link in links), None)

    def _note_day(self, link: Listed, item: Article) -> None:
        if item.published_at:
            day = date.fromisoformat(item.published_at[:10])
            self._guarded(lambda: self._state.note_day(link.id, day), None)

    def _has_copy(self, link: Listed) -> bool:
        """Whether a copy of a link that was fetched without it is known by now: the link is left to
        the next run that may ask for it."""
        if is_copy(link.address):
            return False
        return is_copy(self._guarded(lambda: self._state.address(link.id), ""))

    def _is_done(self, link: Listed, state: str, reason: str) -> bool:
        """Whether a link that is not archived is left alone though a listing shows it."""
        if state == FAILED and reason in GONE:
            return self._guarded(lambda: self._state.attempts(link.id) >= self._max_attempts, True)
        return state == REFUSED or (state == IGNORED and reason.startswith(MOVED))

    def _close(self, identifier: str, outcome: str) -> None:
        if link := self._open.pop(identifier, None):
            self._count(link.section, outcome)

    def _count(self, section: str, outcome: str) -> None:
        if self._stats is not None:
            self._stats.inc_value(f"sections/{section}/{outcome}")

    def _guarded(self, ask: Callable[[], T], otherwise: T) -> T:
        """The state's answer, or, once storage has failed, `otherwise`."""
        if self._run.failure is not None:
            return otherwise
        try:
            return ask()
        except StorageError as error:
            self._run.fail(error)
            return otherwise
