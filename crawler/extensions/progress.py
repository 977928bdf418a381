"""A line now and then on what a run has done, for the person who waits for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from twisted.internet.task import LoopingCall

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["Progress"]


class Progress:
    """Prints to standard error every `PROGRESS_SECONDS`; 0 turns it off."""

    def __init__(self, crawler: Crawler, seconds: float) -> None:
        self._crawler = crawler
        self._seconds = seconds
        self._loop = LoopingCall(self.say)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        seconds = crawler.settings.getfloat("PROGRESS_SECONDS")
        if seconds <= 0:
            raise NotConfigured
        progress = cls(crawler, seconds)
        crawler.signals.connect(progress.start, signal=signals.spider_opened)
        crawler.signals.connect(progress.stop, signal=signals.spider_closed)
        return progress

    def start(self) -> None:
        self._loop.start(self._seconds, now=False)

    def stop(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def say(self) -> None:
        stats = self._crawler.stats.get_stats() if self._crawler.stats else {}
        if not stats.get("downloader/response_count"):
            return
        waiting = stats.get("scheduler/enqueued", 0) - stats.get("scheduler/dequeued", 0)
        print(
            f"{stats.get('downloader/response_count', 0)} pages,"
            f" {stats.get('articles/archived', 0)} articles archived,"
            f" {waiting} addresses waiting",
            file=sys.stderr,
        )
