"""CGTN, www.cgtn.com, of China Media Group.

Facts, each with where it was seen and how sure it is:

* Articles are served by news.cgtn.com, newsaf., newseu. and newsus.cgtn.com, each its own; on
  www.cgtn.com their paths are 404 with a whole page of HTML (live checks of others, 2026-10). One
  article has five files: `index.html`, `p.html`, `share.html`, `share_p.html`, `share_amp.html`
  (links and captures, 2019 to 2021); `index.html` is taken.
* Addresses: since November 2019 `/news/2021-09-13/<words>-13w82KdUKac/index.html`; before,
  `/news/<hexadecimal digits>/`, which are base64 reversed: `News161661`, and in the last months
  `News` with milliseconds (second hand, worked out from such addresses), a clock to check by.
* Two templates (captures of 2019-01-16 and 2019-01-21). The newer prints `19:49, 21-Jan-2019` and
  `Updated 23:16, 21-Jan-2019`, Beijing time without a zone, and is that of 2026 by the element
  names that a crawler of 2026-10 reads; no whole page of it after January 2019 was seen. The older
  prints `2019-01-16 09:10 GMT+8` and holds its body as JSON in an attribute.
* Some pages print only `Updated`, 28 December 2018: then nothing is known of the publication.
* Many items are a film without text: they are archived as `video`. Live broadcasts and transcripts
  have ids of their own (`Live3535`, `Transcript24704`); no page of theirs was seen.
* The AMP page prints `2020.02.06 20:06 GMT+8`; its elements are not known, and it is refused.
* The page for what is not found says `notfoundPage` and names itself /404.html (about 2024).
* Sitemaps, with `publication_date` in UTC: `sitemap_latestnews.xml` (516 entries, fresh to the
  hour), `sitemap_news.xml`, `_2`, `_3` (30,000 each), `sitemap_archived_2017.xml` to 2025, further
  ones of a year as `_2`, …: the addresses and counts of 2026-10, second hand; no XML was seen.
* RSS at /subscribe/rss/section/, 50 entries, alive 2026-09-26 (world, china, business; second
  hand). Home pages: captures of 2019-01-16, 2019-01-21 and 2021-09-13; sections of the navigation
  share their elements (scrapers of 2020 to 2022). robots.txt disallows `/*.do*`, the lists of
  2017.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from crawler.archives import Archive
from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.cgtn.addresses import ADDRESSES, clock_of
from crawler.spiders.cgtn.articles import Article2017, Article2019
from crawler.spiders.cgtn.listings import (
    Feed2026,
    Listing2017,
    Listing2019,
    Listing2021,
    Sitemap2026,
)

__all__ = ["CgtnSpider"]

_NUMBERED = re.compile(r"/sitemap_(?:news|archived_\d{4})\.xml$")


class CgtnSpider(PortalSpider):
    """CGTN."""

    name = "cgtn"
    allowed_domains = ["cgtn.com"]
    home = "https://www.cgtn.com"
    timezone = "Asia/Shanghai"
    date_formats = (
        "%H:%M, %d-%b-%Y",
        "%H:%M,%d-%b-%Y",
        "%Y-%m-%d %H:%M GMT+8",
        "%Y-%m-%d %H:%M",
        "%Y.%m.%d %H:%M GMT+8",
        "%Y.%m.%d %H:%M",
    )
    listing_date_formats = ("%H:%M, %d-%b-%Y", "%H:%M,%d-%b-%Y", "%Y-%m-%d %H:%M GMT+8")
    wayback = (r".*/news/{since:%Y-%m}-[0-9][0-9]/.*[.]html.*",)
    wayback_domains = (
        "news.cgtn.com",
        "newsaf.cgtn.com",
        "newseu.cgtn.com",
        "newsus.cgtn.com",
    )
    addresses = ADDRESSES
    sections = {
        "latest": Section(("/sitemap_latestnews.xml",), paged=False),
        "rss-world": Section(("/subscribe/rss/section/world.xml",), paged=False),
        "rss-china": Section(("/subscribe/rss/section/china.xml",), paged=False),
        "rss-business": Section(("/subscribe/rss/section/business.xml",), paged=False),
        "home": Section(("/",), paged=False),
        # In the navigation of 2019 and 2021; /politics read 2023-05-31, /opinions 2025-12-30.
        "china": Section(("/china",), paged=False),
        "world": Section(("/world",), paged=False),
        "europe": Section(("/europe",), paged=False),
        "politics": Section(("/politics",), paged=False),
        "business": Section(("/business",), paged=False),
        "opinions": Section(("/opinions",), paged=False),
        "tech-sci": Section(("/tech-sci",), paged=False),
        "culture": Section(("/culture",), paged=False),
        "sports": Section(("/sports",), paged=False),
        "travel": Section(("/travel",), paged=False),
        "nature": Section(("/nature",), paged=False),
        "picture": Section(("/picture",), paged=False),
        "video": Section(("/video",), paged=False),
        "news": Section(("/sitemap_news.xml",)),
    }
    expected_sections = ("latest", "news", "rss-world", "rss-china", "rss-business")
    archives = {
        "archived": Archive(
            path="/sitemap_archived_{since:%Y}.xml",
            each="year",
            first=date(2017, 1, 1),
            last=date(2025, 12, 31),
        )
    }
    listings = (Listing2021, Listing2019, Listing2017, Feed2026, Sitemap2026)
    articles = (Article2019, Article2017)

    @classmethod
    def id_clock(cls, native: str) -> datetime | None:
        return clock_of(native)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """A sitemap goes on in `…_2.xml`, `…_3.xml`, …"""
        address = path if "://" in path else self.home + path
        if page > 1 and _NUMBERED.search(path):
            address = f"{address.removesuffix('.xml')}_{page}.xml"
        return (address,)
