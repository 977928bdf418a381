"""How a run ends before its work does: within its bounds, and at once.

Scrapy lets every request that waits in the downloader be sent before it ends: with the pauses that
hosts are owed, that may take minutes. Here what waits is left to the next run, and so is what does
not arrive within seconds.
"""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.http import Response
from twisted.internet.task import LoopingCall

from crawler.network.slots import drop_waiting, rest_of
from crawler.network.wire import ENDED, Exchange, RunEnded, break_off, exchange_broken
from crawler.selection import Bounds

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["Budget"]

logger = logging.getLogger(__name__)

_REASON = "budget"
_LOOK = 0.2
"""Seconds between two looks at the clock, and at whether the run is ending."""
_PATIENCE = 10.0
"""Seconds that a run with pages left waits for a host."""
_GRACE = 5.0
"""Seconds that an ending run waits for what is under way."""


class Budget:
    """Downloader middleware, the last before the downloader, so that what it lets pass is sent.

    Keeps `-a budget=`. A bound of pages is never passed, and is used to the full; answers that are
    under way when another is reached still arrive.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        selection = getattr(crawler.spider, "selection", None)
        self._bounds: Bounds = selection.budget if selection else Bounds()
        self._pages = 0
        self._received = 0
        self._deadline = float("inf")
        self._patience = 0.0
        self._ending_since = 0.0
        self._loop = LoopingCall(self._look)
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        budget = cls(crawler)
        connect = crawler.signals.connect
        connect(budget.spider_opened, signal=signals.spider_opened)
        connect(budget.spider_closed, signal=signals.spider_closed)
        connect(budget.response_downloaded, signal=signals.response_downloaded)
        connect(budget.exchange_broken, signal=exchange_broken)
        return budget

    def spider_opened(self) -> None:
        if self._bounds.seconds is not None:
            self._deadline = monotonic() + self._bounds.seconds
        self._loop.start(_LOOK, now=False)

    def spider_closed(self) -> None:
        if self._loop.running:
            self._loop.stop()

    def response_downloaded(self, response: Response) -> None:
        self._receive(len(response.body))

    def exchange_broken(self, exchange: Exchange) -> None:
        self._receive(len(exchange.received))

    def process_request(self, request: Request) -> None:
        if self._ending:
            raise RunEnded(ENDED)
        if self._bounds.pages is not None and self._pages >= self._bounds.pages:
            # Those let pass are still to be sent, unless their host rests for long.
            self._end(f"{self._pages} pages", _PATIENCE)
            raise RunEnded(ENDED)
        self._pages += 1

    @property
    def _ending(self) -> bool:
        engine = self._crawler.engine
        slot = engine._slot if engine is not None else None
        return self._closing is not None or (slot is not None and slot.closing is not None)

    def _receive(self, size: int) -> None:
        self._received += size
        if self._bounds.received is not None and self._received >= self._bounds.received:
            self._end(f"{self._received} bytes")

    def _end(self, used: str, patience: float = 0.0) -> None:
        if self._ending or self._crawler.engine is None:
            return
        logger.info(f"the budget is used up: {used}")
        self._patience = patience
        self._closing = asyncio.ensure_future(
            self._crawler.engine.close_spider_async(reason=_REASON)
        )

    def _look(self) -> None:
        if monotonic() >= self._deadline:
            self._end(f"{self._bounds.seconds} seconds")
        if self._ending and self._crawler.engine is not None:
            self._ending_since = self._ending_since or monotonic()
            slots = self._crawler.engine.downloader.slots.values()
            for slot in slots:
                if rest_of(slot) > self._patience or not self._patience:
                    drop_waiting(slot, lambda: RunEnded(ENDED))
            waited = monotonic() - self._ending_since
            if waited > _GRACE and not any(slot.queue for slot in slots):
                self._crawler.signals.send_catch_log(break_off)
