"""The days asked for."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Spider
from scrapy.exceptions import NotConfigured
from scrapy.utils.test import get_crawler

from crawler.items import Article
from crawler.pipelines.window import OutsideWindow, WindowPipeline, is_outside
from crawler.selection import Selection

SINCE, UNTIL = date(2026, 11, 10), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("published_at", "outside"),
    [
        ("2026-11-09T23:59:59+08:00", True),
        ("2026-11-10T00:00:00+08:00", False),
        ("2026-11-20T23:59:59+08:00", False),
        ("2026-11-21T00:00:00+08:00", True),
        ("2026-11-20T23:00:00-05:00", False),
        (None, False),
    ],
)
def test_the_portals_day_counts(published_at: str | None, outside: bool) -> None:
    assert is_outside(published_at, SINCE, UNTIL) is outside
    assert not is_outside(published_at, None, None)


@given(day=st.dates(), since=st.none() | st.dates(), until=st.none() | st.dates())
def test_a_window_may_be_open(day: date, since: date | None, until: date | None) -> None:
    within = (since or date.min) <= day <= (until or date.max)
    assert is_outside(f"{day.isoformat()}T12:00:00+08:00", since, until) is not within


def crawler_with(selection: Selection | None) -> Any:
    crawler = get_crawler(Spider)
    crawler.spider = SimpleNamespace(selection=selection)  # type: ignore[assignment]
    return crawler


def test_an_article_of_another_day_is_dropped() -> None:
    pipeline = WindowPipeline.from_crawler(crawler_with(Selection(("news",), since=SINCE)))
    inside = Article(published_at="2026-11-10T00:00:00+08:00")
    assert pipeline.process_item(inside) is inside
    with pytest.raises(OutsideWindow) as dropped:
        pipeline.process_item(Article(published_at="2026-11-09T00:00:00+08:00"))
    assert dropped.value.outcome == "outside"


@pytest.mark.parametrize("selection", [None, Selection(("news",), pages=3)])
def test_without_a_window_there_is_no_pipeline(selection: Selection | None) -> None:
    with pytest.raises(NotConfigured):
        WindowPipeline.from_crawler(crawler_with(selection))
