"""Every recorded page of every portal reads as a person reads it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response
from scrapy.spiderloader import SpiderLoader

from crawler.pages import PageError, recognise
from crawler.portal import PortalSpider
from tests.pages import CAPTURES, FIXTURES, facts_of, project_settings, response_of, understood

LOADER = SpiderLoader.from_settings(project_settings())
PORTALS: dict[str, type[PortalSpider]] = {
    name: spider for name in LOADER.list() if issubclass(spider := LOADER.load(name), PortalSpider)
}
PAIRS = [path for name in PORTALS for path in sorted((FIXTURES / name).glob("*.json"))]
READABLE = ("article", "photo", "video", "continuation")


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def of_kind(*kinds: str) -> list[Path]:
    return [path for path in PAIRS if facts_of(path)["kind"] in kinds]


def expectations(path: Path) -> dict[str, Any]:
    expect = facts_of(path).get("expect")
    return {} if expect is None else {k: v for k, v in expect.items() if k != "left_out"}


@pytest.mark.parametrize("path", of_kind(*READABLE), ids=named)
def test_article_reads_as_a_person_reads_it(path: Path) -> None:
    record = understood(PORTALS[path.parent.name], response_of(path))
    expect = expectations(path)
    assert expect
    assert {name: record[name] for name in expect} == expect
    assert record["layout"] == facts_of(path)["layout"]


@pytest.mark.parametrize("path", of_kind("listing", "home", "feed"), ids=named)
def test_listing_reads_as_a_person_reads_it(path: Path) -> None:
    spider = PORTALS[path.parent.name]
    page = recognise(response_of(path), spider.listings)
    read = [
        {"url": link.url, "headline": link.headline, "listed_text": link.listed_text}
        for link in page.links
    ]
    assert read == facts_of(path)["expect"]["links"]
    assert type(page).__name__ == facts_of(path)["layout"]


@pytest.mark.parametrize("path", of_kind("error"), ids=named)
def test_error_page_is_no_article(path: Path) -> None:
    spider = PORTALS[path.parent.name]
    with pytest.raises(PageError):
        recognise(response_of(path), spider.articles)


@pytest.mark.parametrize("path", of_kind("refused"), ids=named)
def test_page_is_refused(path: Path) -> None:
    """A layout claims it, and does not understand it."""
    with pytest.raises(PageError) as refused:
        understood(PORTALS[path.parent.name], response_of(path))
    assert refused.value.reason == facts_of(path)["refused"]


@pytest.mark.parametrize("name", PORTALS)
def test_every_fixture_was_corrected_by_a_person(name: str) -> None:
    """`scrapy savefixture` writes what the rules read; whoever has read the page takes the mark
    out."""
    folder = FIXTURES / name
    unchecked = [named(path) for path in folder.glob("*.json") if facts_of(path).get("unchecked")]
    assert unchecked == [], "not read by a person yet: correct `expect`, take `unchecked` out"


@pytest.mark.parametrize("name", PORTALS)
def test_every_layout_has_fixtures(name: str) -> None:
    layouts = [facts_of(path).get("layout") for path in PAIRS if path.parent.name == name]
    spider = PORTALS[name]
    few = {page.__name__ for page in spider.articles if layouts.count(page.__name__) < 2}
    few |= {page.__name__ for page in spider.listings if layouts.count(page.__name__) < 1}
    assert few == set()


@pytest.mark.parametrize("name", PORTALS)
def test_every_address_is_within_the_hosts_that_may_be_asked(name: str) -> None:
    spider = PORTALS[name]
    hosts = {h.lstrip(".") for form in spider.addresses if form.fetchable for h in form.hosts}
    outside = {
        host
        for host in hosts | {spider.home.split("//")[1]}
        if not any(host == d or host.endswith(f".{d}") for d in spider.allowed_domains)
    }
    assert outside == set()


@pytest.mark.parametrize("name", PORTALS)
def test_one_portal_has_one_name(name: str) -> None:
    spider = PORTALS[name]
    module = spider.__module__.removeprefix("crawler.spiders.")
    assert module.split(".")[0] == name
    assert (FIXTURES / name).is_dir()
    expected = [expectations(path) for path in of_kind("article") if path.parent.name == name]
    assert {expect["id"].split(":")[0] for expect in expected} == {name}


@pytest.mark.parametrize("name", PORTALS)
def test_real_captures_read_as_a_person_reads_them(name: str, subtests: Any) -> None:
    if not CAPTURES.is_dir():
        pytest.skip(f"no captures at {CAPTURES}")
    whole = ("article", "photo", "rebuilt", "fragment")
    paths = [p for p in sorted((CAPTURES / name).glob("*.json")) if p.stem.startswith(whole)]
    for path in paths:
        expect = expectations(path)
        with subtests.test(path.stem):
            for response in framed(name, path):
                record = understood(PORTALS[name], response)
                assert {field: record.get(field) for field in expect} == expect


def framed(name: str, path: Path) -> list[Response]:
    """A whole page; of a fragment, the smallest pages that hold it: those of the portal's
    `frame-*.html`, by the fixtures' own conventions, that a layout claims with it."""
    response = response_of(path)
    if not path.stem.startswith("fragment"):
        return [response]
    pages = []
    for frame in sorted((FIXTURES / name).glob("frame-*.html")):
        before, mark, after = frame.read_bytes().partition(b"<!--fragment-->")
        assert mark, f"{frame.name} has no place for a fragment"
        page = response.replace(body=before + response.body + after)
        with suppress(PageError):
            recognise(page, PORTALS[name].articles)
            pages.append(page)
    assert pages, f"no frame-*.html of {name} takes the fragment"
    return pages


def test_real_addresses_all_name_an_article() -> None:
    listed = CAPTURES.parent / "ecns-urls.txt"
    if not listed.exists():
        pytest.skip(f"no list of addresses at {listed}")
    urls = listed.read_text(encoding="utf-8").split()
    assert [url for url in urls if PORTALS["ecns"].identify(url) is None] == []
