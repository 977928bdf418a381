"""Articles of several pages from captures in any order."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from crawler.items import Article, Image
from crawler.moments import stamp
from crawler.pages import PageError
from crawler.parts import Parts
from crawler.reading import Reading

START = datetime.fromisoformat("2026-11-24T03:00:00Z")


def address(number: int) -> str:
    return f"https://portal.example/1_{number}"


def page(
    number: int, *shown: int, hours: float = 0, mark: str = "", article: str = "portal:1"
) -> tuple[int, Reading]:
    """Page `number` of an article, captured so many hours after the start, that shows others."""
    item = Article(
        id=article,
        url=address(number),
        layout="Plain",
        body=[f"{number}{mark}"],
        fetched_at=stamp(START + timedelta(hours=hours)),
    )
    return number, Reading(item, [address(one) for one in shown])


def put(*pages: tuple[int, Reading]) -> list[tuple[Article, PageError | None]]:
    parts = Parts(lambda url: int(url.rpartition("_")[2]))
    for number, reading in pages:
        if number == 1:
            parts.begin(reading)
        else:
            parts.add(reading, number)
    return list(parts.whole())


def bodies(*pages: tuple[int, Reading]) -> list[list[str]]:
    whole = put(*pages)
    assert [missing for _, missing in whole] == [None] * len(whole)
    return [item.body for item, _ in whole]


def lacking(*pages: tuple[int, Reading]) -> tuple[list[str], str, str, str | None]:
    [(item, missing)] = put(*pages)
    assert missing is not None
    return item.body, missing.reason, missing.detail, missing.layout


def test_nothing_gives_nothing() -> None:
    assert put() == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("sliding", [False, True])
def test_pages_come_in_any_order(order: tuple[int, ...], sliding: bool) -> None:
    first = page(1, 2) if sliding else page(1, 2, 3)
    pages = [first, page(2, 3, hours=0.1), page(3, hours=0.2)]
    assert bodies(*(pages[place] for place in order)) == [["1", "2", "3"]]


def test_a_pager_that_slides_over_many_pages() -> None:
    pages = [page(1, 2, 3), page(2, 3, 4), page(3, 4, 5), page(4, 5), page(5)]
    assert bodies(*reversed(pages)) == [["1", "2", "3", "4", "5"]]


@pytest.mark.parametrize("order", list(permutations(range(4))))
@pytest.mark.parametrize("apart", [6, 24, 48])
def test_captures_of_one_article_are_kept_apart(order: tuple[int, ...], apart: int) -> None:
    pages = [
        page(1, 2, mark="a"),
        page(2, mark="a", hours=0.1),
        page(1, 2, mark="b", hours=apart),
        page(2, mark="b", hours=apart + 0.1),
    ]
    assert bodies(*(pages[place] for place in order)) == [["1a", "2a"], ["1b", "2b"]]


def test_one_further_page_serves_all_first_pages_of_its_day() -> None:
    pages = [page(1, 2, mark="a"), page(1, 2, mark="b", hours=12), page(2, hours=12.1)]
    assert bodies(*pages) == [["1a", "2"], ["1b", "2"]]


def test_a_further_page_of_another_day_is_not_taken() -> None:
    pages = [page(1, 2, mark="a"), page(2, hours=24.1), page(1, 2, mark="b", hours=24)]
    whole = put(*pages)
    assert [item.body for item, _ in whole] == [["1a"], ["1b", "2"]]
    assert [str(missing) if missing else "" for _, missing in whole] == [
        "further page missing: page 2",
        "",
    ]
    assert bodies(page(1, 2), page(2, hours=24)) == [["1", "2"]]
    assert bodies(page(1, 2, hours=24), page(2)) == [["1", "2"]]


def test_a_further_page_that_is_missing() -> None:
    said = "further page missing"
    assert lacking(page(1, 2, 3), page(3)) == (["1"], said, "page 2", "Plain")
    assert lacking(page(1, 2, 3), page(2)) == (["1", "2"], said, "page 3", "Plain")
    assert lacking(page(1, 2), page(2, 3)) == (["1", "2"], said, "page 3", "Plain")
    assert lacking(page(1, 3), page(3)) == (["1"], said, "page 2", "Plain")


def test_a_first_page_that_is_missing() -> None:
    said = "first page missing"
    assert lacking(page(3), page(2, 3)) == (["2"], said, "page 2", "Plain")
    assert lacking(page(3), page(3, hours=50)) == (["3"], said, "page 3", "Plain")


def test_articles_are_not_mixed_up() -> None:
    pages = [
        page(2, article="portal:2", mark="x"),
        page(1, 2),
        page(2),
        page(1, 2, article="portal:2", mark="x"),
        page(2, article="portal:3"),
    ]
    whole = put(*pages)
    assert [(item.id, item.body) for item, _ in whole] == [
        ("portal:1", ["1", "2"]),
        ("portal:2", ["1x", "2x"]),
        ("portal:3", ["2"]),
    ]
    assert [missing.reason if missing else None for _, missing in whole] == [
        None,
        None,
        "first page missing",
    ]


def test_a_page_that_serves_twice_gives_the_same_twice() -> None:
    further = page(2, hours=1)
    further[1].item.images = [Image(url="https://portal.example/p.jpg")]
    further[1].item.byline_text = "(By Li Lan)"
    whole = put(page(1, 2), page(1, 2, hours=2), further)
    assert [len(item.images) for item, _ in whole] == [1, 1]
    assert {item.byline_text for item, _ in whole} == {"(By Li Lan)"}
    assert further[1].item.body == ["2"]
