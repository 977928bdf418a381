"""What the portal has no more comes from the Wayback Machine, and says so."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from crawler.stores.jsonl import read_lines
from crawler.wayback import copy_at, copy_of, queries
from tests.crawling import QUICK, archived, article, environment, reports, scrapy, small_site
from tests.pages import FIXTURES
from tests.proxy import Page, Site, running_proxy
from tests.test_portals import PORTALS
from tests.wayback import Copied, WaybackSite

OLD = "http://www.ecns.cn:80/2015/02-13/154796.shtml"
WINDOW = ("-a", "since=2015-02-01", "-a", "until=2015-02-28", "-a", "via=wayback")


def old_page(number: int) -> bytes:
    """An invented page of the old system."""
    text = (FIXTURES / "ecns" / "article-2015-linked-as-mobile.html").read_text("gb18030")
    return text.replace("154913", str(number)).encode("gb18030")


def crawl(site: Site, data_dir: Path, *arguments: str) -> tuple[int, str]:
    with running_proxy(site) as proxy:
        done = scrapy("crawl", "ecns", *arguments, *QUICK, env=environment(proxy, data_dir))
        assert "Traceback" not in done.err, done.err
        return done.code, done.out + done.err


def test_addresses_of_copies() -> None:
    copy = copy_of("https://web.archive.org/web/20150214010203id_/http://www.ecns.cn/x.shtml")
    assert copy is not None
    assert copy.original == "http://www.ecns.cn/x.shtml"
    assert copy.copied_at == "2015-02-14T01:02:03Z"
    assert copy_at(copy.when, copy.original) == copy.url
    assert copy_of("https://www.ecns.cn/2015/02-13/154796.shtml") is None
    near = copy_of("http://web.archive.org/web/2015/http://www.ecns.cn/x.shtml")
    assert near is not None and near.copied_at is None


def test_a_query_for_each_month_and_form() -> None:
    asked = list(queries(["ecns.cn"], ["a{since:%Y%m}", "b"], date(2014, 12, 5), date(2015, 1, 2)))
    assert [(first, last) for _, first, last in asked[:2]] == [
        (date(2015, 1, 1), date(2015, 1, 31)),
        (date(2014, 12, 1), date(2014, 12, 31)),
    ]
    assert len(asked) == 4
    assert "original%3Aa201501" in asked[0][0] and "from=20150101" in asked[0][0]
    (query, *_), *none = queries(["ecns.cn"], [], date(2014, 12, 5), date(2015, 1, 2))
    assert "from=20141205" in query and not none


@pytest.mark.parametrize("limit", [100, 1])
def test_the_portal_first_then_the_copy(limit: int, tmp_path: Path) -> None:
    here = "http://www.ecns.cn/2015/02-14/154800.shtml"
    copies = [
        Copied("20150214010203", OLD, old_page(154796)),
        Copied("20160101000000", OLD, b"<p>later"),
        Copied("20150301000000", here, b"<p>the portal's own is asked first"),
        Copied("20150301000000", "http://www.ecns.cn/2015/03-14/155800.shtml", b"of another month"),
        Copied("20150301000000", "http://www.ecns.cn/2015/02-14/", b"no article"),
    ]
    site, _ = small_site(1)
    site[here] = Page(body=old_page(154800))
    _code, out = crawl(WaybackSite(site, copies, limit, refusals=1), tmp_path, *WINDOW)
    records = {record["id"]: record for record in archived(tmp_path)}
    assert set(records) == {"ecns:154796", "ecns:154800"}, out
    copied, own = records["ecns:154796"], records["ecns:154800"]
    assert copied["copy_url"] == f"https://web.archive.org/web/20150214010203id_/{OLD}"
    assert copied["copied_at"] == "2015-02-14T01:02:03Z"
    assert copied["url"] == "https://www.ecns.cn/2015/02-13/154796.shtml"
    assert own["copy_url"] is None and own["copied_at"] is None
    (report,) = reports(tmp_path)
    assert report["reach"]["archives"] == {"wayback": {"asked": 2, "read": 2}}
    assert report["reach"]["not_reached"] == []
    # A window that was read to its end is not asked for again, and a copy is read again as it was.
    with running_proxy(WaybackSite(site, copies)) as proxy:
        scrapy("crawl", "ecns", *WINDOW, *QUICK, env=environment(proxy, tmp_path))
        assert not [url for url in proxy.urls if "web.archive.org/" in url]
    again = scrapy(
        "reextract",
        "-o",
        tmp_path / "again",
        *tmp_path.glob("raw/*/*/*.gz"),
        env=environment(None, tmp_path),
    )
    assert again.code == 0, again.err
    (reread,) = [r for r in archived(tmp_path / "again") if r["id"] == "ecns:154796"]
    same = {name: copied[name] for name in ("copy_url", "copied_at", "url", "body", "capture")}
    assert {name: reread[name] for name in same} == same


def test_another_page_in_the_place_of_the_first(tmp_path: Path) -> None:
    """A soft 404: the portal answers 200 with something else."""
    site, _ = small_site(1)
    site[OLD] = Page(body=b"<html><body><p>Welcome to the home page</p></body></html>")
    copies = [Copied("20150214010203", OLD, old_page(154796))]
    crawl(WaybackSite(site, copies), tmp_path, *WINDOW)
    (record,) = archived(tmp_path)
    assert record["copy_url"]


def test_what_is_nowhere_is_gone(tmp_path: Path) -> None:
    site, _ = small_site(1)
    copies = [Copied("20150214010203", OLD, b"", status=200)]
    double = WaybackSite(site, copies)
    double._copies[0] = Copied("20150214010203", OLD, b"<p>nothing", 404)
    _code, _ = crawl(WaybackSite(site, copies), tmp_path, *WINDOW)
    (report,) = reports(tmp_path)
    assert report["articles"]["refused"] or report["articles"]["failed"]
    assert archived(tmp_path) == []


def test_without_it_what_is_not_reached_is_said(tmp_path: Path) -> None:
    site, _ = small_site(2)
    _code, out = crawl(site, tmp_path, *WINDOW[:4])
    (report,) = reports(tmp_path)
    assert report["reach"]["not_reached"] == [["2015-02-01", "2015-02-28"]]
    assert "not reached: 2015-02-01 to 2015-02-28" in out


def test_it_needs_days(tmp_path: Path) -> None:
    code, out = crawl(Site(), tmp_path, "-a", "via=wayback")
    assert code == 2 and "needs since=" in out


def test_links_are_of_the_articles(tmp_path: Path) -> None:
    """A copy's address is no address of another site: the article is the portal's."""
    url, page = article(3)
    site, _ = small_site(1)
    copies = [
        Copied(
            "20261120010203",
            url,
            bytes(page.body, "utf-8") if isinstance(page.body, str) else page.body,
        )
    ]
    crawl(WaybackSite(site, copies), tmp_path, "-a", "since=2026-11-01", "-a", "via=wayback")
    assert "ecns:ihfzabcd0000003" in {record["id"] for record in archived(tmp_path)}


# An address of each portal, of the form and month that it says.
REAL = {
    "bjreview": "http://www.bjreview.com/Lifestyle/202208/t20220817_800303870.html",
    "cctv": "https://english.cctv.com/2022/08/17/ARTI1234567890123456789012220817.shtml",
    "cgtn": "https://news.cgtn.com/news/2022-08-17/Some-slug-1a2b3c4d5e6/p.html",
    "chinadaily": "https://global.chinadaily.com.cn/a/202208/17/WS62fc1234a310fd2b29e72a45.html",
    "chinamil": "http://eng.chinamil.com.cn/view/2022-08/17/content_10178111.htm",
    "chinaorgcn": "http://www.china.org.cn/opinion/2022-08/17/content_78376543.htm",
    "ecns": "http://www.ecns.cn/news/2022-08-17/detail-ihcbxyqm1234567.shtml",
    "globaltimes": "https://www.globaltimes.cn/page/202208/1273123.shtml",
    "govcn": "http://english.www.gov.cn/news/202208/17/content_WS62fc1234c6d02e533532f45a.html",
    "peoplesdaily": "http://en.people.cn/n3/2022/0817/c90000-10135555.html",
    "shine": "https://www.shine.cn/news/metro/2208171234/",
    "xinhua": "https://english.news.cn/20220817/98A3b5c41af641938a2a205f1e0b9f71/c.html",
}


@pytest.mark.parametrize("name", [name for name, spider in PORTALS.items() if spider.wayback])
def test_a_portal_asks_for_its_addresses_of_a_month(name: str) -> None:
    spider = PORTALS[name]
    assert spider.fetchable(REAL[name]), "no address of the portal"

    def asked(month: date) -> bool:
        forms = (form.format(since=month) for form in spider.wayback)
        return any(re.fullmatch(form, REAL[name]) for form in forms)

    assert asked(date(2022, 8, 1))
    assert not asked(date(2022, 9, 1))


def test_a_copy_of_an_unknown_template_is_read_provisionally(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="requirements-provisional.txt is not installed")
    site, _ = small_site(1)
    text = "".join(
        f"<p>Berth {number} opens in spring, said the harbour master of the invented port.</p>"
        for number in range(8)
    )
    page = f"<html><head><title>Berths open</title></head><body><h1>Berths open</h1>{text}"
    crawl(WaybackSite(site, [Copied("20160214010203", OLD, page.encode())]), tmp_path, *WINDOW)
    (path,) = tmp_path.glob("provisional/*/*/*.jsonl")
    (record,) = read_lines(path)
    assert record["copy_url"] == f"https://web.archive.org/web/20160214010203id_/{OLD}"
    assert record["published_at"] != "2016-02-14T00:00:00+08:00", "the day of the copy"
