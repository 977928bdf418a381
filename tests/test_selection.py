"""The arguments of a run: what they take, and what is said of those that cannot be taken."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.selection import Bounds, Section, Selection, UsageProblem

SECTIONS = {name: Section((f"/{name}/",)) for name in ("news", "world", "sci-tech")}


def parse(**arguments: str) -> Selection:
    return Selection.parse(SECTIONS, lambda url: url.startswith("https://ok/"), arguments)


def test_without_arguments_everything_is_taken() -> None:
    assert parse() == Selection(sections=("news", "world", "sci-tech"))


def test_arguments_are_read() -> None:
    taken = parse(
        section=" world ,news,,world",
        pages="3",
        since="2026-01-31",
        until="2026-01-31",
    )
    assert taken.sections == ("world", "news")
    assert (taken.pages, taken.url) == (3, None)
    assert taken.since == taken.until == date(2026, 1, 31)


def test_one_article_is_asked_for_alone() -> None:
    taken = parse(url="https://ok/1")
    assert (taken.url, taken.pages, taken.since, taken.until) == ("https://ok/1", None, None, None)


@pytest.mark.parametrize(
    "more", [{"section": "news"}, {"pages": "3"}, {"since": "2026-01-31"}, {"until": "2026-01-31"}]
)
def test_one_article_goes_with_no_other_argument(more: dict[str, str]) -> None:
    with pytest.raises(UsageProblem, match=r"url= .* no other argument"):
        parse(url="https://ok/1", **more)


@pytest.mark.parametrize(
    ("arguments", "names", "valid"),
    [
        ({"sections": "news"}, "'sections'", "section, pages, since, until, url, via, budget"),
        ({"section": "sport"}, "'sport'", "news, world, sci-tech"),
        ({"section": "news,sport"}, "'sport'", "news, world, sci-tech"),
        ({"section": ""}, "''", "news, world, sci-tech"),
        ({"section": " , "}, "''", "news, world, sci-tech"),
        ({"section": "News"}, "'News'", "news, world, sci-tech"),
        ({"pages": "0"}, "'0'", "1, 2, 3"),
        ({"pages": "-1"}, "'-1'", "1, 2, 3"),
        ({"pages": "1.5"}, "'1.5'", "1, 2, 3"),
        ({"pages": "²"}, "'²'", "1, 2, 3"),
        ({"pages": "٣"}, "'٣'", "1, 2, 3"),
        ({"pages": ""}, "''", "1, 2, 3"),
        ({"since": "yesterday"}, "'yesterday'", "YYYY-MM-DD"),
        ({"since": "20260131"}, "'20260131'", "YYYY-MM-DD"),
        ({"until": "2026-02-30"}, "'2026-02-30'", "YYYY-MM-DD"),
        ({"until": "2026-W05-1"}, "'2026-W05-1'", "YYYY-MM-DD"),
        ({"until": "2026-01-31T00:00"}, "'2026-01-31T00:00'", "YYYY-MM-DD"),
        ({"until": ""}, "''", "YYYY-MM-DD"),
        ({"since": "2026-02-01", "until": "2026-01-31"}, "2026-02-01", "after until=2026-01-31"),
        ({"url": "https://no/"}, "'https://no/'", "no article's address"),
        ({"url": ""}, "''", "no article's address"),
        ({"via": "cdx"}, "'cdx'", "valid: wayback"),
        ({"via": "wayback"}, "via=wayback", "needs since="),
        (
            {"via": "wayback", "since": "2015-01-01", "section": "news"},
            "via=wayback",
            "no section=",
        ),
    ],
)
def test_an_argument_that_cannot_be_taken(
    arguments: dict[str, str], names: str, valid: str
) -> None:
    with pytest.raises(UsageProblem) as problem:
        parse(**arguments)
    assert names in str(problem.value)
    assert valid in str(problem.value)


NAMES = st.sampled_from(["section", "pages", "since", "until", "url", "budget", "x\ny"])


@given(arguments=st.dictionaries(NAMES, st.text(), min_size=1))
def test_every_problem_is_one_line(arguments: dict[str, str]) -> None:
    try:
        taken = parse(**arguments)
    except UsageProblem as problem:
        assert len(str(problem).splitlines()) == 1
    else:
        assert set(taken.sections) <= set(SECTIONS)


def test_a_number_too_long_is_a_usage_problem() -> None:
    with pytest.raises(UsageProblem, match="1, 2, 3"):
        parse(pages="9" * 5000)


@pytest.mark.parametrize(
    ("days", "side"),
    [
        ((date(2026, 1, 1),), "before"),
        ((date(2026, 1, 10),), None),
        ((date(2026, 1, 20),), None),
        ((date(2026, 1, 21),), "after"),
        ((date(2026, 1, 1), date(2026, 1, 15)), None),
        ((date(2026, 1, 1), date(2026, 1, 30)), None),
        ((date(2026, 1, 1), None), "before"),
        ((None, None), None),
    ],
)
def test_a_link_is_passed_over_only_if_every_day_is_outside(
    days: tuple[date | None, ...], side: str | None
) -> None:
    assert parse(since="2026-01-10", until="2026-01-20").outside(*days) == side
    assert parse().outside(*days) is None


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("500pages", Bounds(pages=500)),
        ("200MB", Bounds(received=200_000_000)),
        ("2GB,30min", Bounds(received=2_000_000_000, seconds=1800)),
        (" 90s , 1pages ,64kB ", Bounds(pages=1, received=64_000, seconds=90)),
        ("12 h", Bounds(seconds=43_200)),
    ],
)
def test_a_budget_is_read(text: str, bounds: Bounds) -> None:
    assert parse(budget=text).budget == bounds
    assert parse(url="https://ok/1", budget=text).budget == bounds
    assert parse(section="news", pages="3", since="2026-01-31", budget=text).budget == bounds


@pytest.mark.parametrize(
    "text",
    [
        *("", "0pages", "-1pages", "1.5GB", "500", "pages", "5 Pages", "5kb", "5m", "1h,"),
        *("1h;2pages", "٣pages", "1h,2min", "1kB,1MB", "9" * 5000 + "pages", "1h\n2min"),
    ],
)
def test_a_budget_that_cannot_be_taken(text: str) -> None:
    with pytest.raises(UsageProblem, match=r"valid: .*500pages") as problem:
        parse(budget=text)
    assert len(str(problem.value).splitlines()) == 1
