"""The State Council's English site, english.www.gov.cn.

Facts, each with where it was seen. All is second hand: no page of the portal was seen.

* Addresses: `/<folders>/YYYYMM/DD/content_WS<24 hex>.html` (/news/topnews/202108/19/
  content_WS611dba88c6d0df57f98deabb.html, /archive/statistics/202608/07/
  content_WS6a7599d2c6d00ca5f9a0c8c9.html, both cited elsewhere), from 2014 until then
  `/<folders>/YYYY/MM/DD/content_2814….htm`, on english.gov.cn, too. The first eight digits of a WS
  id are the seconds since 1970 of its making, as on China Daily, whose software it is: a check.
* What is older than about October 2022 redirects to the home page (rhetoric-corpus, 2026-10-02 to
  -05). So addresses of the first system are read from web archives only, and a home page under an
  article's address is refused. `/robots.txt` gives the home page, too: it has no rules.
* An article has `.Artical_Title`, `.Artical_Info`, `.Artical_Content` (so spelt), `meta` with
  `publishdate` and `source` (rhetoric-corpus), and prints `Updated: December 8, 2025 14:38`
  (prism, 2025). The line is read only where it is date, source, byline and nothing else.
* A page of 2016 prints `Updated: Aug 15,2016 2:09 PM` below its headline, and `Details>>` with a
  link below its paragraphs, which is left out (text of /policies/policy_watch/2016/08/15/
  content_281475417938311.htm).
* Lists are `<folder>/`, `<folder>/page_2.html`, …, back to about October 2022, their links without
  a scheme (rhetoric-corpus; 16 dated links on /news/ and 12 on /policies/ on 2026-09-26). Their
  markup is not known: every link to an article is taken.
"""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.govcn.addresses import ADDRESSES
from crawler.spiders.govcn.articles import Article2014, Article2022
from crawler.spiders.govcn.listings import LinkList2022

__all__ = ["GovCnSpider"]


class GovCnSpider(PortalSpider):
    """The State Council of China."""

    name = "govcn"
    allowed_domains = ["english.www.gov.cn", "english.gov.cn"]
    home = "https://english.www.gov.cn"
    timezone = "Asia/Shanghai"
    date_formats = tuple(
        f"{day}{clock}"
        for day in ("%B %d, %Y", "%B %d,%Y", "%Y-%m-%d", "%Y/%m/%d")
        for clock in (" %H:%M", "", " %H:%M:%S", " %I:%M %p")
    )
    addresses = ADDRESSES
    wayback = (
        r".*/{since:%Y%m}/\d\d/content_WS.*",
        r".*/{since:%Y/%m}/\d\d/content_\d+.*",
    )
    # What rhetoric-corpus walked in October 2026.
    sections = {
        "home": Section(("/",), paged=False),
        "news": Section(("/news/",)),
        "top-news": Section(("/news/topnews/",)),
        "speeches": Section(("/news/speeches/",)),
        "press-briefings": Section(("/news/pressbriefings/",)),
        "policies": Section(("/policies/",)),
        "latest-releases": Section(("/policies/latestreleases/",)),
        "featured": Section(("/policies/featured/",)),
        "policy-watch": Section(("/policies/policywatch/",)),
        "archive": Section(("/archive/",)),
        "white-papers": Section(("/archive/whitepaper/",)),
        "gazette": Section(("/archive/statecouncilgazette/",)),
        "state-council": Section(("/statecouncil/",)),
        "premier": Section(("/statecouncil/premier/",)),
        "institutions": Section(("/institutions/",)),
    }
    # Had dated links on 2026-09-26.
    expected_sections = ("news", "policies")
    listings = (LinkList2022,)
    articles = (Article2022, Article2014)

    @classmethod
    def id_clock(cls, native: str) -> datetime | None:
        if not native.startswith("WS"):
            return None
        return datetime.fromtimestamp(int(native[2:10], 16), UTC)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """The folder, then `page_2.html`, …"""
        return (self.home + path + (f"page_{page}.html" if page > 1 else ""),)
