"""What a run with `-a since=` walks besides the sections: what reaches back to the days asked for.

Listings by day, month and year and the Wayback Machine's index are read period by period, each from
its first page to its last by one run; a period that is over and was read to its end is never read
again, since what it shows of other days is kept in the frontier until it is asked for. Articles
without a listing are tried by their numbers, a block at a time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from scrapy import Request, signals
from scrapy.http import Response

from crawler import wayback
from crawler.archives import Archive, Block, IdWalk
from crawler.pages import ListingPage, PageError
from crawler.sifting import sift
from crawler.walker import Walker

__all__ = ["Backfill"]

_DAY = timedelta(days=1)
_COPIED = timedelta(days=31)
"""Time after its end in which the Wayback Machine takes further copies of what is of a month."""
_ASTRAY = timedelta(days=3)
"""Days by which articles may be outside of the period whose listing shows them."""
_INDEX_TIMEOUT = 300
"""Seconds for an answer of the Wayback Machine's index, which looks through a whole domain."""
_Blocks = dict[Block, list[date]]
"""Blocks of numbers, each with the days by which it is still to be tried."""


class Backfill(Walker):
    """Walks what reaches back, after the sections."""

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name, **arguments)
        if self.selection.via:
            self.allowed_domains = [*self.allowed_domains, wayback.HOST]  # type: ignore[misc]

    async def start(self) -> AsyncIterator[Any]:
        async for request in super().start():
            yield request
        since, until = self.selection.since, self.reach.until
        if since is None or since > until or "section" in self.arguments:
            return
        # What covers the window is noted before anything is asked for.
        listings = list(self._listings(since, until))
        walks = {
            name: self._blocks(name, archive, since, until)
            for name, archive in self.archives.items()
            if isinstance(archive, IdWalk)
        }
        index = list(self._index(since, until)) if self.selection.via else []
        for section, path in listings:
            for request in self.listing_request(section, path, 1):
                yield request
        for name, blocks in walks.items():
            async for request in self._by_number(name, blocks, since, until):
                yield request
        for section, path in index:
            for request in self.listing_request(section, path, 1):
                yield request

    def closed(self, reason: str) -> None:
        """Numbers that are noted and still to be fetched are not read."""
        for name, walk in self.archives.items():
            if self.selection.since and isinstance(walk, IdWalk):
                for link in self.frontier.left(name):
                    address = self.identify(link.url)
                    if address and address.native.isdecimal():
                        self.reach.unread(name, walk.block(int(address.native)).name)

    # Periods

    def _listings(self, since: date, until: date) -> Iterator[tuple[str, str]]:
        for name, archive in self.archives.items():
            if isinstance(archive, Archive):
                for first, last in archive.periods(since, until):
                    path = archive.path.format(since=first, until=last)
                    yield from self._period(name, path, first, last)

    def _index(self, since: date, until: date) -> Iterator[tuple[str, str]]:
        domains = self.wayback_domains or self.allowed_domains[:-1]
        for path, first, last in wayback.queries(domains, self.wayback, since, until):
            yield from self._period(wayback.SECTION, path, first, last, slack=0)

    def _period(
        self, name: str, path: str, first: date, last: date, slack: int | None = None
    ) -> Iterator[tuple[str, str]]:
        """The listing of a period, unless an earlier run has read all of it."""
        done = self.frontier.ended(name, path)
        self.reach.period(name, path, first, last, done=done, slack=slack)
        if not done:
            yield name, path

    def layouts(self, section: str) -> Sequence[type[ListingPage]]:
        return (wayback.CdxPage,) if section == wayback.SECTION else super().layouts(section)

    def page_addresses(self, section: str, path: str, page: int) -> tuple[str, ...]:
        if section == wayback.SECTION:
            return (path,)
        return super().page_addresses(section, path, page)

    def page_request(self, urls: Sequence[str], section: str, path: str, page: int) -> Request:
        request = super().page_request(urls, section, path, page)
        if section == wayback.SECTION:
            request.meta["download_timeout"] = _INDEX_TIMEOUT
        return request

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        section, path, page = kwargs["section"], kwargs["path"], kwargs["page"]
        if section in self.sections:
            yield from super().parse(response, **kwargs)
            return
        listing = self.read_listing(response, section)
        if listing is None:
            return
        read, links = listing
        sifted = sift(self, self.selection, section, links)
        archive = self.archives.get(section)
        if isinstance(archive, Archive) and self._is_of_other_days(section, path, sifted.days):
            self.refuse_listing(response, section, PageError("a listing of other days"))
            return
        taken, _ = self.frontier.admit(section, path, sifted.admitted, sifted.ignored)
        self.look_at_days(read, section, page, sifted.days)
        over = self.is_repeated(section, path, links)
        goes_on = read.onward is not None
        if not goes_on and isinstance(archive, Archive) and archive.paged and links:
            goes_on = not over and (read.pages is None or page < read.pages)
        if not goes_on:
            self._end(section, path)
        for link in taken:
            yield self.article_request(link)
        if goes_on:
            yield from self.listing_request(section, path, page + 1, read.onward)

    def _is_of_other_days(self, section: str, path: str, days: list[date]) -> bool:
        """Whether what came is another listing: the home page in the place of one that is gone."""
        first, last = self.reach.span(section, path)
        return bool(days) and not any(first - _ASTRAY <= day <= last + _ASTRAY for day in days)

    def ends(self, section: str, path: str, page: int) -> bool:
        if section in self.sections:
            return super().ends(section, path, page)
        if section == wayback.SECTION:
            return False
        self._end(section, path)
        return True

    def _end(self, section: str, path: str) -> None:
        """The listing of a period is read to its end."""
        self._shown.pop((section, path), None)
        self.reach.read(section, path)
        _, last = self.reach.span(section, path)
        if last + (_COPIED if section == wayback.SECTION else timedelta()) < self.today:
            self.frontier.end(section, path)

    # Numbers

    def _blocks(self, name: str, walk: IdWalk, since: date, until: date) -> _Blocks:
        """The blocks of the window, but for those that earlier runs have tried."""
        found = {}
        for block in walk.blocks(since, until):
            days = [d for d in block.days if not self.frontier.ended(name, _path(walk, block, d))]
            span = block.first, block.last
            self.reach.period(name, block.name, *span, done=not days, slack=walk.slack)
            if days:
                found[block] = days
        return found

    async def _by_number(
        self, name: str, blocks: _Blocks, since: date, until: date
    ) -> AsyncIterator[Request]:
        """Requests for articles that no listing shows, nearest to the window first. What the days
        of those that were read say is of other days is not tried: numbers rise with time."""
        walk = self.archives[name]
        assert isinstance(walk, IdWalk)
        while blocks:
            known = self._known_numbers(name)
            block = walk.nearest(blocks, known, since, until)
            days = blocks.pop(block)
            self.reach.read(name, block.name)
            if walk.is_elsewhere(block, known, since, until):
                continue
            requests = self._block_requests(name, walk, block, days)
            for request in requests:
                yield request
            while requests and self._is_waiting():
                # What has been sent says of which days the numbers are.
                await self.crawler.signals.wait_for(signals.scheduler_empty)

    def _is_waiting(self) -> bool:
        engine = self.crawler.engine
        slot = engine._slot if engine is not None else None
        return (
            slot is not None
            and slot.scheduler is not None
            and (slot.scheduler.has_pending_requests())
        )

    def _known_numbers(self, name: str) -> list[tuple[int, date]]:
        """The numbers of articles that were read, with their days, rising."""
        found = []
        for link in self.frontier.dated(name):
            address = self.identify(link.url)
            if address and address.native.isdecimal() and link.day:
                found.append((int(address.native), link.day))
        return sorted(found)

    def _block_requests(
        self, name: str, walk: IdWalk, block: Block, days: list[date]
    ) -> list[Request]:
        """The requests for a block, which is done with as soon as its links are noted. One in which
        there may yet be articles is tried again by another run."""
        links = [
            link
            for number in block.numbers
            if (link := self.listed(walk.addresses(number, days)[0], name))
        ]
        taken = self.frontier.admit(name, _path(walk, block, days[0]), links)[0]
        if block.last + timedelta(days=walk.slack) < self.today:
            for day in days:
                self.frontier.end(name, _path(walk, block, day))
        found = []
        for link in taken:
            address = self.identify(link.url)
            assert address is not None
            number = int(address.native)
            tried = walk.addresses(number, days)
            known = {*walk.addresses(number), *tried}
            others = [url for url in self.others(link) if url not in known]
            found.append(self.article_request(link, [*tried[1:], *others]))
        return found


def _path(walk: IdWalk, block: Block, day: date) -> str:
    """What stands for the numbers of a block, tried with a day, as the path of a listing does."""
    return f"{block.name} {walk.stamp(day)}".rstrip()
