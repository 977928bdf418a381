"""Printed dates become moments on the portal's clock.

The portal's own formats are tried first; dateparser is the fallback, and it is counted
(`dates/fallback`), since a portal whose dates need it has changed its pages. It is kept from
guessing: a date must print day, month and year; numbers whose order is not known (`05/03/18`) must
mean the same in every order; a year has four digits; a weekday is that of the date; a zone that is
an abbreviation is refused (`CST` is China's and Chicago's). Relative dates are read against `fetched_at`, so that re-extraction does not move them.
A moment before the portals were, or more than a day after the page was fetched, is not what the
portal meant: it is counted (`dates/too_early`, `dates/in_future`) and not archived.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import dateparser
from itemadapter import ItemAdapter
from scrapy.exceptions import NotConfigured

from crawler.moments import MONTH, Moment, Precision, is_plausible, parse_moment, weekdays_of
from crawler.text import collapse

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

__all__ = ["DatePipeline", "DateReading", "from_buddhist_era", "parse_published"]

logger = logging.getLogger(__name__)

# China Daily, seen 2026-10-04: a live page prints `Updated: 2569-05-17 20:43`, in its meta data
# too, where its address and the time in its id say 2026-05-17. The two eras differ by 543 years.
_BUDDHIST_YEAR = re.compile(r"(?<![0-9:+])(?<!:[0-9]{2}\.)25[3-9][0-9](?![0-9:])")
_BEIJING = re.compile(r"\s*\(?\b(?:Beijing [Tt]ime|BJT)\b\)?")
_CLOCK = re.compile(
    r"(?<![0-9+-])[0-9]{1,2}:[0-9]{2}(?P<second>:[0-9]{2})?(?P<rest>.*)|[0-9]\s?[AaPp]\.?[Mm]\b",
    re.DOTALL,
)
_MONTH = re.compile(rf"\b{MONTH}\b", re.IGNORECASE)
_ZONE = re.compile(
    rf"(?<![a-z])(?!(?:[ap]\.?m|gmt|utc|z|{MONTH})(?![a-z]))(?<![ap]\.)[a-z]{{1,5}}(?![a-z])",
    re.IGNORECASE,
)
# `00:56 PM`: noon, or midnight?
_NO_CLOCK = re.compile(r"\b0?0:[0-5][0-9](?::[0-5][0-9])? ?[Pp]\.?[Mm]")
_YEAR = re.compile(r"(?<!\d)\d{4}")
_NUMBER = re.compile(r"\d+")
_OFFSET = re.compile(r"GMT|UTC|Z|[+-]\d", re.IGNORECASE)
_NO_MONTH = re.compile(r"[0-9]{4}[-/.](?:1[3-9]|[2-9][0-9])\b")
_MINUTES = re.compile(r"\b(?:min(?:ute)?s?|sec(?:ond)?s?)\b", re.IGNORECASE)
_AGE = re.compile(r"\b(?:ago|today|yesterday|now)\b", re.IGNORECASE)
_LONGEST = 60
"""A longer text is no date; dateparser takes milliseconds to find that out."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """What was read, and whether it took the fallback or another calendar."""

    moment: Moment | None = None
    fallback: bool = False
    buddhist: bool = False


def parse_published(
    text: str | None,
    formats: Iterable[str],
    zone: str,
    fetched_at: datetime | None = None,
    corrections: Mapping[str, str] | None = None,
) -> DateReading:
    """Read a date as printed, without its label; `moment` is `None` where it can't be read."""
    printed = collapse(text or "")
    meant = (corrections or {}).get(printed, printed)
    meant, buddhist = from_buddhist_era(meant)
    if not meant:
        return DateReading()
    moment = parse_moment(meant, formats, zone)
    if moment:
        return DateReading(moment, buddhist=buddhist)
    moment = _parse_freely(meant, zone, fetched_at)
    return DateReading(
        moment, fallback=moment is not None, buddhist=buddhist and moment is not None
    )


def from_buddhist_era(text: str) -> tuple[str, bool]:
    """`text` with a year of the Buddhist Era, 2530 to 2599, as the common one; whether it had."""
    changed = _BUDDHIST_YEAR.sub(lambda year: str(int(year[0]) - 543), text, count=1)
    return changed, changed != text


