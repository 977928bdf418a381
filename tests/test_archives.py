"""What reaches back: periods of listings, ids, and what is said of the days that were not reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.archives import Archive, IdWalk
from crawler.reach import Reach

DAYS = st.dates(date(2009, 1, 1), date(2026, 12, 31))
WALK = IdWalk(
    "https://portal.example/page/{day:%Y%m}/{id}.shtml",
    marks=(
        (date(2021, 2, 1), 1_212_000),
        (date(2021, 10, 1), 1_236_000),
        (date(2026, 9, 1), 1_371_581),
    ),
    slack=10,
)


def test_periods_are_whole_and_the_newest_first() -> None:
    months = Archive("/{since:%Y-%m}/", "month", date(2017, 11, 20), date(2018, 3, 5))
    assert list(months.periods(date(2016, 1, 1), date(2018, 1, 15))) == [
        (date(2018, 1, 1), date(2018, 1, 31)),
        (date(2017, 12, 1), date(2017, 12, 31)),
        (date(2017, 11, 1), date(2017, 11, 30)),
    ]
    years = Archive("/{since:%Y}", "year", date(2017, 1, 1))
    assert [first.year for first, _ in years.periods(date(2018, 6, 1), date(2020, 2, 1))] == [
        2020,
        2019,
        2018,
    ]
    assert list(months.periods(date(2020, 1, 1), date(2020, 2, 1))) == []


@given(DAYS, st.integers(0, 800), st.sampled_from(["day", "month", "year"]))
def test_periods_cover_the_window(since: date, days: int, each: str) -> None:
    until = since + timedelta(days=days)
    archive = Archive("/", each, date(2009, 1, 1))  # type: ignore[arg-type]
    periods = list(archive.periods(since, until))
    covered = {
        first + timedelta(days=n) for first, last in periods for n in range((last - first).days + 1)
    }
    assert {since + timedelta(days=n) for n in range(days + 1)} <= covered
    assert len(covered) == sum((last - first).days + 1 for first, last in periods)


def test_numbers_rise_with_time() -> None:
    numbers = WALK.numbers(date(2021, 3, 1), date(2021, 3, 31))
    assert 1_212_000 < numbers.start < 1_214_900 < numbers.stop < 1_219_000
    assert WALK.addresses(1_213_000)[0] == "https://portal.example/page/202102/1213000.shtml"
    # Near the turn of a month both are tried, the likelier first.
    at_the_turn = next(n for n in range(1_212_000, 1_236_000) if WALK.day(n) == date(2021, 2, 27))
    assert [url.split("/")[4] for url in WALK.addresses(at_the_turn)] == ["202102", "202103"]


@given(st.dates(date(2021, 2, 1), date(2026, 12, 31)))
def test_the_number_of_a_day_is_of_about_that_day(day: date) -> None:
    numbers = WALK.numbers(day, day)
    assert WALK.day(numbers.start) <= day <= WALK.day(numbers.stop)


def test_before_the_first_mark_there_is_nothing() -> None:
    assert len(WALK.numbers(date(2009, 1, 1), date(2009, 1, 1))) == 0
    ended = replace(WALK, last=date(2021, 9, 1))
    assert len(ended.numbers(date(2021, 9, 2), date(2021, 9, 30))) == 0
    assert ended.numbers(date(2021, 8, 1), date(2021, 9, 30)).stop < WALK.marks[1][1]


def test_what_was_not_reached() -> None:
    reach = Reach(date(2015, 1, 1), date(2015, 12, 31))
    reach.period("days", "a", date(2015, 2, 1), date(2015, 2, 28), done=True)
    reach.period("days", "b", date(2015, 3, 1), date(2015, 3, 31), done=False)
    reach.period("days", "c", date(2015, 4, 1), date(2015, 4, 30), done=False)
    reach.read("days", "c")
    assert reach.span("days", "c") == (date(2015, 4, 1), date(2015, 4, 30))
    # One old link among the new does not mean that the listing goes back to it.
    reach.listed("news", [date(2015, 11, 30), date(2015, 12, 24), date(2013, 5, 1)])
    reach.listed("news", [date(2015, 11, 15)])
    # What an archive shows of other days does not make them covered.
    reach.listed("days", [date(2015, 1, 1)])
    report = reach.report()
    assert report is not None
    assert report["archives"] == {"days": {"asked": 3, "read": 2}}
    assert report["listings_back_to"] == {"days": "2015-01-01", "news": "2015-11-15"}
    assert report["not_reached"] == [
        ["2015-01-01", "2015-01-31"],
        ["2015-03-01", "2015-03-31"],
        ["2015-05-01", "2015-11-14"],
    ]


def test_what_has_its_days_between_several_is_reached_with_all_of_them() -> None:
    reach = Reach(date(2015, 1, 1), date(2015, 1, 31))
    for number in range(3):
        first = date(2015, 1, 1) + timedelta(days=10 * number)
        reach.period("numbers", str(number), first, first + timedelta(days=9), done=True, slack=2)
    reach.unread("numbers", "2")
    reach.unread("numbers", "unknown")
    report = reach.report()
    assert report is not None and report["not_reached"] == [["2015-01-19", "2015-01-31"]]
    reach.read("numbers", "2")
    report = reach.report()
    assert report is not None and report["not_reached"] == [["2015-01-31", "2015-01-31"]]


def test_a_block_of_numbers_is_tried_with_the_months_of_the_window() -> None:
    day = date(2021, 2, 27)
    blocks = list(WALK.blocks(day, day))
    assert {len(block.numbers) for block in blocks} == {100}
    assert all(block.days == (day,) for block in blocks)
    assert [block.numbers.start for block in blocks] == sorted(
        (block.numbers.start for block in blocks), reverse=True
    )
    numbers = WALK.numbers(day, day)
    assert {n for block in blocks for n in block.numbers} >= set(numbers)
    at_the_turn = WALK.block(next(n for n in numbers if WALK.day(n) == day))
    assert {f"{one:%Y%m}" for one in at_the_turn.days} == {"202102", "202103"}
    assert list(WALK.blocks(date(2021, 3, 1), date(2021, 2, 1))) == []


def test_what_days_of_numbers_say_of_others() -> None:
    day = date(2021, 6, 10)
    blocks = list(WALK.blocks(day, day))
    assert WALK.day(WALK.nearest(blocks, [], day, day).numbers.start) <= day
    middle = blocks[len(blocks) // 2].numbers.start
    late = [(middle + n, day + timedelta(days=6)) for n in range(20)]
    early = [(middle + n, day - timedelta(days=6)) for n in range(20)]
    assert WALK.nearest(blocks, late, day, day).numbers.start < middle
    assert WALK.nearest(blocks, early, day, day).numbers.start > middle
    assert WALK.is_elsewhere(blocks[0], late, day, day)
    assert not WALK.is_elsewhere(blocks[-1], late, day, day)
    assert WALK.is_elsewhere(blocks[-1], early, day, day)
    assert not WALK.is_elsewhere(blocks[0], early, day, day)
    # A single one that says otherwise, or too few, say nothing.
    assert not WALK.is_elsewhere(blocks[0], [*late[:-1], (late[-1][0], day)], day, day)
    assert not WALK.is_elsewhere(blocks[0], late[:5], day, day)


def test_nothing_is_said_without_days() -> None:
    assert Reach(None, date(2015, 12, 31)).report() is None
