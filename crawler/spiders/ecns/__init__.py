"""ECNS, www.ecns.cn, of the China News Service.

Facts, each with where it was seen:

* Two systems. Until May 2018 addresses end in a number (`/business/2017/01-11/241151.shtml`),
  pages declare gb2312 and are served so to this day; since then `detail-i<letters><digits>`,
  UTF-8. The core of an article page did not change: `h1#contitle`, `div.downinfo`, `div#yanse`
  (/2018/05-03/301274 fetched 2026-10-04; /news/politics/2025-01-10/detail-ihemrznk1748604;
  /cns-wire/2026-07-20/detail-ihfhkrtk6181675). Galleries (/hd/, /photo/, /visual/) and videos
  are taken to share it: no whole page of theirs was seen, and one that does not is refused.
* `div.downinfo` prints `2026-07-20 13:23:31`, source and `Editor  : Name` in spans without a
  separator, Beijing time without a zone, to the minute until 2018, to the second in 2025.
* Listings: `ul.bizlst > li > h3 > a` with the day in `b`, 45 a page, `index_2.shtml` … about ten
  pages deep (scrapers of 2017-01 and 2025-01; /news/politics/ walked to its end 2025-01-12).
* One story is linked under several section paths, hosts and `/m/`; the slug or number is its id.
* The feed's `pubDate` is `2026-10-06 19:48:21`, Beijing time (snapshot of 2026-10-07).
"""

from __future__ import annotations

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.ecns.addresses import ADDRESSES, KINDS
from crawler.spiders.ecns.articles import Article2011, Article2018
from crawler.spiders.ecns.listings import Feed2013, LinkList2018, Listing2017

__all__ = ["EcnsSpider"]


class EcnsSpider(PortalSpider):
    """ECNS."""

    name = "ecns"
    allowed_domains = ["ecns.cn"]
    home = "https://www.ecns.cn"
    timezone = "Asia/Shanghai"
    date_formats = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
    listing_date_formats = (
        "%b %d, %Y",
        "%Y-%m-%d %H:%M:%S",
    )
    addresses = ADDRESSES
    wayback = (
        r".*/{since:%Y}/{since:%m}-\d\d/\d+\.shtml.*",
        r".*/{since:%Y-%m}-\d\d/detail-i.*",
    )
    # Paths walked by others in 2025 and 2026, and those of the site map of 2018.
    sections = {
        "home": Section(("/",), paged=False),
        "scroll": Section(("/scroll/",), paged=False),
        "rss": Section(("/rss/rss.xml",), paged=False),
        "news": Section(("/news/",)),
        "cns-wire": Section(("/cns-wire/", "/news/cns-wire/")),
        "china": Section(("/china/",)),
        "politics": Section(("/china/politics/", "/news/politics/")),
        "national": Section(("/china/national/",)),
        "regional": Section(("/china/regional/",)),
        "society": Section(("/society/", "/news/society/")),
        "economy": Section(("/news/economy/",)),
        "business": Section(("/business/",)),
        "world": Section(("/world/",)),
        "military": Section(("/military/", "/news/military/")),
        "sci-tech": Section(("/sci-tech/", "/news/sci-tech/", "/news/science/")),
        "culture": Section(("/culture/", "/news/culture/")),
        "travel": Section(("/travel/",)),
        "hongkong": Section(("/hongkong/",)),
        "taiwan": Section(("/taiwan/",)),
        "voices": Section(("/voices/",)),
        "opinion": Section(("/opinion/",)),
        "top-news": Section(("/top_news/",)),
        "photo": Section(("/photo/",)),
        "video": Section(("/video/",)),
    }
    # In the navigation of 2026, or found full on 2026-09-26.
    expected_sections = ("home", "rss", "news", "cns-wire", "photo", "video", "voices")
    ignored_sections = {"learning-Chinese": "language lessons, not news"}
    kinds = KINDS
    listings = (Listing2017, LinkList2018, Feed2013)
    articles = (Article2018, Article2011)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """`index.shtml`, or the folder itself, then `index_2.shtml`, …"""
        if not path.endswith("/"):
            return (self.home + path,)
        if page > 1:
            return (f"{self.home}{path}index_{page}.shtml",)
        return (f"{self.home}{path}index.shtml", self.home + path)
