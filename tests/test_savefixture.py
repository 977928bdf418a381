"""`scrapy savefixture`: a page and what is read of it, over loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.generic import is_available
from tests.crawling import Done, article, environment, scrapy, small_site
from tests.pages import FIXTURES, facts_of
from tests.proxy import Page, Proxy, running_proxy

URL, PAGE = article(3)
CASE = "article-2026-ihfzabcd0000003"
UNKNOWN = "https://www.ecns.cn/news/2026-11-05/detail-ihfzabcd0009005.shtml"
ROBOTS = "https://www.ecns.cn/robots.txt"
SENTENCE = "The harbour master of the invented port said that berth {} opens in spring, at last."


def save(proxy: Proxy, folder: Path, *args: str, **more: str) -> Done:
    """Runs the command with a folder for data that must stay empty."""
    env = environment(proxy, folder / "data", **more)
    options = ("-s", "DOWNLOAD_DELAY=0", "-s", "RETRY_TIMES=0")
    done = scrapy("savefixture", *args, "--into", folder / "fixtures", *options, env=env)
    assert "Traceback" not in done.err, done.err
    assert not (folder / "data").exists()
    return done


def saved(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "fixtures").rglob("*.*"))


def facts(folder: Path, case: str, portal: str = "ecns") -> dict[str, Any]:
    return facts_of(folder / "fixtures" / portal / f"{case}.json")


def test_an_article_is_saved_with_what_the_rules_read(tmp_path: Path) -> None:
    site, _ = small_site(4)
    site[URL] = Page(body=PAGE.body, gzip=True)
    with running_proxy(site) as proxy:
        done = save(proxy, tmp_path, URL)
        asked = [request.url for request in proxy.requests]
    assert done.code == 0 and done.err == ""
    assert asked == [ROBOTS, URL]
    assert saved(tmp_path) == [f"{CASE}.html", f"{CASE}.json"]
    page = tmp_path / "fixtures" / "ecns" / f"{CASE}.html"
    assert page.read_bytes() == PAGE.body
    read = facts(tmp_path, CASE)
    assert read["unchecked"] is True
    assert (read["url"], read["kind"], read["layout"]) == (URL, "article", "Article2018")
    assert read["headers"] == {"Content-Type": "text/html"}
    expect = read["expect"]
    assert expect["headline"] == "Harbour opens berth 3" and expect["editors"] == ["Li Lan"]
    assert expect["published_at"] == "2026-11-01T08:00:00+08:00" and expect["sources"] == ["Xinhua"]
    # Every field that a person must look at, and none that no page prints.
    whole = facts_of(FIXTURES / "ecns" / "article-2026-two-editors.json")["expect"]
    assert set(expect) == set(whole)
    assert f"{page}, and {CASE}.json: article, read by Article2018" in done.out
    assert 'headline: "Harbour opens berth 3"' in done.out and "invented text" in done.out


def test_it_is_never_written_over(tmp_path: Path) -> None:
    site, _ = small_site(4)
    with running_proxy(site) as proxy:
        first = save(proxy, tmp_path, URL, "-o", "article-2026-berth")
        (tmp_path / "fixtures" / "ecns" / "article-2026-berth.html").write_text("corrected")
        count = len(proxy.requests)
        second = save(proxy, tmp_path, URL, "-o", "article-2026-berth")
        assert len(proxy.requests) == count, "it is known before anything is asked for"
        third, fourth = save(proxy, tmp_path, URL), save(proxy, tmp_path, URL)
    assert (first.code, second.code, third.code, fourth.code) == (0, 2, 0, 2)
    for done in (second, fourth):
        assert "is there already; -o gives another name" in done.err and done.err.count("\n") == 1
    assert (tmp_path / "fixtures" / "ecns" / "article-2026-berth.html").read_text() == "corrected"


def test_a_listing_and_a_feed(tmp_path: Path) -> None:
    site, urls = small_site(3)
    feed = FIXTURES / "ecns" / "feed-2026-rss.xml"
    site["https://www.ecns.cn/rss/rss.xml"] = Page(
        headers=[("Content-Type", "application/xml")], body=feed.read_bytes()
    )
    with running_proxy(site) as proxy:
        one = save(proxy, tmp_path, "https://www.ecns.cn/news/index.shtml", "-o", "listing-2026")
        two = save(proxy, tmp_path, "https://www.ecns.cn/rss/rss.xml", "-o", "feed-2026")
    assert (one.code, two.code) == (0, 0)
    assert saved(tmp_path) == [
        "feed-2026.json",
        "feed-2026.xml",
        "listing-2026.html",
        "listing-2026.json",
    ]
    listed = facts(tmp_path, "listing-2026")
    assert (listed["kind"], listed["layout"]) == ("listing", "Listing2017")
    assert [link["url"] for link in listed["expect"]["links"]] == urls
    fed = facts(tmp_path, "feed-2026")
    assert (fed["kind"], fed["layout"]) == ("feed", "Feed2013")
    known = facts_of(feed.with_suffix(".json"))["expect"]["links"]
    assert fed["expect"]["links"] == known


@pytest.mark.parametrize("long", [True, False])
def test_a_page_that_no_layout_claims(long: bool, tmp_path: Path) -> None:
    text = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(6 if long else 1))
    site, _ = small_site(1)
    site[UNKNOWN] = Page(
        body=f"<html><head><title>Berth opens</title></head><body><article><h1>Berth opens</h1>{text}"
        "</article></body></html>"
    )
    with running_proxy(site) as proxy:
        done = save(proxy, tmp_path, UNKNOWN)
    assert done.code == 0
    read = facts(tmp_path, "article-2026-ihfzabcd0009005")
    assert read["layout"] is None and read["unchecked"] is True
    assert read["expect"]["id"] == "ecns:ihfzabcd0009005" and read["expect"]["url"] == UNKNOWN
    generic = long and is_available()
    assert read["expect"]["headline"] == ("Berth opens" if generic else None)
    assert len(read["expect"]["body"]) == (6 if generic else 0)
    assert "no layout claims the page" in done.out
    assert ("a generic extractor" in done.out) == generic


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "one address at a time"),
        ((URL, URL), "one address at a time"),
        (("ecns",), "'ecns' is no address"),
        (("https://example.org/a",), "no portal has example.org; their domains: "),
        ((URL, "-o", "../elsewhere"), "'../elsewhere' is no name"),
        ((URL, "--nmae"), "one address at a time"),
        (("--nmae",), "no such option: --nmae"),
    ],
)
def test_usage_is_one_line(args: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with running_proxy(small_site(1)[0]) as proxy:
        done = save(proxy, tmp_path, *args)
        assert proxy.requests == []
    assert done.code == 2 and done.out == "" and saved(tmp_path) == []
    assert done.err.startswith(f"scrapy savefixture: {said}") and done.err.count("\n") == 1


def test_what_does_not_arrive_is_said_in_one_line(tmp_path: Path) -> None:
    site, _ = small_site(4)
    site[ROBOTS] = Page(
        headers=[("Content-Type", "text/plain")], body=b"User-agent: *\nDisallow: /news/2026-11-04/"
    )
    site["https://www.ecns.cn/photo.jpg"] = Page(
        headers=[("Content-Type", "image/jpeg")], body=b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
    )
    site["https://www.ecns.cn/away"] = Page(
        status=302, headers=[("Location", "https://elsewhere.example/")]
    )
    with running_proxy(site) as proxy:
        for url, why in (
            (URL, "Forbidden by robots.txt"),
            ("https://www.ecns.cn/gone", "404"),
            ("https://www.ecns.cn/photo.jpg", "not a text page"),
            ("https://www.ecns.cn/away", "another site: elsewhere.example"),
        ):
            done = save(proxy, tmp_path, url)
            assert done.code == 1 and done.out == ""
            assert done.err == f"scrapy savefixture: {url}: {why}; nothing was saved\n"
    assert saved(tmp_path) == []


def test_where_it_led_is_the_address_of_the_fixture(tmp_path: Path) -> None:
    site, _ = small_site(4)
    site["https://ecns.cn/short"] = Page(status=301, headers=[("Location", URL)])
    with running_proxy(site) as proxy:
        done = save(proxy, tmp_path, "https://ecns.cn/short")
    assert done.code == 0 and f"https://ecns.cn/short led to {URL}\n" in done.out
    assert facts(tmp_path, CASE)["url"] == URL


def test_a_folder_that_cannot_be_written_is_a_failure_of_storage(tmp_path: Path) -> None:
    (tmp_path / "fixtures").write_text("a file")
    site, _ = small_site(4)
    with running_proxy(site) as proxy:
        done = save(proxy, tmp_path, URL)
    assert done.code == 4 and done.err.startswith("scrapy savefixture: storage failed: ")
    assert done.err.count("\n") == 1


def test_without_a_contact_it_is_said(tmp_path: Path) -> None:
    site, _ = small_site(4)
    with running_proxy(site) as proxy:
        done = save(proxy, tmp_path, URL, CONTACT="")
    assert done.code == 0 and done.err.startswith("no contact in the user agent")
    assert json.loads((tmp_path / "fixtures" / "ecns" / f"{CASE}.json").read_text())
