"""Xinhua in English: english.news.cn, before it www.xinhuanet.com/english, news.xinhuanet.com.

Facts, with where they were seen and how sure they are. Of whole pages only some of 2007 and 2008
were seen, of 2023 the body of one; all else about pages is second hand.

* 2007 and 2008, news.xinhuanet.com/english/…/content_N.htm (three pages of 2007-11 to 2008-01):
  gb2312, nested tables, `div#Title`, `www.chinaview.cn` and the date in one row, text in
  `div#Content`, `Editor:` and `Related Stories` below it, the section in a row `Home`, `World`.
  A page may print two sources: `www.chinaview.cn` above, `(Agencies)` below the text.
* 2010 to 2016, `c_N.htm`: second hand. A script read `#Content` and `meta pubdate` on three pages
  of 2015. `meta pubdate` has `Z` where it is UTC; the visible date is Beijing time and goes first.
* 2017 to 2021, www.xinhuanet.com/english/…/c_N.htm: second hand. `Source: Xinhua|
  2020-08-17 22:11:14` is from a pasted article, the same with `|Editor: yan` from memory.
* Since October 2021, english.news.cn/…/YYYYMMDD/<32 hex>/c.html: body from a capture of
  2023-01-15; `Source: Xinhua`, `Editor: huaxia` and the date from texts of 2022 to 2026. `huaxia`
  is an alias of a desk and stays an editor. `■` ends a text, pictures may follow it.
* From July to October 2026 others cite the same form of address on chinaview.cn and
  www.chinaview.cn (seven articles); their pages were not seen. The canonical host stays.
* The day 20211015 in an address is that of a move of older articles, whose ids are printed in
  capitals (407 of 951 items of a list of 2025-01): it is not taken for a day. Ids are the same
  in capitals and small letters.
* Lists: a list page names `datasource:<32 hex>`, its JSON is `ds_<32 hex>.json` beside it, up to
  1,000 items, the newest first (scrapers of 2025 and 2026). The time it gives differs from that
  of the page by hours in 9 of 11 cases, so it is only that of the list. `qc.wa.news.cn/nodeart`
  filled lists from 2015 to 2021; whether it answers today is not known, so it is no section.
* Feeds (`/english/rss/`, `english.news.cn/rss/`) stand still since January 2018; the site map of
  news.cn and the search answer 403: none is a section. The cap of a list is by number: Africa reached back
  to 2023-03, North America to 2020-10 (January 2025). Nothing reaches further back by day.
* The dateline's day is that of the place, and at times wrong: it is no date of the article.
* robots.txt of xinhuanet.com allows all (capture of 2019-07); english.news.cn has none.
"""

from __future__ import annotations

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.xinhua.addresses import ADDRESSES, KINDS
from crawler.spiders.xinhua.articles import Article2007, Article2010, Article2017, Article2021
from crawler.spiders.xinhua.listings import DataList2022, List2022, NodeList2015

__all__ = ["XinhuaSpider"]


class XinhuaSpider(PortalSpider):
    """Xinhua."""

    name = "xinhua"
    allowed_domains = ["news.cn", "xinhuanet.com", "chinaview.cn"]
    home = "https://english.news.cn"
    timezone = "Asia/Shanghai"
    date_formats = (
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y %m/%d %H:%M:%S",
        "%Y %m-%d %H:%M:%S",
        "%Y-%m-%d",
        "%Y年%m月%d日 %H:%M:%S",
        "%Y年%m月%d日 %H:%M",
        "%Y-%m-%dT%H:%M:%S%z",
    )
    listing_date_formats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    wayback = (
        r".*/{since:%Y-%m}/[0-9][0-9]/(content|c)_[0-9]+.*",
        r".*/{since:%Y%m}[0-9][0-9]/[0-9A-Fa-f]{{32}}/c[.]html.*",
    )
    wayback_domains = (
        "english.news.cn",
        "www.xinhuanet.com/english/",
        "news.xinhuanet.com/english/",
        "news.xinhuanet.com/english2010/",
    )
    addresses = ADDRESSES
    # Pages that others read in 2025 and 2026 (china-society: one scraper, of a year not known);
    # each names the JSON of its list.
    sections = {
        "latest": Section(("/list/latestnews.htm",), paged=False),
        # The one list known by its address, of /list/.
        "list": Section(("/list/ds_a950c54446a0421f9b94c0b053efdf33.json",), paged=False),
        "china-politics": Section(("/list/china-politics.htm",), paged=False),
        "china-business": Section(("/list/china-business.htm",), paged=False),
        "china-science": Section(("/list/china-science.htm",), paged=False),
        "china-society": Section(("/list/china-society.htm",), paged=False),
        "china-chinaworld": Section(("/list/china-chinaworld.htm",), paged=False),
        "world-americas": Section(("/list/World-americas.htm",), paged=False),
        "world-middleeast": Section(("/list/World-MiddleEast.htm",), paged=False),
        "world": Section(("/world/index.htm",), paged=False),
        "africa": Section(("/africa/index.htm",), paged=False),
        "china-africa": Section(("/africa/china_africa/index.htm",), paged=False),
        "northamerica": Section(("/northamerica/index.htm",), paged=False),
        "europe": Section(("/europe/index.htm",), paged=False),
        "asiapacific": Section(("/asiapacific/index.htm",), paged=False),
    }
    # Read by others on 2026-09-25 and later.
    expected_sections = ("latest", "list")
    kinds = KINDS
    listings = (List2022, DataList2022, NodeList2015)
    articles = (Article2021, Article2017, Article2010, Article2007)
