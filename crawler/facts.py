"""What is to be said of a portal: its facts, as data, and what follows from its addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from scrapy import Spider

from crawler.archives import Archive, IdWalk
from crawler.frontier import Listed
from crawler.moments import is_plausible, parse_moment
from crawler.pages import ArticlePage, Link, ListingPage
from crawler.selection import Section
from crawler.urls import Address, AddressForm, identify
from crawler.wayback import copy_of

__all__ = ["PortalFacts"]


_FEED_DATES = (
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M%z",
    *(
        f"{day} {year} {clock} {zone}"
        for day in ("%a, %d %b", "%d %b")
        for year in ("%Y", "%y")
        for clock in ("%H:%M:%S", "%H:%M")
        for zone in ("%Z", "%z")
    ),
)
"""Dates of feeds as their standards have them, RFC 822 (RSS) and RFC 3339 (Atom): whole, with an
offset or GMT. Other names of zones are not read: CST is China's and Chicago's."""


class PortalFacts(Spider):
    """The facts of a portal; `crawler.portal.PortalSpider` is what crawls by them."""

    allowed_domains: ClassVar[list[str]] = []
    """Domains of its hosts: no request goes elsewhere."""
    timezone: ClassVar[str] = "Asia/Shanghai"
    """Zone of the clock that the portal prints."""
    date_formats: ClassVar[tuple[str, ...]] = ()
    """`strptime` formats of the dates on its articles."""
    clock_is_doubtful: ClassVar[bool] = False
    """Whether the time of day that it prints is not to be trusted: every moment is a day then."""
    listing_date_formats: ClassVar[tuple[str, ...]] = ()
    """`strptime` formats of the dates on its listings and feeds, beside those of the standards of
    feeds."""
    wayback: ClassVar[tuple[str, ...]] = ()
    """Regular expressions of its addresses by month, templates over `since`, the month's first day:
    what the Wayback Machine is asked for (`-a via=wayback`). Without any it is asked for all."""
    wayback_domains: ClassVar[tuple[str, ...]] = ()
    """Domains it is asked for, or beginnings of addresses; without any, `allowed_domains`."""
    ownership: ClassVar[str] = "central"
    """Whose it is: of a central organ, or otherwise."""
    addresses: ClassVar[tuple[AddressForm, ...]] = ()
    """Forms of its article addresses, the newest first."""
    home: ClassVar[str] = ""
    """Scheme and host that the paths of the sections are under."""
    fixed_scheme: ClassVar[str] = ""
    """Scheme by which its articles are asked for, whatever its links say; that of each link where
    it is empty."""
    sections: ClassVar[Mapping[str, Section]] = {}
    """What is walked, by name."""
    archives: ClassVar[Mapping[str, Archive | IdWalk]] = {}
    """What reaches back, by name: walked besides when a run is asked for days (`-a since=`)."""
    ignored_sections: ClassVar[Mapping[str, str]] = {}
    """Folders whose articles are not taken, each with the reason."""
    kinds: ClassVar[Mapping[str, str]] = {}
    """Kind of what stands in a folder, where it is not `article`."""
    expected_sections: ClassVar[tuple[str, ...]] = ()
    """Sections without which a run is not healthy."""
    listings: ClassVar[tuple[type[ListingPage], ...]] = ()
    articles: ClassVar[tuple[type[ArticlePage], ...]] = ()
    """Its layouts."""
    corrections: ClassVar[Mapping[str, str]] = {}
    """Dates as printed → as meant, each with the address where it was seen in a comment."""

    @classmethod
    def identify(cls, url: str) -> Address | None:
        """The article that `url` names, or `None` if it is no article's address."""
        return identify(url, cls.addresses)

    @classmethod
    def fetchable(cls, url: str) -> Address | None:
        """As `identify`, `None` also for an address at which the portal serves no page to read."""
        address = cls.identify(url)
        return address if address and address.fetchable else None

    @classmethod
    def article_id(cls, address: Address) -> str:
        return f"{cls.name}:{address.native}"

    @classmethod
    def id_clock(cls, native: str) -> datetime | None:
        """The moment that an id itself tells, where a portal's do: a check on what is printed."""
        return None

    @classmethod
    def others(cls, link: Listed) -> tuple[str, ...]:
        """Where else the page of a link may be, to be tried when it is not where it should be."""
        address = cls.identify(link.url)
        walk = cls.archives.get(link.section)
        numbered: tuple[str, ...] = ()
        if address and isinstance(walk, IdWalk) and address.native.isdecimal():
            numbered = walk.addresses(int(address.native))
        others = (*(address.others if address else ()), *numbered)
        return tuple(url for url in dict.fromkeys(others) if url != link.address)

    @classmethod
    def page_number(cls, url: str) -> int:
        """Which page of its article `url` is."""
        address = cls.identify(url)
        return address.page if address else 1

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """Addresses of a listing's page, the first the one to try first. A path may be a whole
        address, where the listing is on another host."""
        return (path if "://" in path else self.home + path,)

    def listing_options(self, path: str, page: int) -> dict[str, Any]:
        """What a request for a listing's page has beside its address: `method`, `body`,
        `headers`."""
        return {}

    def listed(self, url: str, section: str, link: Link | None = None) -> Listed | None:
        """`url` as a link to be fetched, or `None` if that is not an article of the portal."""
        copy = copy_of(url)
        address = self.identify(copy.original) if copy else self.fetchable(url)
        if address is None:
            return None
        scheme = self.fixed_scheme or url.split(":", 1)[0]
        day = self.listed_day(link) if link else None
        return Listed(
            id=self.article_id(address),
            url=address.url,
            # The scheme of the portal's own link is kept: addresses on the page that name none
            # are then read as a reader who follows the link reads them.
            address=copy.url if copy else scheme + address.fetch[address.fetch.index(":") :],
            section=section,
            headline=link.headline if link else "",
            day=day or address.day,
        )

    def listed_day(self, link: Link) -> date | None:
        """The day printed beside a link."""
        if not link.listed_text:
            return None
        formats = (*self.listing_date_formats, *_FEED_DATES)
        moment = parse_moment(link.listed_text[:100], formats, self.timezone)
        return moment.at.date() if moment and is_plausible(moment) else None
