"""Copies of the Wayback Machine, where the portal and its index fail, and where runs are killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.backfill import Deadly, Runs, asks, window
from tests.crawling import HOME, archived, article, listing, small_site
from tests.proxy import Page, Site, running_proxy
from tests.test_wayback import old_page
from tests.wayback import Copied, WaybackSite

FEBRUARY = window("2015-02-01", "2015-02-28", "-a", "via=wayback")
ARCHIVE = "https://web.archive.org/web"

Start = Callable[[WaybackSite], Runs]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Runs of ECNS beside a Wayback Machine."""
    with ExitStack() as stack:
        yield lambda site: Runs(
            "ecns", stack.enter_context(running_proxy(Deadly(site))), tmp_path / "data"
        )


def old(number: int) -> str:
    return f"http://www.ecns.cn/2015/02-13/{number}.shtml"


def copies(*numbers: int) -> list[Copied]:
    return [Copied("20150214010203", old(number), old_page(number)) for number in numbers]


def wayback(held: list[Copied], site: Site | None = None, limit: int = 10**6) -> WaybackSite:
    return WaybackSite(site or small_site(1)[0], held, limit)


def record(runs: Runs, number: int) -> dict[str, Any]:
    (found,) = [r for r in archived(runs.data_dir) if r["id"] == f"ecns:{number}"]
    return found


def test_a_killed_run_is_gone_on_with(start: Start) -> None:
    numbers = range(154_800, 154_806)
    site = wayback(copies(*numbers), limit=2)
    runs = start(site)
    runs.killed(asks("resumeKey"), *FEBRUARY)
    runs.killed(asks("id_/"), *FEBRUARY)
    site.most_at_once = 0
    runs.crawl(*FEBRUARY, "-s", "DOWNLOAD_DELAY=0.02", "-s", "DOWNLOAD_DELAY_JITTER=0")
    assert runs.pending() == 0
    assert {f"ecns:{number}" for number in numbers} <= set(runs.ids())
    assert record(runs, 154_800)["copy_url"] == f"{ARCHIVE}/20150214010203id_/{old(154_800)}"
    assert runs.not_reached() == []
    assert site.most_at_once == 1
    runs.crawl(*FEBRUARY)
    assert runs.asked("web.archive.org/") == []
    runs.verify()
    runs.crawl(*FEBRUARY)
    assert runs.asked("web.archive.org/") == []


def test_an_index_that_fails_is_asked_again_by_the_next_run(start: Start) -> None:
    site = wayback(copies(154_800))
    site.index = {
        r"2015%2F01-%5Cd%5Cd%2F": Page(status=503, headers=[("Retry-After", "0")]),
        r"2015-01-%5Cd": Page(body=b""),
        r"2015%2F02-%5Cd%5Cd%2F": Page(body=b"<html><body><p>Sorry</p></body></html>"),
        r"2015%2F03-%5Cd%5Cd%2F": Page(body=b'[["timestamp","original"],["2015'),
        r"2015-03-%5Cd": Page(body=b"{}"),
        r"2015%2F04-%5Cd%5Cd%2F": Page(body=b"[]\n"),
    }
    runs = start(site)
    months = window("2015-01-01", "2015-04-30", "-a", "via=wayback")
    done = runs.crawl(*months)
    # Of February one of two queries was answered.
    assert runs.not_reached() == [["2015-01-01", "2015-03-31"]]
    assert "not reached: 2015-01-01 to 2015-03-31" in done.out
    site.index = {}
    runs.crawl(*months)
    assert runs.not_reached() == []
    assert "ecns:154800" in runs.ids()
    assert len(runs.asked("/cdx/")) == 5


def test_a_link_that_was_gone_before_its_copy_was_known(start: Start) -> None:
    """It failed in a run without copies; then in the run that finds the copy, and is killed."""
    site, _ = small_site(0)
    site[f"{HOME}/news/index.shtml"] = listing([old(154_800), old(154_801)])
    site[old(154_801)] = Page(body=b"<html><body><p>Welcome</p></body></html>")
    runs = start(wayback(copies(154_800, 154_801), site))
    for _ in range(2):
        runs.crawl("-a", "section=news", "-s", "FAILED_ATTEMPTS=1")
    assert runs.links() == {"failed": 1, "refused": 1}
    runs.killed(asks("id_/", 2), *FEBRUARY)
    # A run that may not ask for copies leaves alone what has nothing else.
    del site[f"{HOME}/news/index.shtml"]
    runs.crawl("-a", "section=news")
    assert runs.asked(r"/15480") == []
    runs.crawl(*FEBRUARY)
    assert runs.ids() == ["ecns:154800", "ecns:154801"]
    assert runs.links() == {"archived": 2}
    runs.verify()


def test_a_link_that_is_gone_in_the_run_that_finds_its_copy(start: Start) -> None:
    site, _ = small_site(0)
    site[f"{HOME}/news/index.shtml"] = listing([old(154_800)])
    runs = start(wayback(copies(154_800), site))
    runs.crawl(*FEBRUARY)
    if not runs.ids():  # the index was read while the portal was asked
        assert runs.pending() == 1
        runs.crawl(*FEBRUARY)
    assert runs.ids() == ["ecns:154800"]


def test_how_a_link_ends_that_neither_has(start: Start) -> None:
    """The portal has another page there, or another article, and the copy is not there either."""
    url, page = article(3)
    site, _ = small_site(0)
    site[url] = page
    site[old(154_800)] = Page(body=b"<html><body><p>Welcome</p></body></html>")
    for number in (154_801, 154_802):
        site[old(number)] = Page(status=302, headers=[("Location", url)])
    double = wayback(copies(154_800, 154_801, 154_802), site)
    for number in (154_800, 154_801):
        double.gone.add(old(number))
    runs = start(double)
    # What the portal has there now is of another month.
    runs.crawl(*window("2015-02-01", "2015-02-28", "-a", "via=wayback"))
    assert runs.links() == {"archived": 1, "refused": 1, "ignored": 2}
    assert record(runs, 154_802)["copy_url"]
    refused = runs.command("refused", "ecns")
    assert "no layout claims the page" in refused and "154800" in refused
    runs.verify()


def test_copies_that_lead_elsewhere(start: Start) -> None:
    """To another time of the same page, to another article, to no article."""
    held = copies(154_800, 154_801, 154_802, 154_803)
    held.append(Copied("20150301000000", old(154_800), old_page(154_800)))
    held.append(Copied("20150214010203", "http://www.ecns.cn/", b"<p>home"))
    double = wayback(held)
    double.moved = {
        old(154_800): f"{ARCHIVE}/20150301000000id_/{old(154_800)}",
        old(154_801): f"{ARCHIVE}/20150214010203id_/{old(154_803)}",
        old(154_802): f"{ARCHIVE}/20150214010203id_/http://www.ecns.cn/",
    }
    runs = start(double)
    runs.crawl(*FEBRUARY)
    assert runs.ids() == ["ecns:154800", "ecns:154803"]
    assert record(runs, 154_800)["copied_at"] == "2015-03-01T00:00:00Z"
    assert runs.links()["archived"] == 2
    assert runs.links()["refused"] == 1
    assert runs.pending() == 0


def test_where_robots_txt_forbids_it_nothing_is_asked(start: Start) -> None:
    site, _ = small_site(0)
    site["https://web.archive.org/robots.txt"] = Page(body=b"User-agent: *\nDisallow: /cdx/\n")
    runs = start(wayback(copies(154_800), site))
    runs.crawl(*FEBRUARY)
    assert runs.asked("/cdx/") == []
    assert runs.not_reached() == [["2015-02-01", "2015-02-28"]]
