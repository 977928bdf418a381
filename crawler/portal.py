"""A portal: sections → listings → articles.

`PortalSpider` is what all portals share. A portal adds its facts as class attributes and its
layouts as page classes. Here is what becomes of articles; `crawler.walker` walks the listings,
`crawler.backfill` what reaches back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any

from scrapy import Request
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from crawler.archives import IdWalk
from crawler.backfill import Backfill
from crawler.failures import is_of_the_host, is_of_the_run, reason_of, stop_if_unreachable
from crawler.frontier import GONE, MOVED, Listed
from crawler.generic import GENERIC, read_generic
from crawler.items import Article
from crawler.moments import stamp
from crawler.network.robots import FORBIDDEN
from crawler.opinion import Opinions
from crawler.pages import UNCLAIMED, Link, PageError, recognise
from crawler.parsing import decoded, parse
from crawler.reading import EXTRACTOR, Reading, join
from crawler.sifting import sift
from crawler.skeleton import skeleton_of
from crawler.text import printable
from crawler.urls import Address
from crawler.wayback import Copy, copy_at, copy_of, original_of

__all__ = ["PortalSpider"]

_ARTICLE, _FURTHER_PAGE = 1, 2
"""What has been found is fetched before more is looked for; a listing has the priority 0."""
_NO_HOST = "CannotResolveHostError"
"""How the reason ends if there is no such host any more: what was there is not."""


class PortalSpider(Backfill):
    """A portal. Subclasses state its facts; `docs/adding-a-portal.md` walks through one."""

    def article_request(self, link: Listed, others: Sequence[str] | None = None) -> Request:
        copy = copy_of(link.address)
        if copy is None:
            others = self.others(link) if others is None else others
            return self._article_request(link, [link.address, *others])
        address = self.identify(copy.original)
        own: dict[str, None] = {}
        if address and address.fetchable:
            own = dict.fromkeys([address.fetch, *address.others, *self.others(link)])
        return self._article_request(link, [*own, copy.url])

    def _article_request(
        self, link: Listed, addresses: list[str], settle: Callable[[], None] | None = None
    ) -> Request:
        """The request for the first of `addresses`; the others are tried when it is not there. How
        the link ends where none of them is there, `settle` says, if an earlier one was."""
        return Request(
            addresses[0],
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"link": link, "others": addresses[1:], "settle": settle},
            dont_filter=True,
            priority=_ARTICLE,
        )

    # Articles

    def read(self, response: Response) -> Reading:
        """One page of an article, with what its address says. Raises `PageError`."""
        copy = copy_of(response.url)
        if copy:
            response = response.replace(url=copy.original)
        address = self.identify(response.url)
        if address is None:
            raise PageError("no article's address", printable(response.url))
        if response.status != 200:
            raise PageError(f"status {response.status}")
        page = recognise(response, self.articles)
        item = page.to_item()
        self._place(item, address, response, copy)
        return Reading(item, page.continued, page.in_markup)

    def read_provisionally(self, response: Response) -> Article | None:
        """What a generic extractor gives of a page that no layout claims, and what the address
        proves; `None` if that is no article."""
        copy = copy_of(response.url)
        if copy:
            response = response.replace(url=copy.original)
        address = self.identify(response.url)
        if address is None or address.page != 1 or response.status != 200:
            return None
        page = decoded(response)
        reading = read_generic(page)
        if reading is None:
            return None
        item = Article(
            layout=GENERIC,
            headline=reading.headline,
            body=reading.body,
            byline_text=reading.byline_text,
            published_text=reading.published_text,
            keywords=reading.keywords,
        )
        self._place(item, address, response, copy)
        return item

    def _place(
        self, item: Article, address: Address, response: Response, copy: Copy | None
    ) -> None:
        """Sets what the address and the crawl say of an article."""
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
        item.copy_url = copy.url if copy else None
        item.copied_at = copy.copied_at if copy else None

    def parse_article(
        self,
        response: Response,
        link: Listed,
        others: list[str],
        settle: Callable[[], None] | None = None,
    ) -> Iterator[Any]:
        """An article, or the request for its next page if it has one. Where the portal has another
        page now, what it had may be where the copy is."""
        copies = [url for url in others if copy_of(url)]
        try:
            reading = self._read(response, link)
            if self.page_number(original_of(response.url)) != 1:
                raise PageError("a further page in place of the first")
        except PageError as error:
            if copies:
                yield self._article_request(
                    link, copies, partial(self._refuse, response, link, error)
                )
                return
            self._refuse(response, link, error)
            if error.reason == UNCLAIMED and (item := self._provisional(response, link)):
                yield item
            return
        if reading.comparable:
            self._opinions.ask(response, reading.item)
        target: Listed | None = link
        if reading.item.id != link.id:
            moved = partial(self.frontier.dismissed, link, "moved", f"{MOVED} {reading.item.url}")
            if copies:
                yield self._article_request(link, copies, moved)
            else:
                moved()
            target = self._admit_target(original_of(response.url), link.section)
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
        try:
            reading = self._read(response, link)
            own = original_of(response.url)
            if reading.item.id != item.id or self.page_number(own) != number:
                raise PageError("another page in place of a further one")
        except PageError as error:
            self._refuse(response, link, error)
            return
        join(item, reading.item)
        # A pager may show no more than the pages next to its own.
        last = max(map(self.page_number, [own, *rest]))
        rest = rest + [url for url in reading.continued if self.page_number(url) > last]
        yield from self._going_on(item, rest, link)

    def _going_on(self, item: Article, rest: list[str], link: Listed) -> Iterator[Any]:
        if not rest:
            yield item
            return
        number = self.page_number(rest[0])
        copy = copy_of(item.copy_url or "")
        yield Request(
            copy_at(copy.when, rest[0]) if copy else rest[0],
            callback=self.parse_continuation,
            errback=self.article_failed,
            cb_kwargs={"link": link, "item": item, "number": number, "rest": rest[1:]},
            dont_filter=True,
            priority=_FURTHER_PAGE,
        )

    def _read(self, response: Response, link: Listed) -> Reading:
        try:
            return self.read(response)
        except PageError:
            raise
        except Exception as error:
            self.logger.exception(f"the reader failed: {response.url}")
            raise PageError("the reader failed", repr(error)) from error

    def _provisional(self, response: Response, link: Listed) -> Article | None:
        try:
            item = self.read_provisionally(response)
        except Exception as error:  # noqa: BLE001 - whatever the extractor does, the page is kept
            self.logger.info(f"no provisional record, {printable(repr(error))}: {response.url}")
            return None
        # An address that leads to another article's has said nothing of its own.
        return item if item and item.id == link.id else None

    @cached_property
    def _opinions(self) -> Opinions:
        return Opinions(self.crawler.stats, self.settings.getint("SECOND_OPINION_EVERY"))

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

    def article_failed(self, failure: Failure) -> Iterator[Any]:
        """An article, or one of its pages, that did not arrive: its other address, or the end."""
        request = failure.request  # type: ignore[attr-defined]
        reason = reason_of(failure)
        link, others = request.cb_kwargs["link"], request.cb_kwargs.get("others")
        settle = request.cb_kwargs.get("settle")
        if reason == FORBIDDEN and not copy_of(request.url):
            self.frontier.dismissed(link, "disallowed", reason)
            return
        if is_of_the_run(reason):
            return
        if others and (reason in GONE or reason.endswith(_NO_HOST)):
            yield self._article_request(link, others, settle)
            return
        if settle and (reason in GONE or reason == FORBIDDEN):
            settle()
            return
        stop_if_unreachable(self.crawler, reason)
        if is_of_the_host(reason):
            self.logger.info(f"left to the next run, {reason}: {request.url}")
            return
        numbered = isinstance(self.archives.get(link.section), IdWalk)
        if reason in GONE and numbered and "item" not in request.cb_kwargs:
            self.frontier.dismissed(link, "absent", "no article has this number")
            return
        if "item" in request.cb_kwargs:
            reason = f"further page: {reason}"
        self.logger.info(f"failed, {reason}: {request.url}")
        self._count(f"articles/failed/{reason}")
        self.frontier.failed(link, reason)
