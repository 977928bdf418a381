"""Dates as printed, and the moments they mean."""

from __future__ import annotations

import logging
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.items import Article
from crawler.moments import parse_moment
from crawler.pipelines.dates import DatePipeline, from_buddhist_era, parse_published

ZONE = "Asia/Shanghai"
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
FETCHED = datetime(2026, 11, 24, 3, tzinfo=UTC)


class Portal(Spider):
    name = "portal"
    timezone = ZONE
    date_formats = FORMATS
    corrections = {"2062-05-03 16:06": "2026-05-03 16:06"}


@pytest.fixture
def pipeline() -> DatePipeline:
    crawler = get_crawler(Portal)
    crawler.spider = Portal()
    return DatePipeline.from_crawler(crawler)


def process(pipeline: DatePipeline, **fields: Any) -> Article:
    fields.setdefault("fetched_at", "2026-11-24T03:00:00Z")
    article = Article(url="https://portal.example/1", **fields)
    assert pipeline.process_item(article) is article
    return article


@pytest.mark.parametrize(
    ("text", "form", "iso", "precision"),
    [
        ("2017-01-11 09:29", "%Y-%m-%d %H:%M", "2017-01-11T09:29:00+08:00", "minute"),
        ("2017-01-11 09:29:58", "%Y-%m-%d %H:%M:%S", "2017-01-11T09:29:58+08:00", "second"),
        (" 2017-01-11\u3000 09:29\n", "%Y-%m-%d %H:%M", "2017-01-11T09:29:00+08:00", "minute"),
        ("2017/1/2 3:04:05", "%Y/%m/%d %H:%M:%S", "2017-01-02T03:04:05+08:00", "second"),
        ("Dec 13, 2024", "%b %d, %Y", "2024-12-13T00:00:00+08:00", "day"),
        ("Sept. 3, 2024", "%b %d, %Y", "2024-09-03T00:00:00+08:00", "day"),
        ("Mar 03, 2022 07:41 PM", "%b %d, %Y %I:%M %p", "2022-03-03T19:41:00+08:00", "minute"),
        ("Mar 03, 2022 12:01 AM", "%b %d, %Y %I:%M %p", "2022-03-03T00:01:00+08:00", "minute"),
        ("16:54, August 04, 2011", "%H:%M, %B %d, %Y", "2011-08-04T16:54:00+08:00", "minute"),
        ("20:14, 28-Dec-2018", "%H:%M, %d-%b-%Y", "2018-12-28T20:14:00+08:00", "minute"),
        ("30-09-26 02:56", "%d-%m-%y %H:%M", "2026-09-30T02:56:00+08:00", "minute"),
        ("2022-10-21 09:44:58:0", "%Y-%m-%d %H:%M:%S:%f", "2022-10-21T09:44:58+08:00", "second"),
        ("2018-05-03T16:06:00Z", "%Y-%m-%dT%H:%M:%S%z", "2018-05-04T00:06:00+08:00", "second"),
        (
            "Tue, 06 Oct 2026 11:48:21 GMT",
            "%a, %d %b %Y %H:%M:%S %Z",
            "2026-10-06T19:48:21+08:00",
            "second",
        ),
        ("2018年5月3日", "%Y年%m月%d日", "2018-05-03T00:00:00+08:00", "day"),
        ("2569-05-17 20:43", "%Y-%m-%d %H:%M", "2569-05-17T20:43:00+08:00", "minute"),
    ],
)
def test_a_format_reads_a_moment(text: str, form: str, iso: str, precision: str) -> None:
    moment = parse_moment(text, (form,), ZONE)
    assert moment is not None
    assert (moment.iso(), moment.precision) == (iso, precision)


@pytest.mark.parametrize(
    "text",
    ["", "2017-02-30", "2017-13-01", "2017-01-11 25:00", "2017-01-11 09:29 x", "x 2017-01-11"],
)
def test_what_does_not_fit_is_not_read(text: str) -> None:
    assert parse_moment(text, FORMATS, ZONE) is None


@pytest.mark.parametrize("form", ["%A, %B %d, %Y", "%a, %B %d, %Y %Z", "%B %d, %Y, %a"])
def test_a_weekday_has_to_be_that_of_the_date(form: str) -> None:
    for weekday in ("Thursday", "Thu", "Thurs."):
        text = form.replace("%B %d, %Y", "May 3, 2018").replace("%Z", "GMT")
        text = text.replace("%A", "%a").replace("%a", weekday)
        assert parse_moment(text, (form,), ZONE) is not None
        assert parse_moment(text.replace(weekday, "Fri"), (form,), ZONE) is None


@pytest.mark.parametrize("form", ["%Y-%m", "%c", "%Y-%j", "%Y-%m-%d %I:%M", "%"])
def test_a_format_that_can_not_be_read_is_an_error(form: str) -> None:
    with pytest.raises(ValueError, match="date format"):
        parse_moment("2017-01-11", (form,), ZONE)


