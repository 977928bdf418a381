"""SHINE, www.shine.cn, the online edition of Shanghai Daily, of the Shanghai United Media Group.

State-owned by the city of Shanghai, not by the centre. Facts, each with where it was seen. The
markup of its articles is not known: neither a page nor a scraper of it was found. What is known is
what pages print, so the layout goes by that, is second hand, and refuses a page that prints
anything else.

* Addresses: `/<section>/<10 digits>/`, as /news/metro/1803011072/ and /feature/art-culture/
  2311227602/. The ten digits are the id; they are year, month and day and a number of four: of
  /news/metro/2402237313/, printed 2024-02-23, and of all 14 that were found (2018 to 2025).
  `http://shine.cn/` led to https://www.shine.cn/ in 2018.
* An article prints a folder line, `News / Metro`; the headline; `11:17 UTC+8, 2024-02-23` with the
  number of comments after it; its text; and `Source: SHINE Editor: Wang Yanlin` (texts of
  /news/metro/2402237313/ and /news/metro/2109245493/). A writer has a page at `/<name>/`, as
  /zhongyouyang/ of Zhong Youyang. Where there is a summary, writer and date stand above it and
  below it, the name twice each time (text of /news/metro/2205205847/).
* Below a picture stand credit and caption, in this order: `Jiang Xiaowei / SHINE`, then a line
  (text of /news/metro/2109245493/, a page of nothing else). Where pictures and text take turns, and no
  frame around them says which line is whose, the page is refused.
* Pictures are loaded late, their address is in `data-original` (github widora/wegi, test_html.c,
  2021).
* Lists: /opinion/ and /feature/ print headlines with folder lines (texts, about 2018); every link
  to an article is taken. `sitemap-news.xml` was read by others in 2020. `/rss` answered 307, no
  feed is known.
* Before August 2017 the site was www.shanghaidaily.com, of whose addresses one form is known,
  /metro/<headline>/shdaily.shtml (2016): nothing of it is fetched, nor of archive.shine.cn.
* Whether the site still answers in 2026 is not proved: pages of 2026 link its texts at
  www.citynewsservice.cn/shine/. No section is therefore expected.
"""

from __future__ import annotations

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.shine.addresses import ADDRESSES, identified
from crawler.spiders.shine.articles import Article2017
from crawler.spiders.shine.listings import LinkList2018, Sitemap2020
from crawler.urls import Address

__all__ = ["ShineSpider"]


class ShineSpider(PortalSpider):
    """SHINE."""

    name = "shine"
    ownership = "state-owned, not central"
    allowed_domains = ["shine.cn"]
    home = "https://www.shine.cn"
    timezone = "Asia/Shanghai"
    date_formats = ("%H:%M UTC+8, %Y-%m-%d",)
    listing_date_formats = ("%Y-%m-%d",)
    wayback = (r".*/{since:%y%m}[0-9]{{6}}/.*",)
    addresses = ADDRESSES
    sections = {
        "home": Section(("/",), paged=False),
        "sitemap": Section(("/sitemap-news.xml",), paged=False),
        "news": Section(("/news/",), paged=False),
        "metro": Section(("/news/metro/",), paged=False),
        "nation": Section(("/news/nation/",), paged=False),
        "opinion": Section(("/opinion/",), paged=False),
        "feature": Section(("/feature/",), paged=False),
        "art-culture": Section(("/feature/art-culture/",), paged=False),
        "video": Section(("/video/",), paged=False),
    }
    kinds = {"video": "video"}
    listings = (LinkList2018, Sitemap2020)
    articles = (Article2017,)

    @classmethod
    def identify(cls, url: str) -> Address | None:
        return identified(url)
