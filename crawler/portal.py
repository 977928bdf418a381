"""A portal: sections → listings → articles.

`PortalSpider` is what all portals share. A portal adds its facts as class attributes and its
layouts as page classes. What has been seen, what is still to be fetched and what was archived
is not the spider's business: it asks its `frontier`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.facts import PortalFacts
from crawler.failures import is_of_the_host, is_of_the_run, reason_of, stop_if_unreachable
from crawler.frontier import MOVED, Frontier, Listed, MemoryFrontier
from crawler.items import Article
from crawler.moments import stamp
from crawler.network.robots import FORBIDDEN
from crawler.pages import Link, PageError, recognise
from crawler.parsing import decoded, parse
from crawler.reading import EXTRACTOR, Reading, join
from crawler.selection import Selection
from crawler.sifting import sift
from crawler.skeleton import skeleton_of
from crawler.text import printable

__all__ = ["PortalSpider"]

_ARTICLE, _FURTHER_PAGE = 1, 2
"""What has been found is fetched before more is looked for; a listing has the priority 0."""


class PortalSpider(PortalFacts):
    """A portal. Subclasses state its facts; `docs/adding-a-portal.md` walks through one."""

    def __init__(self, name: str | None = None, **arguments: str) -> None:
        super().__init__(name)
        self.arguments = arguments
        self.selection = self.select(arguments)
        self.frontier: Frontier = MemoryFrontier()
        self._visited: dict[str, set[int]] = {}

    @classmethod
    def select(cls, arguments: Mapping[str, str]) -> Selection:
        """What `-a NAME=VALUE` ask for. Raises `UsageProblem`."""
        return Selection.parse(cls.sections, lambda url: bool(cls.fetchable(url)), arguments)

    # The crawl

    async def start(self) -> AsyncIterator[Any]:
        """What earlier runs left pending, then the listings."""
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
                for page in sorted({1, *self.frontier.unwalked(name, path)}):
                    for request in self.listing_request(name, path, page):
                        yield request

    def listing_request(self, section: str, path: str, page: int) -> Iterator[Request]:
        """The request for a listing's page, unless this run has it or goes no deeper."""
        visited = self._visited.setdefault(section + path, set())
        most = self.selection.pages or self.settings.getint("LISTING_PAGES")
        if page in visited or len(visited) >= most:
            return
        visited.add(page)
        yield self._listing_request(self.listing_addresses(path, page), section, path, page)

    def _listing_request(
        self, urls: tuple[str, ...], section: str, path: str, page: int
    ) -> Request:
        return Request(
            urls[0],
            callback=self.parse,
            errback=self.listing_failed,
            cb_kwargs={"section": section, "path": path, "page": page, "others": urls[1:]},
            dont_filter=True,
            **self.listing_options(path, page),
        )

    def article_request(self, link: Listed) -> Request:
        return Request(
            link.address,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"link": link},
            dont_filter=True,
            priority=_ARTICLE,
        )

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Any]:
        """A listing → the articles to be fetched, and the next page while there is news."""
        section, path, page = kwargs["section"], kwargs["path"], kwargs["page"]
        links = self._links_or_refuse(response, section)
        if links is None:
            return
        self._count("listings/read", section, "listings")
        sifted = sift(self, self.selection, section, links)
        paged = self.sections[section].paged
        if paged:
            self.frontier.walking(section, path, page)
        taken, fresh = self.frontier.admit(section, path, sifted.admitted, sifted.ignored)
        sides = sifted.sides
        passed_over = "before" in sides or "after" in sides
        finished = not paged or not links or set(sides) == {"before"}
        onward = None if finished or not (fresh or "after" in sides) else page + 1
        self.frontier.walked(section, path, page, onward, again=passed_over)
        for link in taken:
            yield self.article_request(link)
        if onward:
            yield from self.listing_request(section, path, onward)

    def _links_or_refuse(self, response: Response, section: str) -> list[Link] | None:
        try:
            return recognise(response, self.listings).links
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
                return
            self._count("listings/missing", section, "listings_missing")
        stop_if_unreachable(self.crawler, reason)
        self._count(f"listings/failed/{reason}", section, "listings_failed")
        self.logger.info(f"listing failed, {reason}: {request.url}")

    # Articles

    def read(self, response: Response) -> Reading:
        """One page of an article, with what its address says. Raises `PageError`."""
        address = self.identify(response.url)
        if address is None:
            raise PageError("no article's address", printable(response.url))
        if response.status != 200:
            raise PageError(f"status {response.status}")
        page = recognise(response, self.articles)
        item = page.to_item()
        item.id = self.article_id(address)
        item.portal = self.name
        item.url = address.url
        folder = address.section.split("/")[0]
        item.kind = item.kind or self.kinds.get(folder, "article")
        item.extractor = EXTRACTOR
        item.extracted_at = stamp(datetime.now(UTC))
        meta = response.meta if response.request else {}
        item.capture = meta.get("capture")
        item.fetched_at = meta.get("fetched_at") or item.extracted_at
        return Reading(item, page.continued)

    def parse_article(self, response: Response, link: Listed) -> Iterator[Any]:
        """An article, or the request for its next page if it has one."""
        reading = self._read_or_refuse(response, link)
        if reading is None:
            return
        if self.page_number(response.url) != 1:
            self._refuse(response, link, PageError("a further page in place of the first"))
            return
        target: Listed | None = link
        if reading.item.id != link.id:
            self.frontier.dismissed(link, "moved", f"{MOVED} {reading.item.url}")
            target = self._admit_target(response.url, link.section)
        if target is not None:
            yield from self._going_on(reading.item, reading.continued, target)

    def _admit_target(self, url: str, section: str) -> Listed | None:
        """The article that a link of `section` has led to, as if it had been listed itself; `None`
        if it is not to be taken."""
        sifted = sift(self, self.selection, section, [Link(url, url, "")])
        taken, _ = self.frontier.admit(section, "", sifted.admitted, sifted.ignored)
        return taken[0] if taken else None

    def parse_continuation(
        self, response: Response, link: Listed, item: Article, number: int, rest: list[str]
    ) -> Iterator[Any]:
        """Page `number` of `item`; `rest` are those after it."""
        reading = self._read_or_refuse(response, link)
        if reading is None:
            return
        if reading.item.id != item.id or self.page_number(response.url) != number:
            self._refuse(response, link, PageError("another page in place of a further one"))
            return
        join(item, reading.item)
        # A pager may show no more than the pages next to its own.
        last = max(map(self.page_number, [response.url, *rest]))
        rest = rest + [url for url in reading.continued if self.page_number(url) > last]
        yield from self._going_on(item, rest, link)

    def _going_on(self, item: Article, rest: list[str], link: Listed) -> Iterator[Any]:
        if not rest:
            yield item
            return
        number = self.page_number(rest[0])
        yield Request(
            rest[0],
            callback=self.parse_continuation,
            errback=self.article_failed,
            cb_kwargs={"link": link, "item": item, "number": number, "rest": rest[1:]},
            dont_filter=True,
            priority=_FURTHER_PAGE,
        )

    def _read_or_refuse(self, response: Response, link: Listed) -> Reading | None:
        try:
            return self.read(response)
        except PageError as error:
            self._refuse(response, link, error)
        except Exception as error:
            self.logger.exception(f"the reader failed: {response.url}")
            self._refuse(response, link, PageError("the reader failed", repr(error)))
        return None

    def _refuse(self, response: Response, link: Listed, error: PageError) -> None:
        skeleton = ""
        if isinstance(response, TextResponse) and response.body.strip():
            with suppress(Exception):  # the skeleton of a page that cannot be parsed is none
                root = parse(decoded(response))
                skeleton = skeleton_of(root) if root is not None else ""
        self.logger.info(f"refused, {printable(str(error))}: {response.url}")
        self._count(f"articles/refused/{error.layout or 'no layout'}/{error.reason}")
        self.frontier.refused(
            link, error.reason, printable(error.detail), skeleton, response.meta.get("capture", "")
        )

    def article_failed(self, failure: Failure) -> None:
        """An article, or one of its pages, that did not arrive."""
        request = failure.request  # type: ignore[attr-defined]
        reason = reason_of(failure)
        link = request.cb_kwargs["link"]
        if reason == FORBIDDEN:
            self.frontier.dismissed(link, "disallowed", reason)
            return
        if is_of_the_run(reason):
            return
        stop_if_unreachable(self.crawler, reason)
        if is_of_the_host(reason):
            self.logger.info(f"left to the next run, {reason}: {request.url}")
            return
        if "item" in request.cb_kwargs:
            reason = f"further page: {reason}"
        self.logger.info(f"failed, {reason}: {request.url}")
        self._count(f"articles/failed/{reason}")
        self.frontier.failed(link, reason)

    def _count(self, key: str, section: str = "", outcome: str = "") -> None:
        stats = self.crawler.stats
        assert stats is not None
        stats.inc_value(key)
        if section:
            stats.inc_value(f"sections/{section}/{outcome}")