def _parse_freely(text: str, zone: str, fetched_at: datetime | None) -> Moment | None:
    if _NO_CLOCK.search(text):
        return None
    text = _BEIJING.sub(" +08:00", text)
    relative = bool(_AGE.search(text))
    if len(text) > _LONGEST or _NO_MONTH.match(text) or (relative and not fetched_at):
        return None
    clock = _CLOCK.search(text)
    rest = clock["rest"] or "" if clock else ""
    if not relative and _ZONE.search(rest):
        return None
    known = text[:4].isdecimal() or relative or _MONTH.search(text)
    orders = ["YMD"] if known else ["YMD", "MDY", "DMY"]
    readings = {_ask(text, zone, fetched_at, order) for order in orders}
    at = readings.pop()
    if at is None or readings or not (relative or _bears_out(text, rest, at)):
        return None
    precision: Precision = "day"
    if clock:
        precision = "second" if clock["second"] else "minute"
    elif relative and _MINUTES.search(text):
        precision = "minute"
    if precision == "day":
        at = at.replace(hour=0, minute=0, second=0)
    return Moment(at.replace(microsecond=0), precision)


def _ask(text: str, zone: str, fetched_at: datetime | None, order: str) -> datetime | None:
    clock = ZoneInfo(zone)
    settings: dict[str, Any] = {
        "TIMEZONE": zone,
        "RETURN_AS_TIMEZONE_AWARE": True,
        "DATE_ORDER": order,
        "PREFER_LOCALE_DATE_ORDER": False,
        "STRICT_PARSING": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["relative-time", "absolute-time"],
    }
    if fetched_at:
        settings["RELATIVE_BASE"] = fetched_at.astimezone(clock).replace(tzinfo=None)
    at = dateparser.parse(text, languages=["en"], settings=settings)
    return at.astimezone(clock) if at else None


def _bears_out(text: str, zone: str, at: datetime) -> bool:
    """Whether `text` prints the whole year of `at`, and no other weekday than its. After `zone`,
    what is printed behind the time, the day is that of another clock: a day sooner or later."""
    days = (-1, 0, 1) if _OFFSET.search(zone) else (0,)
    numbers = {int(number) for number in _NUMBER.findall(text)}
    years = {int(number) for number in _YEAR.findall(text)}
    return any(
        day.year in years and day.day in numbers and weekdays_of(text) <= {day.weekday()}
        for day in (at + timedelta(days=n) for n in days)
    )


class DatePipeline:
    """Sets `published_at`, `published_precision` and `updated_at`."""

    def __init__(
        self,
        stats: StatsCollector,
        timezone: str,
        date_formats: Iterable[str] = (),
        corrections: Mapping[str, str] | None = None,
        *,
        clock_is_doubtful: bool = False,
    ) -> None:
        self.stats = stats
        self.clock_is_doubtful = clock_is_doubtful
        self.timezone = timezone
        self.date_formats = tuple(date_formats)
        self.corrections = dict(corrections or {})
        parse_moment("", self.date_formats, timezone)  # a format that is not read fails here

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        spider: Any = crawler.spider
        if not hasattr(spider, "date_formats"):
            raise NotConfigured
        assert crawler.stats
        return cls(
            crawler.stats,
            spider.timezone,
            spider.date_formats,
            spider.corrections,
            clock_is_doubtful=getattr(spider, "clock_is_doubtful", False),
        )

    def process_item(self, item: Any) -> Any:
        adapter = ItemAdapter(item)
        published = self._read(adapter, "published_text")
        adapter["published_at"] = published.iso() if published else None
        adapter["published_precision"] = published.precision if published else None
        updated = self._read(adapter, "updated_text")
        adapter["updated_at"] = updated.iso() if updated else None
        return item

    def _read(self, adapter: ItemAdapter, field: str) -> Moment | None:
        text = adapter.get(field)
        if not text:
            return None
        # A copy of a web archive printed what it does when it was taken.
        when = "copied_at" if adapter.get("copy_url") else "fetched_at"
        fetched_at = _fetched(adapter.get(when))
        reading = parse_published(
            text, self.date_formats, self.timezone, fetched_at, self.corrections
        )
        if reading.moment is None:
            self.stats.inc_value("dates/unreadable")
            logger.warning("Unreadable %s %r on <%s>", field, text[:100], adapter.get("url"))
            return None
        if not is_plausible(reading.moment, fetched_at):
            late = is_plausible(reading.moment)
            self.stats.inc_value("dates/in_future" if late else "dates/too_early")
            logger.warning("Implausible %s %r on <%s>", field, text[:100], adapter.get("url"))
            return None
        if reading.fallback:
            self.stats.inc_value("dates/fallback")
        if reading.buddhist:
            self.stats.inc_value("dates/buddhist_era")
        if self.clock_is_doubtful:
            return Moment(reading.moment.at.replace(hour=0, minute=0, second=0), "day")
        return reading.moment


def _fetched(text: str | None) -> datetime | None:
    """`fetched_at` of the record, which is UTC."""
    at = datetime.fromisoformat(text) if text else None
    return at if at is None or at.tzinfo else at.replace(tzinfo=ZoneInfo("UTC"))
