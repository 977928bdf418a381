"""China Daily, www.chinadaily.com.cn, of China Daily Information Co.

Facts, each with where it was seen and how sure it is:

* Two systems. Until December 2017 (print copy until 2020) addresses are
  `/<section>/2012-01/12/content_14428413.htm`; since about September 2017
  `/a/202405/20/WS664af0b2a31082fc043c814d.html`. One id is one article on whatever host: www,
  usa, europe, africa, global, covid-19, language, caijing, tech (links in pages and data sets).
  It is fetched on the host that was named, and has one canonical address, on www.
* Further pages end in `_2.html`, `_3.html`, … (page of 2024-05-20); galleries are linked as
  `_1.html`, too (addresses in data sets).
* The first eight digits of a `WS` id are seconds since 1970, UTC: within a minute of the printed
  `Updated` on 95% of 272 pages (counted on a data set of 2025), but not on articles that were
  moved into the new system on 2017-09-15 and 2017-11-23.
* Pages since 2017 print `By A in Place | China Daily | Updated: 2024-05-20 14:41`, Beijing time
  without a zone; `publishdate` in their head is a day. `editor` and `author` there are the web
  editor, in Chinese, and no reader sees them: they are not taken. A live page printed
  `2569-05-17`, Buddhist Era (2026-10-04).
* A gallery of 2024-05-20 was seen whole, a text page of that month, too. Of the English pages
  before 2017 none was seen: their layouts are second hand, and what differs is refused. Pages of
  the Chinese edition (2012-01-12 and 2023-11-17) are claimed by no layout.
* Lists: `/<section>`, then `/<section>/page_2.html`, …, to about 2014 (live check of 2026-10,
  second hand; a page of 2019-01-12 counts 113). The search answers JSON, alive 2026-08-01; it
  takes days, and an empty `keywords=` (two scrapers, each with one of both; their years are not
  known). How far back it goes is not known: it is asked from the year of the oldest article met.
* Feeds under /rss/ are frozen since 2017-12-12 and 404 since 2026-09-25, the one for Kindle ended
  2020-01-22, `sitemap.xml` stopped 2014-07-26: they are read where somebody kept them, and not
  walked.
* What is not found is a page of 6,797 bytes with status 404 (2026-08-01). robots.txt once
  disallowed `/player/` and asked for 30 seconds between requests; it was 404 in 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from crawler.archives import Archive
from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.chinadaily.addresses import (
    ADDRESSES,
    CHINESE,
    CHINESE_HOSTS,
    KINDS,
    clock_of,
)
from crawler.spiders.chinadaily.articles import Article2017, Photo2017
from crawler.spiders.chinadaily.listings import Feed2010, LinkList2015, Listing2017, Search2020
from crawler.spiders.chinadaily.older import Article2010, Article2012, Article2016
from crawler.urls import Address, host_of

__all__ = ["ChinadailySpider"]


def _under(folder: str, *names: str) -> Section:
    return Section(tuple(f"/{folder}/{name}" for name in names))


class ChinadailySpider(PortalSpider):
    """China Daily."""

    name = "chinadaily"
    allowed_domains = ["chinadaily.com.cn"]
    home = "https://www.chinadaily.com.cn"
    timezone = "Asia/Shanghai"
    date_formats = (
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M:%S.%f",
    )
    listing_date_formats = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    wayback = (
        r".*/{since:%Y-%m}/[0-9][0-9]/content_[0-9]+[.]htm.*",
        r".*/a/{since:%Y%m}/[0-9][0-9]/WS[0-9a-f]+.*",
    )
    addresses = ADDRESSES
    # Walked by others, 2018 to 2026.
    sections = {
        "home": Section(("/",), paged=False),
        "china": Section(("/china",), paged=False),
        "world": Section(("/world",), paged=False),
        "business": Section(("/business",), paged=False),
        "politics": _under("china", "governmentandpolicy", "59b8d010a3108c54ed7dfc27"),
        "society": _under("china", "society"),
        "scitech": _under("china", "scitech"),
        "education": _under("china", "education"),
        "environment": _under("china", "environment"),
        "crossstraits": _under("china", "crossstraits"),
        "coverstory": _under("china", "coverstory"),
        "newsmaker": _under("china", "newsmaker"),
        "opinion": Section(("/opinion",)),
        "editorials": _under("opinion", "editorials"),
        "columnists": _under("opinion", "columnists"),
        "commentators": _under("opinion", "globalviews", "op-ed", "commentator", "opinionline"),
        "chinesepress": _under("opinion", "fromthechinesepress", "readers"),
        "asia": _under("world", "asia_pacific", "China-Japan-Relations"),
        "america": _under("world", "america", "china-us"),
        "europe": _under("world", "europe", "cn_eu"),
        "africa": _under("world", "africa", "china-africa", "middle_east"),
        "worldwatch": _under("world", "worldwatch"),
        "economy": _under("business", "economy", "money"),
        "companies": _under("business", "companies", "biz_industries", "motoring"),
        "tech": _under("business", "tech"),
        "culture": Section(("/culture",)),
        "life": Section(("/life",)),
        "travel": Section(("/travel",)),
        "sports": Section(("/sports",)),
        "regional": Section(("/regional",)),
    }
    # Found with fresh links on 2026-09-26.
    expected_sections = ("tech", "opinion")
    archives = {
        "search": Archive(
            path="https://newssearch.chinadaily.com.cn/rest/en/search?keywords="
            "&publishedDateFrom={since:%Y-%m-%d}&publishedDateTo={until:%Y-%m-%d}"
            "&sort=dp&duplication=off&curType=story&type=&channel=&source=",
            each="day",
            # The oldest article of which an address was seen is of this year.
            first=date(2006, 1, 1),
        )
    }
    ignored_sections = {
        CHINESE: "the Chinese edition, on hosts of its own",
        "hqzx": "the Chinese edition, on www until 2017",
        "hqgj": "the Chinese edition, on www until 2017",
    }
    kinds = KINDS
    listings = (Listing2017, Search2020, LinkList2015, Feed2010)
    articles = (Article2017, Photo2017, Article2016, Article2012, Article2010)

    @classmethod
    def identify(cls, url: str) -> Address | None:
        address = super().identify(url)
        if address and host_of(url).rstrip(".") in CHINESE_HOSTS:
            return replace(address, section=f"{CHINESE}/{address.section}".rstrip("/"))
        return address

    @classmethod
    def id_clock(cls, native: str) -> datetime | None:
        return clock_of(native)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """`/china/society`, then `/china/society/page_2.html`; the search counts from 0."""
        if "://" in path:
            return (f"{path}&page={page - 1}",)
        if path == "/":
            return (f"{self.home}/",)
        if page > 1:
            return (f"{self.home}{path}/page_{page}.html",)
        return (self.home + path, f"{self.home}{path}/page_1.html")
