"""The walk through a portal's listings, section by section.

What has been seen, what is still to be fetched and what was archived is not the walker's business:
it asks its `frontier`. What reaches further back is `crawler.backfill`'s, and what is made of an
article's page is `crawler.portal`'s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.facts import PortalFacts
from crawler.failures import is_of_the_run, reason_of, stop_if_unreachable
from crawler.frontier import Frontier, Listed, MemoryFrontier, is_copy
from crawler.pages import Link, ListingPage, PageError, recognise
from crawler.reach import Reach
from crawler.selection import Selection
from crawler.sifting import sift
from crawler.text import printable

__all__ = ["Walker"]


class Walker(PortalFacts):
    """Walks the listings of a portal, and asks for the articles they show."""

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name)
        self.arguments = arguments
        self.selection = self.select(arguments)
        self.frontier: Frontier = MemoryFrontier()
        self.today = datetime.now(ZoneInfo(self.timezone)).date()
        """The portal's day."""
        until = self.selection.until or self.today
        self.reach = Reach(self.selection.since, min(until, self.today))
        self._visited: dict[str, set[int | str]] = {}
        self._shown: dict[tuple[str, str], list[str]] = {}
        """What the last page of a listing showed."""

    @classmethod
    def select(cls, arguments: Mapping[str, str]) -> Selection:
        """What `-a NAME=VALUE` ask for. Raises `UsageProblem`."""
        return Selection.parse(cls.sections, lambda url: bool(cls.fetchable(url)), arguments)

    def article_request(self, link: Listed, others: Sequence[str] | None = None) -> Request:
        """The request for the page of an article; `others` are addresses to be tried after that of
        the link, by default all that it may have."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """What earlier runs left to be fetched, then the listings."""
        selection = self.selection
        if selection.url:
            link = self.listed(selection.url, "url")
            assert link is not None
            if self.frontier.known(link):
                self.logger.warning(f"{link.url} is archived already: not fetched again")
                return
            for taken in self.frontier.admit("url", "", [link])[0]:
                yield self.article_request(taken)
            return
        everything = set(selection.sections) == set(self.sections)
        sections = None if everything else selection.sections
        for link in self.frontier.pending(sections, self._is_wanted):
            yield self.article_request(link)
        if selection.since:
            for link in self.frontier.left_out(sections, self._is_wanted):
                yield self.article_request(link)
        for name in selection.sections:
            for path in self.sections[name].paths:
                for request in self._walk(name, path):
                    yield request

    def _is_wanted(self, link: Listed, was_read: bool = False) -> bool:
        """Whether a link that an earlier run left is one of this run's. One that has a copy only is
        left to a run that may ask for it."""
        if is_copy(link.address) and not self.selection.via:
            return False
        address = None if was_read else self.identify(link.url)
        return not self.selection.outside(link.day, address.day if address else None)

    # Listings

    def _walk(self, section: str, path: str) -> Iterator[Request]:
        first = self.listing_addresses(path, 1)
        for page in sorted({1, *self.frontier.unwalked(section, path)}):
            # A page that only the one before it names is come to by way of it.
            if page == 1 or self.listing_addresses(path, page) != first:
                yield from self.listing_request(section, path, page)

    def listing_request(
        self, section: str, path: str, page: int, address: str | None = None
    ) -> Iterator[Request]:
        """The request for a listing's page, unless this run has it or goes no deeper. `address` is
        where the listing itself says it is."""
        visited = self._visited.setdefault(section + path, set())
        if (address or page) in visited or len(visited) >= self.depth(section):
            return
        visited.add(address or page)
        addresses = (address,) if address else self.page_addresses(section, path, page)
        yield self.page_request(addresses, section, path, page)

    def depth(self, section: str) -> float:
        """How many pages of a listing a run walks at most: to the first of the days asked for, if
        there is one."""
        if self.selection.since and not self.selection.pages:
            return float("inf")
        return self.selection.pages or self.settings.getint("LISTING_PAGES")

    def layouts(self, section: str) -> Sequence[type[ListingPage]]:
        """Layouts that listings of a section have."""
        return self.listings

    def page_addresses(self, section: str, path: str, page: int) -> tuple[str, ...]:
        """Where a page of a listing may be."""
        return self.listing_addresses(path, page)

    def page_request(self, urls: Sequence[str], section: str, path: str, page: int) -> Request:
        """The request for the first of `urls`; the others are tried when it is not there."""
        return Request(
            urls[0],
            callback=self.parse,
            errback=self.listing_failed,
            cb_kwargs={"section": section, "path": path, "page": page, "others": urls[1:]},
            dont_filter=True,
            **self.listing_options(path, page),
        )

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        """A listing → the articles to be fetched, and the next page while there is news."""
        section, path, page = kwargs["section"], kwargs["path"], kwargs["page"]
        listing = self.read_listing(response, section)
        if listing is None:
            return
        read, links = listing
        sifted = sift(self, self.selection, section, links)
        address = read.onward
        paged = bool(address) or self.sections[section].paged
        if paged:
            self.frontier.walking(section, path, page)
        taken, fresh = self.frontier.admit(section, path, sifted.admitted, sifted.ignored)
        sides = sifted.sides
        self.look_at_days(read, section, page, sifted.days)
        passed_over = "before" in sides or "after" in sides
        finished = not paged or (not links and not address)
        finished = finished or (read.pages is not None and page >= read.pages)
        finished = finished or self.is_repeated(section, path, links)
        finished = finished or set(sides) == {"before"}
        finished = finished or not (fresh or "after" in sides or address)
        onward = None if finished else page + 1
        self.frontier.walked(section, path, page, onward, again=passed_over)
        for link in taken:
            yield self.article_request(link)
        if onward:
            yield from self.listing_request(section, path, onward, address)

    def is_repeated(self, section: str, path: str, links: list[Link]) -> bool:
        """Whether a page shows what the one before it did: some give their last page for any number
        beyond."""
        shown = [link.href for link in links]
        before = self._shown.get((section, path))
        self._shown[section, path] = shown
        return shown == before

    def look_at_days(self, read: ListingPage, section: str, page: int, days: list[date]) -> None:
        """Notes how far back a listing goes, and whether what should be new is."""
        if not days:
            return
        self.reach.listed(section, days)
        limit, today = self.settings.getint("FEED_STALE_DAYS"), self.today
        newest = max((day for day in days if day <= today + timedelta(days=1)), default=today)
        is_feed = read.feed and page == 1 and section in self.sections
        if is_feed and limit and (today - newest).days > limit:
            assert self.crawler.stats is not None
            self.crawler.stats.set_value(f"feeds/dead/{section}", newest.isoformat())
            self.logger.warning(f"dead feed, newest entry of {newest}: {read.url}")

    def read_listing(
        self, response: Response, section: str
    ) -> tuple[ListingPage, list[Link]] | None:
        """A page of a listing and its links, `None` if it is refused."""
        try:
            page = recognise(response, self.layouts(section))
            links = page.links
            self._count("listings/read", section, "listings")
            return page, links
        except PageError as error:
            refused = error
        except Exception as error:
            self.logger.exception(f"the reader failed: {response.url}")
            refused = PageError("the reader failed", repr(error))
        self.refuse_listing(response, section, refused)
        return None

    def refuse_listing(self, response: Response, section: str, error: PageError) -> None:
        """The page arrived and is no listing of what was asked for."""
        self._count(f"listings/refused/{error.reason}", section, "listings_refused")
        self.logger.warning(f"listing refused, {printable(str(error))}: {response.url}")

    def listing_failed(self, failure: Failure) -> Iterator[Any]:
        """A listing that did not arrive: its other address, or the end of the walk."""
        request = failure.request  # type: ignore[attr-defined]
        where = request.cb_kwargs
        section, path, page = where["section"], where["path"], where["page"]
        reason = reason_of(failure)
        if is_of_the_run(reason):
            return
        if reason in ("404", "410"):
            if where["others"]:
                yield self.page_request(where["others"], section, path, page)
                return
            if page > 1 and self.ends(section, path, page):
                self._count("listings/ended", section, "listings_ended")
                return
            self._count("listings/missing", section, "listings_missing")
        stop_if_unreachable(self.crawler, reason)
        self._count(f"listings/failed/{reason}", section, "listings_failed")
        self.logger.info(f"listing failed, {reason}: {request.url}")

    def ends(self, section: str, path: str, page: int) -> bool:
        """Notes that a page after the first is not there; whether the one before was the last."""
        self.frontier.walked(section, path, page, None)
        return True

    def _count(self, key: str, section: str = "", outcome: str = "") -> None:
        stats = self.crawler.stats
        assert stats is not None
        stats.inc_value(key)
        if section:
            stats.inc_value(f"sections/{section}/{outcome}")