def test_neither_locale_nor_zone_of_the_machine_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    def localised(*_: object) -> None:
        raise AssertionError("strptime reads LC_TIME")

    monkeypatch.setattr("_strptime._strptime", localised)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        moment = parse_moment("Mar 03, 2022 07:41 PM", ("%b %d, %Y %I:%M %p",), ZONE)
        assert moment is not None
        assert moment.iso() == "2022-03-03T19:41:00+08:00"
    finally:
        monkeypatch.undo()
        time.tzset()


@given(
    day=st.dates(date(1992, 1, 1), date(2100, 1, 1)),  # China had summer time until 1991
    clock=st.times().map(lambda clock: clock.replace(microsecond=0)),
)
def test_a_printed_moment_is_read_back(day: date, clock: Any) -> None:
    at = datetime.combine(day, clock)
    for form in ("%Y-%m-%d %H:%M:%S", "%d-%b-%Y %I:%M:%S %p", "%A, %B %d, %Y %H:%M:%S"):
        moment = parse_moment(at.strftime(form), (form,), ZONE)
        assert moment is not None
        assert moment.at.replace(tzinfo=None) == at
        assert moment.at.utcoffset() == timedelta(hours=8)


@given(text=st.text(alphabet=st.sampled_from("0123456789-/:, JanMayPMZ"), max_size=24))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    moment = parse_moment(text, (*FORMATS, "%b %d, %Y", "%Y/%m/%d %I:%M %p"), ZONE)
    assert moment is None or moment.iso().endswith((":00", ":43"))  # local mean time before 1901


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [
        ("2019-01-16 09:10 GMT+8", "2019-01-16T09:10:00+08:00", "minute"),
        ("2018-05-03T16:06:00Z", "2018-05-04T00:06:00+08:00", "second"),
        ("11:35, November 23, 2022", "2022-11-23T11:35:00+08:00", "minute"),
        ("Jan 10 2025 4:05 p.m.", "2025-01-10T16:05:00+08:00", "minute"),
        ("May 26, 2015", "2015-05-26T00:00:00+08:00", "day"),
        ("Sept. 3, 2026 (Beijing Time)", "2026-09-03T00:00:00+08:00", "day"),
        ("3 May 2018 16:06 BJT", "2018-05-03T16:06:00+08:00", "minute"),
        ("25/08/2018", "2018-08-25T00:00:00+08:00", "day"),
        ("Thursday, May 3, 2018", "2018-05-03T00:00:00+08:00", "day"),
        ("Thu 3 May 2018 23:06 GMT", "2018-05-04T07:06:00+08:00", "minute"),
        ("11/11/2011", "2011-11-11T00:00:00+08:00", "day"),
        ("yesterday", "2026-11-23T00:00:00+08:00", "day"),
        ("3 minutes ago", "2026-11-24T10:57:00+08:00", "minute"),
        ("3 days ago", "2026-11-21T00:00:00+08:00", "day"),
    ],
)
def test_the_fallback_reads_other_forms(text: str, iso: str, precision: str) -> None:
    reading = parse_published(text, FORMATS, ZONE, FETCHED, {})
    assert reading.fallback
    assert reading.moment is not None
    assert (reading.moment.iso(), reading.moment.precision) == (iso, precision)


@pytest.mark.parametrize(
    "text",
    [
        "May 2015",
        "May 26",
        "Monday",
        "10:30",
        "2015",
        "05/03/2018",  # May or March
        "05-03-18 10:00",
        "1/1/11",  # 2011, or the eleventh
        "May 3, 18",
        "3 May '18 16:06",
        "Friday, May 3, 2018",  # a Thursday
        "Fri, 3 May 2018 16:06",
        "Fri 3 May 2018 23:06 GMT",
        "Thursday, Fri, May 3, 2018",
        "2018-13-03 10:00",  # no day before the month is made up
        "2018-02-30 10:00",
        "2015-05-26 10:00 CST",  # China's or Chicago's
        "2015-05-26 10:00 (CST)",
        "Tue Oct 06 19:48:21 CST 2026",
        "Photo by Li Lan May 26, 2015",
        "x" * 100,
    ],
)
def test_what_is_not_certain_is_not_read(text: str) -> None:
    assert parse_published(text, FORMATS, ZONE, FETCHED, {}).moment is None


def test_an_age_needs_the_time_of_the_fetch() -> None:
    assert parse_published("3 minutes ago", FORMATS, ZONE, None, {}).moment is None


def test_a_year_of_the_buddhist_era_is_read_as_the_common_one() -> None:
    reading = parse_published("2569-05-17 20:43", FORMATS, ZONE, FETCHED, {})
    assert reading.buddhist
    assert not reading.fallback
    assert reading.moment is not None
    assert reading.moment.iso() == "2026-05-17T20:43:00+08:00"


