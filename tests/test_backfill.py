"""Runs that are asked for days of the past: what they read, what they leave, what they say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.backfill import Deadly, Numbers, Runs, asks, days_site, people_url, window, years_site
from tests.crawling import archived, reports
from tests.proxy import Page, Site, running_proxy

JANUARY = date(2015, 1, 1)
REVIEW = r"/review/\d+\.html"
FIVE_DAYS = window("2015-01-01", "2015-01-05")

Start = Callable[[str, Site], Runs]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Runs of a portal over a site."""
    with ExitStack() as stack:
        yield lambda portal, site: Runs(
            portal, stack.enter_context(running_proxy(Deadly(site))), tmp_path / "data"
        )


# Days


def test_a_run_killed_at_any_moment_is_gone_on_with(start: Start) -> None:
    runs = start("peoplesdaily", days_site(JANUARY, 5))
    runs.killed_within("admit", 2, *FIVE_DAYS)
    runs.killed_within("end", 1, *FIVE_DAYS)
    runs.killed_within("end", 6, *FIVE_DAYS)
    runs.killed(asks("/review/"), *FIVE_DAYS)
    runs.killed(asks("/c90882-", 2), *FIVE_DAYS)
    runs.crawl(*FIVE_DAYS)
    assert len(runs.ids()) == 10
    assert runs.not_reached() == []
    assert runs.pending() == 0
    runs.crawl(*FIVE_DAYS)
    assert runs.asked(REVIEW + "|c90882-") == []
    runs.verify()
    runs.crawl(*FIVE_DAYS)
    assert runs.asked(REVIEW + "|c90882-") == []


def test_what_was_read_is_not_read_again_after_a_kill(start: Start) -> None:
    runs = start("peoplesdaily", days_site(JANUARY, 5))
    one = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")
    # The newest days first, and their articles before the next day.
    runs.killed(asks("/review/20150102"), *FIVE_DAYS, *one)
    runs.crawl(*FIVE_DAYS)
    assert {url[-13:-5] for url in runs.asked(REVIEW)} <= {"20150101", "20150102", "20150103"}
    assert len(runs.ids()) == 10


def test_a_wider_window_takes_what_a_narrower_one_left_out(start: Start) -> None:
    beside = people_url(date(2015, 1, 1), 1)
    runs = start("peoplesdaily", days_site(JANUARY, 4, beside))
    narrow = window("2015-01-03", "2015-01-04")
    runs.crawl(*narrow)
    assert len(runs.ids()) == 4
    runs.crawl(*narrow)
    assert runs.asked(REVIEW) == []
    runs.crawl(*window("2015-01-01", "2015-01-04"))
    assert len(runs.asked(REVIEW)) == 2
    assert len(runs.ids()) == 8


def test_a_part_of_a_year_then_the_rest(start: Start) -> None:
    runs = start("cgtn", years_site())
    sitemaps = r"/sitemap_archived_"
    runs.killed(asks("archived_2021_2"), *window("2021-05-01", "2021-07-31"))
    runs.crawl(*window("2021-05-01", "2021-07-31"))
    assert len(runs.asked(sitemaps)) == 3  # the first file, the second, and none
    assert [record["published_at"][:10] for record in archived(runs.data_dir)] == ["2021-06-05"]
    runs.crawl(*window("2021-05-01", "2021-07-31"))
    assert runs.asked(sitemaps) == []
    runs.verify()
    runs.crawl(*window("2021-01-01", "2021-12-31"))
    assert runs.asked(sitemaps) == []
    assert len(runs.ids()) == 3
    assert runs.not_reached() == []


