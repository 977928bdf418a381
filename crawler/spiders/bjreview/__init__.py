"""Beijing Review, www.bjreview.com, the weekly of the China International Publishing Group.

Facts, each with where it was seen. No whole page was: the text of pages and other people's scrapers
are what is known, so both article layouts are second hand.

* Addresses since about 2015: `/<section>/YYYYMM/tYYYYMMDD_<number>.html` (/Lifestyle/202208/
  t20220817_800303870.html; /China/202603/t20260316_800433003.html). Before:
  `/<section>/YYYY-MM/DD/content_<number>.htm` (/Cover_Stories_Series_2012/2011-09/13/
  content_442483.htm; /newsmaker/txt/2015-02/09/content_668224.htm), further pages `…_2.htm`
  (/quotes/txt/2014-07/02/content_627072_2.htm, text seen). The newer system is TRS, whose further
  pages are `…_1.html` for the second: not proved here. Both systems stand on bjreview.com and
  bjreview.com.cn, the number is the id. german.beijingreview.com.cn and the other languages are
  none of this portal's, though one page there is in English.
* Newer page: `td#TRS_Editor_title` (github xiaoyang325/megaCrawler,
  plugins/production/bjreview.go, run until 2025; an `h4` on the Chinese edition); `td.ly4` with day and source, `div.TRS_Editor`,
  the section in `a.lm-2016e.CurrChnlCls` (a scraper of about 2023);
  `td.zz-2016e` (who), `td.zy-2016e` (summary), `meta[name=Keywords]`, captions centred after the
  picture (a Scrapy spider of about 2018). The line reads `Edited by Lu
  Yan · 2016-08-31 · Source: | Web Exclusive` (text of german.beijingreview.com.cn/Multimedia/Audio/
  2017/202102/t20210219_800236386.html).
* Older page: `UPDATED: February 9, 2015 NO. 7 FEBRUARY 12, 2015` above the headline (text of
  /newsmaker/txt/2015-02/09/content_668224.htm), taken to be a cell of its own; headline `td.f2`,
  summary `td.f8`, byline in a red `span`, text in a cell of `font-size:14px;line-height:150%` (the
  spider of 2018). Its only date is labelled as updated, so it is no date of publication.
* `NO. 7 FEBRUARY 12, 2015` is the issue, dated some days ahead. It stays in the source and is no
  date of the article.
* Printed days may be wrong: that page of 2021 prints 2016-08-31 over a text on a film of 2017.
* Articles end in `Copyedited by …` and `Comments to …@bjreview.com`. Where the header names an
  editor, that one is the editor line. Captions end in a name in capitals, `(WEI YAO)`.
* Section pages were walked by megaCrawler in 2025; their markup is not known, so every link to an
  article is taken. That they go on at `index_1.html` is TRS's habit, not proved. No feed, no
  archive is known (the search at was.cipg.org.cn is of 2017).
"""

from __future__ import annotations

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.bjreview.addresses import ADDRESSES, identified
from crawler.spiders.bjreview.articles import Article2008, Article2016
from crawler.spiders.bjreview.listings import LinkList2016
from crawler.urls import Address

__all__ = ["BjreviewSpider"]


class BjreviewSpider(PortalSpider):
    """Beijing Review."""

    name = "bjreview"
    allowed_domains = ["bjreview.com", "bjreview.com.cn"]
    home = "https://www.bjreview.com"
    timezone = "Asia/Shanghai"
    date_formats = ("%Y-%m-%d", "%B %d, %Y", "%B %d,%Y")
    wayback = (
        r".*/t{since:%Y%m}[0-9][0-9]_[0-9]+[.]html.*",
        r".*/{since:%Y-%m}/[0-9][0-9]/content_[0-9]+[.]htm.*",
    )
    addresses = ADDRESSES
    sections = {
        "china": Section(("/China/",)),
        "world": Section(("/World/",)),
        "business": Section(("/Business/",)),
        "lifestyle": Section(("/Lifestyle/",)),
        "governance": Section(("/Opinion/Governance/",)),
        "pacific-dialogue": Section(("/Opinion/Pacific_Dialogue/",)),
        "fact-check": Section(("/Opinion/Fact_Check/",)),
        "voice": Section(("/Opinion/Voice/",)),
    }
    # Walked by others in 2025; articles of 2026 are linked under the first.
    expected_sections = ("china", "world", "business", "lifestyle")
    listings = (LinkList2016,)
    articles = (Article2016, Article2008)

    @classmethod
    def identify(cls, url: str) -> Address | None:
        return identified(url)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """The folder, then `index_1.html`, …"""
        return (f"{self.home}{path}" + (f"index_{page - 1}.html" if page > 1 else ""),)
