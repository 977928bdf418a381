"""The walk through a portal's listings: sections, what reaches further back, the Wayback Machine.

What has been seen, what is still to be fetched and what was archived is not the walker's business:
it asks its `frontier`. What is made of an article's page is `crawler.portal`'s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import wayback
from crawler.archives import Archive, IdWalk
from crawler.facts import PortalFacts
from crawler.failures import is_of_the_run, reason_of, stop_if_unreachable
from crawler.frontier import Frontier, Listed, MemoryFrontier
from crawler.pages import Link, ListingPage, PageError, recognise
from crawler.reach import Reach
from crawler.selection import Selection
from crawler.sifting import sift
from crawler.text import printable

__all__ = ["Walker"]

_NUMBERS_AT_ONCE = 100
"""Numbers of an id walk that are taken as one page of a listing is."""


class Walker(PortalFacts):
    """Walks the listings of a portal, and asks for the articles they show."""

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name)
        self.arguments = arguments
        self.selection = self.select(arguments)
        self.frontier: Frontier = MemoryFrontier()
        self.reach = Reach(self.selection.since, self.selection.until or datetime.now(UTC).date())
        self._visited: dict[str, set[int | str]] = {}
        if self.selection.via:
            self.allowed_domains = [*self.allowed_domains, wayback.HOST]  # type: ignore[misc]

    @classmethod
    def select(cls, arguments: Mapping[str, str]) -> Selection:
        """What `-a NAME=VALUE` ask for. Raises `UsageProblem`."""
        return Selection.parse(cls.sections, lambda url: bool(cls.fetchable(url)), arguments)

    def article_request(self, link: Listed) -> Request:
        """The request for the page of an article."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """What earlier runs left pending, then the listings, then what reaches back."""
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
        for link in self.frontier.pending(
            None if everything else selection.sections,
            lambda link: not selection.outside(link.day),
        ):
            yield self.article_request(link)
        for name in selection.sections:
            for path in self.sections[name].paths:
                for request in self._walk(name, path):
                    yield request
        if selection.since and "section" not in self.arguments:
            for request in self._reaching_back(selection.since, self.reach.until):
                yield request

    # What reaches back

    def _reaching_back(self, since: date, until: date) -> Iterator[Request]:
        for name, archive in self.archives.items():
            if isinstance(archive, IdWalk):
                yield from self._by_number(name, archive, since, until)
                continue
            for first, last in archive.periods(since, until):
                path = archive.path.format(since=first, until=last)
                yield from self._walk_back(name, path, first, last)
        if self.selection.via:
            for path, first, last in wayback.queries(
                self.wayback_domains or self.allowed_domains[:-1], self.wayback, since, until
            ):
                yield from self._walk_back(wayback.SECTION, path, first, last)

    def _walk_back(self, name: str, path: str, first: date, last: date) -> Iterator[Request]:
        """The requests for a listing of one period, unless an earlier run has read all of it."""
        done = self.frontier.ended(name, path)
        self.reach.period(name, path, first, last, done=done)
        if not done:
            yield from self._walk(name, path)

    def _by_number(self, name: str, walk: IdWalk, since: date, until: date) -> Iterator[Request]:
        """Requests for articles that no listing shows, by the numbers of the days asked for."""
        numbers = walk.numbers(since, until)
        low = numbers.start - numbers.start % _NUMBERS_AT_ONCE
        for start in range(low, numbers.stop, _NUMBERS_AT_ONCE):
            path = f"{start}-{start + _NUMBERS_AT_ONCE - 1}"
            self.reach.period(
                name, path, walk.day(start), walk.day(start + _NUMBERS_AT_ONCE), done=True
            )
            if self.frontier.ended(name, path):
                continue
            links = [
                link
                for number in range(start, start + _NUMBERS_AT_ONCE)
                if (link := self.listed(walk.addresses(number)[0], name))
            ]
            for link in self.frontier.admit(name, path, links)[0]:
                yield self.article_request(link)
            self.frontier.end(name, path)

    # Listings

    def _walk(self, section: str, path: str) -> Iterator[Request]:
        first = self._addresses(section, path, 1)
        for page in sorted({1, *self.frontier.unwalked(section, path)}):
            # A page that only the one before it names is come to by way of it.
            if page == 1 or self._addresses(section, path, page) != first:
                yield from self.listing_request(section, path, page)

    def listing_request(
        self, section: str, path: str, page: int, address: str | None = None
    ) -> Iterator[Request]:
        """The request for a listing's page, unless this run has it or goes no deeper. `address` is
        where the listing itself says it is."""
        visited = self._visited.setdefault(section + path, set())
        most = self.selection.pages or self.settings.getint("LISTING_PAGES")
        deep = section not in self.sections and not self.selection.pages
        if (address or page) in visited or (len(visited) >= most and not deep):
            return
        visited.add(address or page)
        addresses = (address,) if address else self._addresses(section, path, page)
        yield self._listing_request(addresses, section, path, page)

    def _addresses(self, section: str, path: str, page: int) -> tuple[str, ...]:
        return (path,) if section == wayback.SECTION else self.listing_addresses(path, page)

    def _listing_request(
        self, urls: tuple[str, ...], section: str, path: str, page: int
    ) -> Request:
        return Request(
            urls[0],
            callback=self.parse,
            errback=self.listing_failed,
            cb_kwargs={"section": section, "path": path, "page": page, "others": urls[1:]},
            dont_filter=True,
            **({} if section == wayback.SECTION else self.listing_options(path, page)),
        )

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        """A listing → the articles to be fetched, and the next page while there is news."""
        section, path, page = kwargs["section"], kwargs["path"], kwargs["page"]
        listing = self._listing_or_refuse(response, section)
        if listing is None:
            return
        read, links = listing
        self._count("listings/read", section, "listings")
        sifted = sift(self, self.selection, section, links)
        back = section not in self.sections
        address = read.onward
        paged = bool(address) or self._is_paged(section)
        if paged:
            self.frontier.walking(section, path, page)
        taken, fresh = self.frontier.admit(section, path, sifted.admitted, sifted.ignored)
        sides = sifted.sides
        self._look_at_days(read, section, page, sifted.days)
        passed_over = "before" in sides or "after" in sides
        finished = not paged or (not links and not address)
        finished = finished or (read.pages is not None and page >= read.pages)
        if not back:
            finished = finished or set(sides) == {"before"}
            finished = finished or not (fresh or "after" in sides or address)
        onward = None if finished else page + 1
        self.frontier.walked(section, path, page, onward, again=passed_over)
        if back and onward is None:
            self._end(section, path, whole=not passed_over)
        for link in taken:
            yield self.article_request(link)
        if onward:
            yield from self.listing_request(section, path, onward, address)

    def _is_paged(self, section: str) -> bool:
        if section in self.sections:
            return self.sections[section].paged
        archive = self.archives.get(section)
        return isinstance(archive, Archive) and archive.paged

    def _end(self, section: str, path: str, *, whole: bool) -> None:
        """The listing of a period is read to its end. It is not asked for again, if all of it was
        wanted and nothing can be added to it any more."""
        last = self.reach.read(section, path)
        if whole and last and last < datetime.now(UTC).date():
            self.frontier.end(section, path)

    def _look_at_days(self, read: ListingPage, section: str, page: int, days: list[date]) -> None:
        """Notes how far back a listing goes, and whether what should be new is."""
        if not days:
            return
        self.reach.listed(section, min(days))
        limit, today = self.settings.getint("FEED_STALE_DAYS"), datetime.now(UTC).date()
        newest = max((day for day in days if day <= today + timedelta(days=1)), default=today)
        is_feed = read.feed and page == 1 and section in self.sections
        if is_feed and limit and (today - newest).days > limit:
            assert self.crawler.stats is not None
            self.crawler.stats.set_value(f"feeds/dead/{section}", newest.isoformat())
            self.logger.warning(f"dead feed, newest entry of {newest}: {read.url}")

    def _listing_or_refuse(
        self, response: Response, section: str
    ) -> tuple[ListingPage, list[Link]] | None:
        layouts = (wayback.CdxPage,) if section == wayback.SECTION else self.listings
        try:
            page = recognise(response, layouts)
            return page, page.links
        except PageError as error:
            refused = error
        except Exception as error:
            self.logger.exception(f"the reader failed: {response.url}")
            refused = PageError("the reader failed", repr(error))
        self._count(f"listings/refused/{refused.reason}", section, "listings_refused")
        self.logger.warning(f"listing refused, {printable(str(refused))}: {response.url}")
        return None

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
                yield self._listing_request(where["others"], section, path, page)
                return
            if page > 1:
                self._count("listings/ended", section, "listings_ended")
                self.frontier.walked(section, path, page, None)
                if section not in self.sections:
                    self._end(section, path, whole=not self._has_unread(section, path, page))
                return
            self._count("listings/missing", section, "listings_missing")
        stop_if_unreachable(self.crawler, reason)
        self._count(f"listings/failed/{reason}", section, "listings_failed")
        self.logger.info(f"listing failed, {reason}: {request.url}")

    def _has_unread(self, section: str, path: str, page: int) -> bool:
        return any(other != page for other in self.frontier.unwalked(section, path))

    def _count(self, key: str, section: str = "", outcome: str = "") -> None:
        stats = self.crawler.stats
        assert stats is not None
        stats.inc_value(key)
        if section:
            stats.inc_value(f"sections/{section}/{outcome}")