def test_listings_that_fail_are_not_reached_and_are_read_by_the_next_run(start: Start) -> None:
    answers = {
        "20150101": Page(status=503, headers=[("Retry-After", "0")]),
        "20150102": Page(reset=True),
        "20150104": Page(body=b"<html><body><p>Maintenance</p></body></html>"),
        "20150105": Page(body=b""),
        "20150106": Page(delay=9),
    }
    site, well = days_site(JANUARY, 6), days_site(JANUARY, 6)
    for day, answer in answers.items():
        site[f"http://en.people.cn/review/{day}.html"] = answer
    runs = start("peoplesdaily", site)
    done = runs.crawl(*window("2015-01-01", "2015-01-06"), "-s", "DOWNLOAD_TIMEOUT=0.5")
    assert runs.not_reached() == [["2015-01-01", "2015-01-02"], ["2015-01-04", "2015-01-06"]]
    assert "not reached: 2015-01-01 to 2015-01-02, 2015-01-04 to 2015-01-06" in done.out
    assert reports(runs.data_dir)[-1]["reach"]["archives"] == {"review": {"asked": 6, "read": 1}}
    for day in answers:
        listing = f"http://en.people.cn/review/{day}.html"
        site[listing] = well[listing]
    runs.crawl(*window("2015-01-01", "2015-01-06"))
    assert {url[-13:-5] for url in runs.asked(REVIEW)} == set(answers)
    assert runs.not_reached() == []
    assert len(runs.ids()) == 12


def test_another_listing_in_its_place_is_refused(start: Start) -> None:
    site = days_site(JANUARY, 2)
    other = days_site(date(2015, 3, 1), 1)["http://en.people.cn/review/20150301.html"]
    site["http://en.people.cn/review/20150102.html"] = other
    runs = start("peoplesdaily", site)
    runs.crawl(*window("2015-01-01", "2015-01-02"))
    assert runs.not_reached() == [["2015-01-02", "2015-01-02"]]


def test_a_budget_ends_a_backfill_and_the_next_run_goes_on(start: Start) -> None:
    runs = start("peoplesdaily", days_site(JANUARY, 5))
    asked: Counter[str] = Counter()
    for _ in range(6):
        done = runs.crawl(*FIVE_DAYS, "-a", "budget=45pages")
        asked.update(runs.asked(r"c90882-\d+"))
        if not runs.not_reached() and not runs.pending():
            break
        assert done.code == 0, done.out
    assert len(runs.ids()) == 10
    assert set(asked.values()) == {1}


def test_days_that_are_not_over_are_read_again(start: Start) -> None:
    """A year of which a part is to come; and a window that lies ahead."""
    today = datetime.now(UTC).date()
    site = Site()
    runs = start("chinadaily", site)
    ahead = (today + timedelta(days=300)).isoformat()
    runs.crawl("-a", f"since={today}", "-a", f"until={ahead}")
    assert len(runs.asked("rest/en/search")) <= 2
    runs.crawl("-a", f"since={ahead}")
    assert runs.asked("rest/en/search") == []
    assert runs.not_reached() == []


# Numbers


def test_numbers_cost_little_more_than_what_is_there(start: Start) -> None:
    day = date(2025, 6, 10)
    numbers = Numbers(day, 1_336_500, 60)  # some days from where the marks have it
    runs = start("globaltimes", numbers)
    one_day = window(str(day), str(day))
    runs.killed(asks("/page/202506/", 150), *one_day)
    runs.crawl(*one_day)
    first = {i.removeprefix("globaltimes:") for i in runs.ids()}
    assert {f"globaltimes:{i}" for i in first} == numbers.of(day)
    assert runs.not_reached() == []
    tried = Counter(runs.asked(r"/page/\d{6}/"))
    assert sum(tried.values()) < 900
    assert max(tried.values()) == 1
    runs.crawl(*one_day)
    assert runs.asked(r"/page/\d{6}/") == []
    runs.verify()
    # What was read as of another day is taken by the run that asks for it.
    runs.crawl(*window(str(day), str(day + timedelta(days=1))))
    assert set(runs.ids()) == numbers.of(day) | numbers.of(day + timedelta(days=1))
    assert runs.not_reached() == []


def test_numbers_that_are_left_are_not_reached(start: Start) -> None:
    day = date(2025, 6, 10)
    runs = start("globaltimes", Numbers(day, 1_336_500, 60))
    runs.crawl(*window(str(day), str(day)), "-a", "budget=150pages")
    assert runs.not_reached() == [[str(day), str(day)]]