@given(day=st.dates(date(1990, 1, 1), date(2056, 12, 31)))
def test_the_eras_differ_in_the_year_alone(day: date) -> None:
    printed = f"{day.year + 543}-{day.month:02}-{day.day:02}"
    assert from_buddhist_era(printed) == (day.isoformat(), True)
    assert from_buddhist_era(day.isoformat()) == (day.isoformat(), False)


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=30))
def test_any_text_is_a_reading(text: str) -> None:
    reading = parse_published(text, FORMATS, ZONE, FETCHED, {})
    assert reading.moment is None or reading.moment.at.tzinfo is not None
    assert reading.moment is not None or not reading.fallback


def test_the_pipeline_sets_all_three(pipeline: DatePipeline) -> None:
    article = process(pipeline, published_text="2018-05-03 16:06", updated_text="2018-05-04")
    assert article.published_at == "2018-05-03T16:06:00+08:00"
    assert article.published_precision == "minute"
    assert article.updated_at == "2018-05-04T00:00:00+08:00"
    assert pipeline.stats.get_stats() == {}


def test_no_printed_date_is_no_date(pipeline: DatePipeline) -> None:
    article = process(pipeline)
    assert (article.published_at, article.published_precision, article.updated_at) == (None,) * 3
    assert pipeline.stats.get_stats() == {}


def test_the_fallback_is_counted(pipeline: DatePipeline) -> None:
    article = process(pipeline, published_text="May 26, 2015")
    assert article.published_precision == "day"
    assert pipeline.stats.get_stats() == {"dates/fallback": 1}


def test_an_unreadable_date_is_null_counted_and_named(
    pipeline: DatePipeline, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        article = process(pipeline, published_text="long ago")
    assert article.published_at is None
    assert pipeline.stats.get_stats() == {"dates/unreadable": 1}
    (record,) = caplog.records
    assert "https://portal.example/1" in record.getMessage()
    assert record.levelname == "WARNING"


def test_a_correction_is_what_was_meant(pipeline: DatePipeline) -> None:
    article = process(pipeline, published_text="2062-05-03 16:06")
    assert article.published_text == "2062-05-03 16:06"
    assert article.published_at == "2026-05-03T16:06:00+08:00"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2026-11-25 10:59", None),
        ("2026-11-25 11:01", "dates/in_future"),
        ("9999-12-31 23:59:59", "dates/in_future"),
        ("1995-01-01 00:00", None),
        ("1994-12-31 23:59", "dates/too_early"),
        ("1970-01-01 08:00:00", "dates/too_early"),
        ("0001-01-01", "dates/too_early"),
        ("0000-00-00 00:00:00", "dates/unreadable"),
    ],
)
def test_a_date_that_can_not_be_is_counted_and_is_no_moment(
    pipeline: DatePipeline, text: str, count: str | None
) -> None:
    article = process(pipeline, published_text=text)
    assert article.published_text == text
    assert (article.published_at is None) == (article.published_precision is None) == bool(count)
    assert pipeline.stats.get_stats() == ({count: 1} if count else {})


@pytest.mark.parametrize("text", ["２０２６-１１-２４", "٢٠٢٦-١١-٢٤", "२०२६-११-२४"])
def test_digits_of_other_scripts_are_read_by_the_fallback(
    pipeline: DatePipeline, text: str
) -> None:
    assert process(pipeline, published_text=text).published_at == "2026-11-24T00:00:00+08:00"
    assert pipeline.stats.get_stats() == {"dates/fallback": 1}


def test_the_buddhist_era_is_counted(pipeline: DatePipeline) -> None:
    article = process(pipeline, updated_text="2569-05-17 20:43")
    assert article.updated_at == "2026-05-17T20:43:00+08:00"
    assert pipeline.stats.get_stats() == {"dates/buddhist_era": 1}


def test_a_format_that_can_not_be_read_fails_at_the_start() -> None:
    class Wrong(Portal):
        date_formats = ("%c",)

    crawler = get_crawler(Wrong)
    crawler.spider = Wrong()
    with pytest.raises(ValueError, match="%c"):
        DatePipeline.from_crawler(crawler)


def test_a_copy_is_read_on_the_day_it_was_taken(pipeline: DatePipeline) -> None:
    """A copy of a web archive, fetched in 2026, printed `3 days ago` in 2015."""
    copy = {"copy_url": "https://web.archive.org/web/20150214010203id_/http://www.ecns.cn/x"}
    taken = process(
        pipeline,
        published_text="3 days ago",
        fetched_at="2026-11-24T03:00:00Z",
        copied_at="2015-02-14T01:02:03Z",
        **copy,
    )
    assert taken.published_at == "2015-02-11T00:00:00+08:00"
    unknown = process(
        pipeline, published_text="3 days ago", fetched_at="2026-11-24T03:00:00Z", **copy
    )
    assert unknown.published_at is None
