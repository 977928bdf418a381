"""People's Daily Online, English edition, en.people.cn.

Facts, each with where it was seen:

* Addresses: `/200308/07/eng20030807_121839.shtml` (`.html` in 2005), `/90001/90777/90852/
  6329279.html` to 2013, `/n/2015/0123/c90882-8840092.html`, `/n3/2022/1123/c90000-10175286.html`
  since about 2015; the last number is the id on every host: /90882/7560758.html of 2011 was
  captured under en.people.cn. Pages after the first end in `-2.html`. Number 9716018 is "About".
* Pages seen: one of 28 December 2007 (whole) and the main block of one of 23 November 2022. All
  others are second hand, from the selectors of scrapers; such a layout says so. What does not have
  their marks is refused: galleries of other templates, videos, specials.
* Header: byline, source in brackets and `16:54, August 04, 2011`, Beijing time without a zone, to
  the minute. `(Web editor: A, B)` closes the text; `Source: …` in italics does in 2007.
* Commentaries are signed by pen names of the paper (Zhong Sheng, He Yin, Ren Ping): reprints of
  2019 to 2026.
* Lists: `/90777/index.html`, `index2.html`, … walked to 60 pages (rhetoric-corpus, October 2026;
  26 links on each, 26 September 2026), links with `2023-02-17 08:24` (scrapers of 2023). None was
  seen. The feed /rss/90001.xml was 404 on 25 September 2026: no feed is walked.
* Reaching back: `/review/20150102.html`, one a day, in scrapers for 2009 to 2020; whether they
  answer in 2026 is not known. `/200405/01/archive.html` was captured; the other days are inferred
  from it and from addresses with `eng` of 2003 to March 2007. Between, nothing reaches back.
* The page reloads itself every 900 seconds (`Refresh`): no redirect.
"""

from __future__ import annotations

from datetime import date

from crawler.archives import Archive
from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.peoplesdaily.addresses import ADDRESSES, KINDS, LISTING_DATES
from crawler.spiders.peoplesdaily.articles import (
    Article2003,
    Article2007,
    Article2011,
    Article2014,
    Article2019,
    Article2021,
)
from crawler.spiders.peoplesdaily.listings import Archive2004, Listing2023, Review2012

__all__ = ["PeoplesDailySpider"]


class PeoplesDailySpider(PortalSpider):
    """People's Daily Online."""

    name = "peoplesdaily"
    allowed_domains = [
        "en.people.cn",
        "english.people.com.cn",
        "english.peopledaily.com.cn",
        "en.people.com.cn",
        "english.people.cn",
    ]
    # Lists are known by http only.
    home = "http://en.people.cn"
    timezone = "Asia/Shanghai"
    date_formats = (
        *(
            f"{clock}{comma}{day}"
            for clock in ("%H:%M", "%H:%M:%S")
            for comma in (", ", ",", " ")
            for day in ("%B %d, %Y", "%B %d,%Y", "%B%d, %Y", "%B%d,%Y")
        ),
        "%A, %B %d, %Y",
        "%A, %B %d,%Y",
    )
    listing_date_formats = LISTING_DATES
    # Addresses before 2012 have no date, and are not asked for: all that was ever copied would come.
    wayback = (
        r".*/n3?/{since:%Y}/{since:%m}[0-9][0-9]/c[0-9]+-[0-9]+.*",
        r".*/{since:%Y%m}/[0-9][0-9]/eng[0-9]+_[0-9]+[.]s?html.*",
    )
    wayback_domains = (
        "en.people.cn",
        "english.people.com.cn",
        "english.peopledaily.com.cn",
        "en.people.com.cn",
    )
    addresses = ADDRESSES
    # Nodes that rhetoric-corpus (October 2026) and other scrapers walk; without a name where none
    # of them says what it holds.
    sections = {
        "world": Section(("/90777/",)),
        "opinion": Section(("/90780/",)),
        "china-politics": Section(("/90785/",)),
        "business": Section(("/business/", "/90778/")),
        "society": Section(("/90882/",)),
        "culture": Section(("/90782/",)),
        "sports": Section(("/90779/",)),
        "military": Section(("/90786/",)),
        "sci-tech": Section(("/202936/",)),
        "photos": Section(("/90783/",)),
        "special": Section(("/98649/",)),
        **{
            f"node-{node}": Section((f"/{node}/",))
            for node in ("98389", "102775", "102780", "102840", "102842", "205040", "518252")
        },
    }
    # Found full on 2026-09-26.
    expected_sections = ("world", "opinion", "china-politics", "society")
    archives = {
        "review": Archive(
            "/review/{since:%Y%m%d}.html",
            each="day",
            first=date(2009, 1, 1),
            last=date(2020, 12, 31),
            paged=False,
        ),
        "archive": Archive(
            "/{since:%Y%m}/{since:%d}/archive.html",
            each="day",
            first=date(2003, 1, 1),
            last=date(2007, 3, 31),
            paged=False,
        ),
    }
    kinds = KINDS
    listings = (Listing2023, Review2012, Archive2004)
    articles = (Article2021, Article2019, Article2014, Article2011, Article2007, Article2003)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        """`index.html`, or the folder itself, then `index2.html`, …"""
        if not path.endswith("/"):
            return (self.home + path,)
        if page > 1:
            return (f"{self.home}{path}index{page}.html",)
        return (f"{self.home}{path}index.html", self.home + path)
