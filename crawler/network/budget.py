"""How a run ends before its work does: within its bounds, and at once.

Scrapy lets every request that waits in the downloader be sent before it ends: with the pauses that
hosts are owed, that may take minutes. Here what waits is left to the next run, and so is what does
not arrive within seconds.
"""

from __future__ import annotations

import asyncio
import logging
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.utils.python import global_object_name
from twisted.internet.task import LoopingCall

from crawler.network.slots import drop_waiting, rest_of, sent_last, waits_for_its_delay
from crawler.network.wire import ENDED, Exchange, RunEnded, break_off, exchange_broken
from crawler.selection import Bounds

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler

__all__ = ["Budget"]

logger = logging.getLogger(__name__)

_REASON = "budget"
_LOOK = 0.2
"""Seconds between two looks at the clock, and at whether the run is ending."""
_PATIENCE = 10.0
"""Seconds that a run with pages left waits for a host."""
_GRACE = 5.0
"""Seconds that an ending run waits for what is under way, once nothing waits to be sent."""
_ENDED_COUNT = f"downloader/exception_type_count/{global_object_name(RunEnded)}"


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
        self._quiet_since = 0.0
        """When what is under way was seen to be all there is."""
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
        assert self._crawler.engine is not None
        _close_once(self._crawler.engine)
        _wait_for_no_look_up()
        if self._bounds.seconds is not None:
            self._deadline = monotonic() + self._bounds.seconds
        self._loop.start(_LOOK, now=False)

    def spider_closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        # What the end of the run keeps from being sent is no error of the network.
        stats = self._crawler.stats
        if stats is not None and (ended := stats.get_stats().pop(_ENDED_COUNT, 0)):
            stats.inc_value("downloader/exception_count", -ended)

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
        now = monotonic()
        if now >= self._deadline:
            self._end(f"{self._bounds.seconds} seconds")
        engine = self._crawler.engine
        if not self._ending or engine is None:
            return
        if now >= self._deadline or not engine.running:
            # Time is over, or a signal asks for the end: nothing more is sent.
            self._patience = 0.0
        slots = list(engine.downloader.slots.values())
        for slot in slots:
            if not self._patience or rest_of(slot) > self._patience:
                drop_waiting(slot, lambda: RunEnded(ENDED))
        if not self._quiet_since or any(map(waits_for_its_delay, slots)):
            self._quiet_since = now
        self._quiet_since = max(self._quiet_since, *(sent_last(slot, now) for slot in slots), 0.0)
        if now - self._quiet_since > _GRACE:
            self._crawler.signals.send_catch_log(break_off)


def _close_once(engine: ExecutionEngine) -> None:
    """Lets all who close the spider wait until it is closed. Scrapy lets the second wait for what
    is under way alone (2.19), and its engine end, with a report, before the spider has."""
    close = engine.close_spider_async
    closing: list[asyncio.Task[None]] = []

    async def close_once(*, reason: str = "cancelled") -> None:
        if not closing:
            closing.append(asyncio.ensure_future(close(reason=reason)))
        await asyncio.shield(closing[0])

    engine.close_spider_async = close_once  # type: ignore[method-assign]


class _Unawaited(Thread):
    """A thread that the process does not wait for when it ends."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more, daemon=True)

    def join(self, timeout: float | None = None) -> None:
        """Returns at once."""


def _wait_for_no_look_up() -> None:
    """The reactor's threads ask for the addresses of hosts, and nothing ends a question that is
    not answered. What a run keeps is written by a thread of its own (`crawler.stores.writer`)."""
    from twisted.internet import reactor

    reactor.getThreadPool().threadFactory = _Unawaited
