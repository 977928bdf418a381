"""Every portal, end to end: a small site of it on loopback, crawled through the whole network
stack, twice; what reaches back, too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.archives import Archive
from tests.crawling import QUICK, archived, environment, reports, scrapy
from tests.pages import FIXTURES, facts_of
from tests.proxy import Page, Proxy, Site, place, running_proxy
from tests.test_portals import PORTALS
from tests.walks import recorded_sections

READABLE = ("article", "photo", "video")
OTHERS = sorted(set(PORTALS) - {"ecns"})
"""ECNS has tests of its own: tests/test_crawl.py."""


def facts(portal: str, *kinds: str) -> list[dict[str, Any]]:
    found = [facts_of(path) for path in sorted((FIXTURES / portal).glob("*.json"))]
    return [one for one in found if one["kind"] in kinds]


def listed_ids(portal: str, urls: list[str]) -> set[str]:
    """Articles that the listings at `urls` show."""
    spider = PORTALS[portal]
    asked = {url.split("://")[1] for url in urls}
    found = set()
    for one in facts(portal, "listing", "home", "feed"):
        if one["url"].split("://")[1] in asked:
            for link in one["expect"]["links"]:
                if link["url"] and (address := spider.fetchable(link["url"])):
                    found.add(spider.article_id(address))
    return found


def is_where_it_is_asked(portal: str, url: str) -> bool:
    """Whether a page stands where the portal serves it: some are left in web archives only."""
    address = PORTALS[portal].fetchable(url)
    return address is not None and place(address.fetch) == place(url)


def further_pages(portal: str, identifier: str) -> list[dict[str, Any]]:
    """The pages of an article after its first, in order."""
    spider = PORTALS[portal]
    found = {
        address.page: one
        for one in facts(portal, "continuation")
        if (address := spider.identify(one["url"])) and spider.article_id(address) == identifier
    }
    return [found[number] for number in sorted(found)]


def same(value: Any) -> Any:
    """`value` whatever the scheme of addresses that name none on the page."""
    return json.loads(json.dumps(value).replace("http://", "https://"))


@pytest.fixture(params=OTHERS)
def portal(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def proxy(portal: str) -> Iterator[Proxy]:
    with running_proxy(site_of(portal)) as running:
        yield running


def site_of(portal: str) -> Site:
    """The recorded pages of a portal. A pause that its robots.txt asks for would last minutes, and
    is looked at in tests/test_throttle.py."""
    site = Site.from_fixtures(FIXTURES / portal)
    for one in facts(portal, "robots"):
        page = site[one["url"]]
        assert isinstance(page, Page)
        page.body = re.sub(rb"(?i)crawl-delay.*", b"", bytes(page.body))  # type: ignore[arg-type]
    return site


def test_a_portal_is_crawled(portal: str, proxy: Proxy, tmp_path: Path) -> None:
    sections = recorded_sections(PORTALS[portal])
    assert sections, "no listing of a section is recorded"
    command = ("crawl", portal, "-a", f"section={','.join(sections)}", *QUICK)
    done = scrapy(*command, env=environment(proxy, tmp_path))
    assert "Traceback" not in done.err, done.err
    records = {record["id"]: record for record in archived(tmp_path)}
    shown = listed_ids(portal, proxy.urls)
    pages = [
        one
        for one in facts(portal, *READABLE)
        if one["expect"]["id"] in shown and is_where_it_is_asked(portal, one["url"])
    ]
    assert pages, "no listing shows an article that is recorded"
    missing = {one["expect"]["id"] for one in pages} - set(records)
    assert missing == set(), done.out + done.err
    for one in pages:
        expect = one["expect"]
        record = records[expect["id"]]
        if further := further_pages(portal, expect["id"]):
            expect = expect | {
                "body": [text for p in (one, *further) for text in p["expect"]["body"]]
            }
            for name in ("images", "byline_text", "authors", "editor_text", "editors"):
                expect.pop(name, None)  # those of the last page
        if len([p for p in pages if p["expect"]["id"] == expect["id"]]) > 1:
            continue  # the same article at two addresses: one of them was fetched
        expect = {name: value for name, value in expect.items() if name in record}
        assert same({name: record[name] for name in expect}) == same(expect)
    (report,) = reports(tmp_path)
    assert not any("reader failed" in why for why in json.dumps(report["articles"]["refused"]))
    proxy.clear()
    scrapy(*command, env=environment(proxy, tmp_path))
    fetched = {PORTALS[portal].identify(url) for url in proxy.urls} - {None}
    assert not {PORTALS[portal].article_id(address) for address in fetched if address} & set(
        records
    )
    assert reports(tmp_path)[-1]["articles"]["archived"] == 0
    verified = scrapy("verify", "--deep", env=environment(None, tmp_path))
    assert verified.code == 0, verified.out + verified.err


def windows(portal: str) -> Iterator[tuple[str, date, date]]:
    """Of each archive, a period of which the listing is recorded."""
    spider = PORTALS[portal]
    recorded = {one["url"].split("://")[1] for one in facts(portal, "listing", "home", "feed")}
    for name, archive in spider.archives.items():
        if not isinstance(archive, Archive):
            continue
        for first, last in archive.periods(archive.first, date(2026, 11, 1)):
            path = archive.path.format(since=first, until=last)
            if spider().listing_addresses(path, 1)[0].split("://")[1] in recorded:
                yield name, first, last
                break


REACHING = [(name, *window) for name in OTHERS for window in windows(name)]


@pytest.mark.parametrize(("name", "archive", "since", "until"), REACHING)
def test_what_reaches_back_is_walked(
    name: str, archive: str, since: date, until: date, tmp_path: Path
) -> None:
    window = ("-a", f"since={since}", "-a", f"until={until}")
    with running_proxy(site_of(name)) as proxy:
        scrapy("crawl", name, *window, *QUICK, env=environment(proxy, tmp_path))
        (report,) = reports(tmp_path)
        assert report["reach"]["archives"][archive]["read"] >= 1
        records = archived(tmp_path)
        assert records
        assert all(
            str(since) <= r["published_at"][:10] <= str(until) for r in records if r["published_at"]
        )
        assert report["sections"][archive]["listed"] >= 1


@pytest.mark.parametrize("name", OTHERS)
def test_every_archive_is_tried(name: str) -> None:
    archives = {n for n, one in PORTALS[name].archives.items() if isinstance(one, Archive)}
    assert {window[1] for window in REACHING if window[0] == name} == archives
