"""What is said twice of an article's time must agree, or is counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.items import Article
from crawler.pipelines.checks import CheckPipeline, dateline_differs, id_differs
from crawler.spiders.ecns import EcnsSpider
from tests.pages import crawler_of

NOON = "2024-01-02T12:00:00+08:00"


@pytest.mark.parametrize(
    ("dateline", "differs"),
    [
        ("MANILA, Jan. 2 (Xinhua) --", False),
        ("MANILA, Jan. 1 (Xinhua) --", False),
        ("HAVANA, Dec. 31 (Xinhua) --", False),
        ("SYDNEY. Jan 3 (Xinhua) --", False),
        ("HAVANA, Dec. 2 (Xinhua) --", True),
        ("HAVANA, Jan. 10 (Xinhua) --", True),
        ("Feb. 29 (Xinhua) --", True),
        ("BEIJING (CNS) --", False),
        (None, False),
    ],
)
def test_dateline(dateline: str | None, differs: bool) -> None:
    assert dateline_differs(dateline, NOON) is differs


def test_a_leap_day() -> None:
    assert not dateline_differs("PARIS, Feb. 29 (Xinhua) --", "2024-03-01T01:00:00+08:00")
    assert not dateline_differs("PARIS, Feb. 29 (Xinhua) --", None)


@pytest.mark.parametrize(
    ("clock", "moments", "differs"),
    [
        (datetime(2024, 1, 2, 4, 1, tzinfo=UTC), (NOON, None), False),
        (datetime(2024, 1, 2, 15, 0, tzinfo=UTC), ("2024-01-02T00:00:00+08:00",), False),
        (datetime(2024, 1, 8, tzinfo=UTC), (NOON, None), True),
        (datetime(2024, 1, 8, tzinfo=UTC), (NOON, "2024-01-08T08:00:00+08:00"), False),
        (datetime(2023, 12, 25, tzinfo=UTC), (NOON,), True),
        (None, (NOON,), False),
        (datetime(2024, 1, 8, tzinfo=UTC), (None, None), False),
    ],
)
def test_clock_of_an_id(
    clock: datetime | None, moments: tuple[str | None, ...], differs: bool
) -> None:
    assert id_differs(clock, *moments) is differs


def test_it_is_counted_and_nothing_is_changed() -> None:
    crawler = crawler_of(EcnsSpider)
    item = Article(
        id="ecns:1", published_at=NOON, dateline_text="HAVANA, Jan. 10 (Xinhua) --", url="u"
    )
    assert CheckPipeline.from_crawler(crawler).process_item(item) is item
    assert crawler.stats is not None
    assert crawler.stats.get_stats() == {"dates/dateline_differs": 1}
