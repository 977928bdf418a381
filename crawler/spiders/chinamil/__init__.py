"""China Military Online, eng.chinamil.com.cn, the English site of the People's Liberation Army.

Facts, each with where it was seen. No page of it was seen as sent: all of this is from collectors
that read the live site (jonawalb/rhetoric-corpus, October 2026; another of May 2026), from one of
2021, and from the texts of pages of 2016 to 2024 as an index of the web has them.

* http only: the certificate is for another name (2026-10). robots.txt is 404.
* Articles stand at `/<folders>/<7 to 9 digits>.html` since 2023 (`/2025xb/M_251449/V_251467/
  16447328.html` of 2026-03), before at `/view/YYYY-MM/DD/content_N.htm` and
  `/<folders>/YYYY-MM/DD/content_N.htm`, which are 404 today and kept by the Wayback Machine only.
  The numbers went on: articles of 2018 and 2019 were moved under the new folders with the numbers
  they had (`/HOME_209227/Focus_209228/7921634.html`, `/CHINA_209163/Features_209191/
  9480754.html`), so one number is taken to be one article, whatever its folders. Hosts
  english.chinamil.com.cn and english.pladaily.com.cn show the same pages.
* Further pages of galleries are `content_N_2.htm` (`content_7210118_7.htm`, 2016-08), of the new
  system `N_2.html` (seen on eng.mod.gov.cn, the same software).
* Listings: `index.html`, `index_2.html` … under a section, as many as `createPageHTML('N', …)`
  says, about five pages, under `#main-news-list`. Those of 2023 to 2025 (`/CHINA_209163/…`) went
  with the redesign of 2025 and are no sections; neither are the feeds, which are 404.
* The new pages print `2026-05-08 10:34:11`, Beijing time, after `Time`; those of 2016 to the
  minute. Old pages have the date also in a comment of the CMS.
* Which folders hold videos and photos is read from their names, in 2025 from their initials.
"""

from __future__ import annotations

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.chinamil.addresses import ADDRESSES, HOME
from crawler.spiders.chinamil.articles import Article2016, Article2023
from crawler.spiders.chinamil.listings import LinkList2023, Listing2025

__all__ = ["ChinamilSpider"]


class ChinamilSpider(PortalSpider):
    """China Military Online."""

    name = "chinamil"
    allowed_domains = ["chinamil.com.cn", "pladaily.com.cn"]
    home = HOME
    fixed_scheme = "http"  # the certificate is for another name
    timezone = "Asia/Shanghai"
    date_formats = (
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M:%S.%f",  # in the comment of the CMS
        "%Y-%m-%d %H:%M:%S:%f",
    )
    listing_date_formats = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    wayback_domains = ("eng.chinamil.com.cn", "english.chinamil.com.cn", "english.pladaily.com.cn")
    wayback = (r".*/{since:%Y-%m}/[0-9][0-9]/content_[0-9]+[.]htm.*",)
    addresses = ADDRESSES
    # The first four were walked in May 2026; the others are the folders of articles of 2026.
    sections = {
        "home": Section(("/",), paged=False),
        "latest": Section(("/2025xb/H_251454/L_251456/",)),
        "voice": Section(("/2025xb/V_251452/",)),
        "training-exercise": Section(("/2025xb/C_251453/TE/",)),
        "exchange-cooperation": Section(("/2025xb/C_251453/EC/",)),
        "features": Section(("/2025xb/C_251453/F_251462/",)),
        "world-news": Section(("/2025xb/W/N/",)),
        "videos": Section(("/2025xb/M_251449/V_251467/",)),
        "photos": Section(("/2025xb/M_251449/P_251468/",)),
    }
    expected_sections = (
        "home",
        "latest",
        "voice",
        "training-exercise",
        "exchange-cooperation",
    )
    listings = (Listing2025, LinkList2023)
    articles = (Article2023, Article2016)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """`index.html`, then `index_2.html`, …; the home page is its folder."""
        if path == "/":
            return (f"{self.home}/", f"{self.home}/index.html")
        return (f"{self.home}{path}index{'' if page == 1 else f'_{page}'}.html",)
