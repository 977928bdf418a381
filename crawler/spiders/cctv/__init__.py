"""CCTV English, english.cctv.com, of China Media Group.

Facts, each with where it was seen:

* Articles are `/YYYY/MM/DD/ARTI<20 letters and digits><YYMMDD>.shtml`, videos `VIDE…` (page of
  2026-09-30 and its links, fetched 2026-10-04; addresses since 2017). Until 2016 the host was
  english.cntv.cn. Galleries, `PHOA…`, are known from sister sites.
* An article prints `h1` and `div.info` in `#title_area`, its text in `#content_area` between two
  comments `repaste.body.begin` and `repaste.body.end`, `Editor: ChangjuanGu` below (given name
  first, no blank), and a breadcrumb. `Editor's Choice` below it is the same under all articles.
* `div.info` is `Source:Xinhua    30-09-26 02:56  Updated BJT`: day, month, year of two digits. The
  clock is doubtful: the text reports what was published at 09:30 in Beijing, so that it is UTC or
  of twelve hours. The day is read, the time is not: it stays in `updated_text`, and `updated_at`
  is the midnight of the day. Nothing says when a page was published.
* On pages of news.cctv.com of 2026 the text is in a script, `var contentdate = '…'`; English ones
  that do so were not seen. Pages of videos were not seen either: they are taken to share the
  template, and one that does not is refused. Those before 2019 had another one (`div.cnt_bd`).
* Listings: `https://api.cntv.cn/newList/getMixListByPageId`, JSON or JSON in a call, about 1,000
  newest in pages of 100 (walked 2026-10); rows as those of sister sites of 2025.
* robots.txt redirects to an error page in HTML (2026-10), which forbids nothing.
"""

from __future__ import annotations

import re

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.cctv.addresses import ADDRESSES
from crawler.spiders.cctv.articles import Article2026, Article2026Script
from crawler.spiders.cctv.listings import LinkList2026, Listing2026Json

__all__ = ["CctvSpider"]

_API = ("https://api.cntv.cn/newList/getMixListByPageId?serviceId=pcenglish&id={}&p=1&n=100").format


class CctvSpider(PortalSpider):
    """CCTV English."""

    name = "cctv"
    # The listings are on api.cntv.cn, pages until 2016 on english.cntv.cn.
    allowed_domains = ["english.cctv.com", "cntv.cn"]
    home = "https://english.cctv.com"
    timezone = "Asia/Shanghai"
    clock_is_doubtful = True
    date_formats = ("%d-%m-%y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    listing_date_formats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
    wayback = (r".*/{since:%Y/%m}/[0-9][0-9]/(ARTI|VIDE|PHOA)[A-Za-z0-9]+[.]shtml.*",)
    wayback_domains = ("english.cctv.com", "english.cntv.cn")
    addresses = ADDRESSES
    # Found full in October 2026; which parts of the site they list is not known.
    sections = {
        "home": Section(("/",), paged=False),
        "news": Section((_API("PAGE1394789601117162"),)),
        "list-2023": Section((_API("PAGE5hlSTQke6t8017S7lGYg230209"),)),
        "list-2022": Section((_API("PAGEwOasl7Qr6J65StjCGpVh221115"),)),
    }
    expected_sections = ("news", "list-2023", "list-2022")
    listings = (Listing2026Json, LinkList2026)
    articles = (Article2026, Article2026Script)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """`&p=1`, `&p=2`, … of the interface."""
        if "://" not in path:
            return (self.home + path,)
        return (re.sub(r"(?<=&p=)1(?=&)", str(page), path),)
