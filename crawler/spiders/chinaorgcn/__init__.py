"""China.org.cn, www.china.org.cn.

Facts, each with where it was seen:

* Addresses: `/<section>/YYYY-MM/DD/content_<number>.htm` since 2008 (/china/2015-05/26/
  content_35665618.htm; nine digits and `.shtml` by /china/Off_the_Wire/2025-11/22/
  content_118190388.shtml; without a section in 2026, `/YYYY-MM/DD/content_118662117.shtml`),
  before that `/english/<topic>/<number>.htm`. Hosts with and without `www`, http and https. The
  number is the id: of the new system from seven digits on, of the old one up to six.
* The body, `div#container_txt`, was seen on one page of 2022 (/opinion/2022-10/21/
  content_78478030.htm, the body only): `<!--enpcontent-->` to `<!--/enpcontent-->`, then a comment
  `<!--enpproperty …/enpproperty-->` with id, date (`2022-10-21 09:44:58:0`), author, title,
  keywords, subtitle, source and, as `liability`, the editor. `subtitle` repeats the byline.
* The header is second hand: `#title` and `#guild dd` = `China.org.cn, May 26, 2015`, between
  `0 Comment(s)Print E-mail` and `Adjust font size:` (a scraper of 2025; the text of the page
  /china/2015-05/26/content_35665618.htm). What it prints goes before what the comment says.
* Listings are second hand: `.columns1 > ul > li > a` and the pager `#autopage` on `node_<7
  digits>.htm` (a scraper of 2025). Whether they answer in 2026 is not known; the home page did on
  2026-08-24. `/rss/1201719.xml` gives HTML: no feed is walked.
* Of pages before 2008, and of those of 2026, no markup is known: what does not have the marks below
  is refused. No archive: an address needs a section, which a number does not tell.
"""

from __future__ import annotations

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.chinaorgcn.addresses import ADDRESSES
from crawler.spiders.chinaorgcn.articles import Article2015, Article2022
from crawler.spiders.chinaorgcn.listings import LinkList2018, Listing2025

__all__ = ["ChinaOrgCnSpider"]


class ChinaOrgCnSpider(PortalSpider):
    """China.org.cn."""

    name = "chinaorgcn"
    allowed_domains = ["china.org.cn"]
    home = "http://www.china.org.cn"
    timezone = "Asia/Shanghai"
    date_formats = (
        "%Y-%m-%d %H:%M:%S:%f",
        "%Y-%m-%d %H:%M:%S.%f",
        "%Y-%m-%d %H:%M:%S",
        "%B %d, %Y",
        "%B %d, %Y %H:%M",
        "%B %d, %Y, %H:%M",
    )
    listing_date_formats = ("%B %d, %Y", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
    addresses = ADDRESSES
    # The other languages are on hosts below the domain.
    wayback = (
        r"https?://(?:www\.)?china\.org\.cn(?::80)?/(?:.*/)?{since:%Y-%m}/\d\d/content_\d+.*",
    )
    # Lists that a scraper of 2025 walked; the fronts are of the address form that pages link to.
    sections = {
        "home": Section(("/",), paged=False),
        "china": Section(tuple(f"/china/node_{n}.htm" for n in range(7075073, 7075078))),
        "world": Section(tuple(f"/world/node_{n}.htm" for n in range(7075229, 7075234))),
        "business": Section(
            tuple(
                f"/business/node_{n}.htm"
                for n in (
                    *(7074857, 7074858, 7074861, 7074862, 7164397, 7164398),
                    *range(7074864, 7074872),
                )
            )
        ),
        "opinion": Section(tuple(f"/opinion/node_{n}.htm" for n in (7074949, 7074948, 7164234))),
        "fronts": Section(
            tuple(f"/{n}/index.htm" for n in ("china", "world", "business", "opinion", "travel")),
            paged=False,
        ),
    }
    # Answered on 2026-08-24; of the others nothing later than 2025 is known.
    expected_sections = ("home",)
    listings = (Listing2025, LinkList2018)
    articles = (Article2022, Article2015)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """`node_N.htm`, then `node_N_2.htm`, …"""
        return (self.home + (path.replace(".htm", f"_{page}.htm") if page > 1 else path),)
