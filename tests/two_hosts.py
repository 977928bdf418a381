"""A portal on two hosts, for tests that crawl with `-s SPIDER_MODULES=tests.two_hosts`."""

from __future__ import annotations

from crawler.portal import PortalSpider
from crawler.selection import Section
from crawler.spiders.ecns.articles import Article2018
from crawler.spiders.ecns.listings import Listing2017
from crawler.urls import AddressForm

_PATH = r"/news/(?P<date>\d{4}-\d\d-\d\d)/detail-(?P<id>i[a-z]+\d+)\.shtml"


class TwoHosts(PortalSpider):
    """`www.ecns.cn` and `ecns.cn`, each with a section of its own."""

    name = "two"
    allowed_domains = ["ecns.cn", "nowhere.invalid"]  # the latter has no address (RFC 2606)
    home = "https://www.ecns.cn"
    date_formats = ("%Y-%m-%d %H:%M:%S",)
    addresses = tuple(
        AddressForm(
            hosts=(host,),
            path=_PATH,
            native=f"{host}-{{id}}",
            url=f"https://{host}/news/{{date}}/detail-{{id}}.shtml",
        )
        for host in ("www.ecns.cn", "ecns.cn")
    )
    sections = {
        "www": Section(("https://www.ecns.cn/news/",), paged=False),
        "bare": Section(("https://ecns.cn/news/",), paged=False),
    }
    listings = (Listing2017,)
    articles = (Article2018,)

    def listing_addresses(self, path: str, page: int) -> tuple[str, ...]:
        return (path,)
