"""Global Times, www.globaltimes.cn, English edition of the newspaper under the People's Daily.

Facts, each with where it was seen. The only whole page that was seen is the home page of March 2018
(with robots.txt); what is said of articles and sections is second hand, and their layouts are not
proven.

* One sequence of numbers since April 2009 (floor about 400,000): `china.globaltimes.cn/chinanews/
  2011-05/655555.html` and other subdomains (a calibre recipe), `/content/<id>.shtml` (home page of
  2018), `/page/YYYYMM/<id>.shtml` since January 2021 (202101/1212746 cited). A wrong month is 404
  for a page that exists (a collector of October 2026). A scraper of April 2022 read numbers of
  January 2019 on under `/page/`, too. Galleries, `/galleries/6333.html`, count for themselves; no
  page of theirs was seen, and one that is not printed as articles are is refused.
* An article of a subdomain is asked for by its number at `/content/`, where the collector of October
  2026 finds those since 2009: as first printed it is only to be had from a web archive.
* Dates are Beijing time without a zone: `2019/11/28 21:23:40` until 2021, `Feb 26, 2026 11:59 AM`
  since, with `Updated: …` behind it at times; lists have `By NAME | 2024/2/5 20:45:59`.
* The author slot holds `Xinhua`, `Agencies`, `GT staff reporters` as well: an outlet alone is the
  source, too, where none is printed. Videos may have no author.
* Section pages showed 103 to 250 links in October 2026, each on one page; `index2.html`, … are of
  2018 to 2020, and are asked for until one is missing.
* `/sitemap.xml` has the newest 12 to 60 (2026). Not walked: `/rss/outbrain.xml`, recommendations
  whose newest was six weeks old on 2026-08-01; the search, `search.globaltimes.cn/SearchCtrl`,
  which was only ever asked for words: what it answers without any, and whether its rows print a
  day, is not known.
* Keywords are left: those in the head of the home page are the site's own.
* Backfill goes by number. What number was reached when is taken from addresses others have noted;
  between two of them it is an estimate, so that the month is tried, the one before, the one after.
"""

from __future__ import annotations

from typing import Any

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.globaltimes.addresses import (
    ADDRESSES,
    CONTENT_WALK,
    PAGE_WALK,
    other_addresses,
)
from crawler.spiders.globaltimes.articles import Article2009, Article2013, Article2020
from crawler.spiders.globaltimes.listings import Home2018, Listing2018, Listing2021, Sitemap2026

__all__ = ["GlobaltimesSpider"]

_FOLDERS = (
    "china china/politics china/society china/diplomacy china/military china/science"
    " china/scitech china/taiwan china/hk-macao china/indepth china/profile opinion"
    " opinion/editorial opinion/observer opinion/asian-review opinion/toptalk opinion/viewpoint"
    " opinion/columnists opinion/cartoon In-depth In-depth/hk-macao In-depth/cross-taiwan source"
    " source/economy source/company source/gt-voice source/insight source/comments"
    " business business/economy business/companies business/markets world world/asia-pacific"
    " world/americas world/europe world/mid-east world/africa world/specialreports life"
    " life/culture life/entertainment sport video"
)


class GlobaltimesSpider(PortalSpider):
    """Global Times."""

    name = "globaltimes"
    allowed_domains = ["globaltimes.cn"]
    home = "https://www.globaltimes.cn"
    timezone = "Asia/Shanghai"
    date_formats = (
        "%b %d, %Y %I:%M %p",
        "%b %d, %Y %H:%M",
        "%b %d, %Y",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
        "%Y/%m/%d",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%H:%M %b %d %Y",
        "%H:%M %b %d, %Y",
    )
    listing_date_formats = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
    wayback = (
        r".*/page/{since:%Y%m}/[0-9]+[.]shtml.*",
        r".*/{since:%Y-%m}/[0-9]+[.]html.*",
    )
    addresses = ADDRESSES
    # Folders in lists of other people's scrapers, 2019 to 2026; a folder that is gone is 404.
    sections = {
        "home": Section(("/",), paged=False),
        "sitemap": Section(("/sitemap.xml",), paged=False),
        **{folder.replace("/", "-"): Section((f"/{folder}/",)) for folder in _FOLDERS.split()},
    }
    # Found full in August or October 2026.
    expected_sections = ("sitemap", "china", "opinion", "world", "In-depth")
    archives = {"pages": PAGE_WALK, "contents": CONTENT_WALK}
    kinds = {"galleries": "photo"}
    listings = (Listing2021, Listing2018, Home2018, Sitemap2026)
    articles = (Article2020, Article2013, Article2009)

    @classmethod
    def others(cls, link: Any) -> tuple[str, ...]:
        """Besides what the walk says, the other form of an address, for numbers seen in both."""
        address = cls.identify(link.url)
        others = super().others(link)
        if address and address.section != "galleries":
            others = (*others, *other_addresses(link.url, address.native))
        return tuple(url for url in dict.fromkeys(others) if url != link.address)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """`index.html`, or the folder itself, then `index2.html`, …"""
        if path == "/" or not path.endswith("/"):
            return (self.home + path,)
        if page > 1:
            return (f"{self.home}{path}index{page}.html",)
        return (f"{self.home}{path}index.html", self.home + path)
