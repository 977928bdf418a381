"""Whether a run was well, and its exit code."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.extensions.health import (
    LOCKED,
    STORAGE,
    UNHEALTHY,
    USAGE,
    WELL,
    exit_code,
    problems_of,
    total,
)

NOT_ARCHIVED = "the article asked for is not archived"


def problems(
    *,
    archived: int = 90,
    unchanged: int = 0,
    refused: Any = 0,
    failed: Any = 0,
    statuses: Any = None,
    sections: Any = None,
    log: Any = None,
    reason: str = "finished",
    unreachable: str | None = None,
    listings_read: int = 2,
    robots: Any = None,
    left_alone: Any = None,
    walked: tuple[str, ...] = ("news", "world"),
) -> list[str]:
    well = {"listings": 1, "listed": 45}
    report = {
        "pages": {
            "statuses": {"200": 91} if statuses is None else statuses,
            "listings_read": listings_read,
            "robots_unreachable": robots or {},
            "hosts_left_alone": left_alone or {},
        },
        "articles": {
            "archived": archived,
            "unchanged": unchanged,
            "refused": {"Plain": {"no headline": refused}} if refused else {},
            "failed": failed if isinstance(failed, dict) else {"503": failed} if failed else {},
        },
        "sections": {"news": well, "world": well, **(sections or {})},
        "log": log or {},
        "finish_reason": reason,
    }
    return problems_of(
        report,
        unreachable=unreachable,
        refused_max=0.2,
        expected=("news",),
        walked=walked,
    )


def test_a_run_that_is_well_has_no_problems() -> None:
    assert problems() == []
    assert problems(archived=0) == []
    assert problems(reason="shutdown", log={"WARNING": 3}, failed=20) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"unreachable": "DNSLookupError", "archived": 0}, "cannot be reached (DNSLookupError)"),
        ({"statuses": {"503": 9}, "listings_read": 0}, "nothing fetched"),
        ({"statuses": {}, "listings_read": 0}, "nothing fetched"),
        ({"listings_read": 0}, "nothing fetched"),
        (
            {"robots": {"www.portal.example": "status 503"}},
            "robots.txt of www.portal.example unreachable (status 503): nothing fetched there",
        ),
        (
            {"left_alone": {"portal.example": "Retry-After 86400"}},
            "portal.example left alone (Retry-After 86400): what is there is left to the next run",
        ),
        ({"archived": 79, "refused": 21}, "21 of 100 articles refused"),
        ({"archived": 0, "refused": 1}, "1 of 1 articles refused"),
        ({"archived": 0, "failed": 7}, "7 of 7 articles failed"),
        ({"archived": 0, "failed": 5}, "5 of 5 articles failed"),
        ({"archived": 3, "failed": 2}, "2 of 5 articles failed"),
        ({"archived": 79, "failed": 21}, "21 of 100 articles failed"),
        (
            {"archived": 79, "failed": {"404": 50, "503": 11, "TimeoutError": 10}},
            "21 of 100 articles failed",
        ),
        ({"sections": {"news": {}}}, "section news: no listing page read"),
        (
            {"sections": {"news": {"listings_failed": 1, "listings_missing": 1}}},
            "section news: no listing page read",
        ),
        ({"sections": {"world": {"listings_failed": 1}}}, "section world: 1 listing pages failed"),
        (
            {"sections": {"world": {"listings": 4, "listed": 9, "listings_failed": 2}}},
            "section world: 2 listing pages failed",
        ),
        (
            {"sections": {"world": {"listings_failed": 3, "listings_missing": 1}}},
            "section world: 2 listing pages failed",
        ),
        ({"sections": {"news": {"listings": 2}}}, "section news: empty"),
        ({"sections": {"world": {"listings": 1}}}, "section world: empty"),
        (
            {"sections": {"world": {"listings_refused": 2}}},
            "section world: 2 listing pages refused",
        ),
        *(
            ({"walked": (), "archived": 0, "sections": {"url": {"new": 1, end: 1}}}, NOT_ARCHIVED)
            for end in ("failed", "disallowed", "moved", "pending")
        ),
        ({"log": {"ERROR": 2}}, "2 errors logged"),
        ({"reason": "closespider_timeout"}, "ended early: closespider_timeout"),
        (
            {"reason": "budget", "sections": {"news": {"listings": 2}}},
            "section news: empty",
        ),
        ({"reason": "budget", "archived": 79, "refused": 21}, "21 of 100 articles refused"),
    ],
)
def test_what_is_wrong_is_said(facts: dict[str, Any], said: str) -> None:
    assert problems(**facts) == [said]


@pytest.mark.parametrize(
    "facts",
    [
        {"archived": 80, "refused": 20},
        {"archived": 40, "unchanged": 40, "refused": 20},
        {"archived": 2, "refused": 2},
        {"archived": 80, "failed": 20},
        {"archived": 3, "failed": 1},
        {"sections": {"world": {}}},
        {"archived": 0, "failed": 1},
        {"archived": 0, "failed": 4},
        {"archived": 2, "failed": {"404": 80, "410": 20}},
        {"archived": 80, "failed": {"404": 80, "503": 20}},
        {"sections": {"world": {"listings_failed": 1, "listings_missing": 1}}},
        {"walked": (), "listings_read": 0},
        {"reason": "budget"},
        {"reason": "budget", "listings_read": 0, "sections": {"news": {}, "world": {}}},
    ],
)
def test_what_is_nothing_wrong(facts: dict[str, Any]) -> None:
    assert problems(**facts) == []


def test_one_article_asked_for_and_refused() -> None:
    url = {"resumed": 1, "refused": 1}
    said = problems(walked=(), listings_read=0, archived=0, refused=1, sections={"url": url})
    assert said == [NOT_ARCHIVED, "1 of 1 articles refused"]


@pytest.mark.parametrize(
    "url",
    [{}, {"new": 1, "archived": 1}, {"resumed": 1, "unchanged": 1}, {"new": 1, "moved": 1}],
)
def test_one_article_asked_for(url: dict[str, int]) -> None:
    said = problems(walked=(), listings_read=0, archived=0, sections={"url": url})
    assert (said == []) is (url.get("moved") is None)


def test_a_section_that_must_be_there_and_fails() -> None:
    assert problems(sections={"news": {"listings_failed": 1}}) == [
        "section news: 1 listing pages failed",
        "section news: no listing page read",
    ]


def test_counts_are_summed_through_the_tree() -> None:
    assert total({"Plain": {"no headline": 2, "no content": 1}, "Other": 3}) == 6
    assert total({}) == 0


def test_exit_codes() -> None:
    assert exit_code(None, []) == WELL == 0
    assert exit_code(None, ["nothing fetched"]) == UNHEALTHY == 1
    assert exit_code("storage failed: /a: full", ["nothing fetched"]) == STORAGE == 4
    assert (USAGE, LOCKED) == (2, 3)
