"""How a host is asked after it has refused: later, more slowly, or not at all in this run.

A host refuses with 429, 503, or a page of its firewall. Then it rests, for as long as `Retry-After`
says or for `BACKOFF_SECONDS`, and is asked more slowly for the rest of the run; the request is
asked again. Each host rests alone. `Crawl-delay` of robots.txt is kept here, too.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawler.network.challenges import challenge_of
from crawler.network.slots import drop_waiting, hold
from crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy.core.downloader import Downloader
    from scrapy.crawler import Crawler

__all__ = ["LEFT_ALONE", "REFUSED", "Refused", "Throttle", "retry_after"]

logger = logging.getLogger(__name__)

LEFT_ALONE = "host left alone"
"""How the reason begins for which a request is not sent: its host is asked nothing more."""
REFUSED = "refused by the host"
"""How the reason begins for which a request is given up that its host refused each time."""

_STATUSES = (429, 503)
_SLOWEST = 60.0
"""Seconds between two requests beyond which refusals do not slow a host down."""
_FIRST_DELAY = 1.0
"""Seconds between two requests after the first refusal, at least."""


class Refused(IgnoreRequest):
    """A request that its host does not want: what it was for is to be left to the next run."""


@dataclass(slots=True)
class _Host:
    """What is known of a host that has refused, or that asks for a delay."""

    bursts: int = 0
    in_a_row: int = 0
    delay: float = 0.0
    began: float = -math.inf
    """When its rest began; what was sent before belongs to the burst that began it."""
    until: float = -math.inf
    left_alone: str = ""


class Throttle:
    """Downloader middleware, behind the decompression and before Scrapy's retries.

    Stats: `throttle/bursts/<host>`, `throttle/delay/<host>` and `throttle/left_alone/<host>`.
    Settings: `BACKOFF_SECONDS`, `BACKOFF_MAX`, `BACKOFF_BURSTS`, `CRAWL_DELAY_MAX`, `RETRY_TIMES`.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._pause = settings.getfloat("BACKOFF_SECONDS")
        self._longest = settings.getfloat("BACKOFF_MAX")
        self._bursts = settings.getint("BACKOFF_BURSTS")
        self._longest_delay = settings.getfloat("CRAWL_DELAY_MAX")
        self._tries = settings.getint("RETRY_TIMES")
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        # Without any delay Scrapy would not look at the time until which a host rests.
        self._first_delay = max(0.01, min(_FIRST_DELAY, self._pause))
        self._agent = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        throttle = cls(crawler)
        crawler.signals.connect(throttle.response_downloaded, signal=signals.response_downloaded)
        crawler.signals.connect(throttle.robots_parsed, signal=signals.robots_parsed)
        return throttle

    # What Scrapy tells

    def process_request(self, request: Request) -> None:
        # A redirected request still names the slot of the host that it was redirected from.
        request.meta.pop("download_slot", None)
        host = self._hosts.get(host_of(request.url))
        if host and host.left_alone:
            raise Refused(f"{LEFT_ALONE}: {host.left_alone}")

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Before the next request of the host is sent."""
        name = host_of(request.url)
        if response.status in _STATUSES:
            self._refused(name, request, response, f"status {response.status}")
        elif name in self._hosts:
            # AutoThrottle has just set a delay of its own.
            self._apply(name)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        wanted = robotparser.crawl_delay(self._agent)
        if wanted is None or not math.isfinite(wanted) or wanted <= 0:
            return
        name = host_of(request.url)
        if wanted > self._longest_delay:
            self._leave_alone(name, f"Crawl-delay {wanted:g}")
            return
        self._hosts[name].delay = max(self._delay_of(name), wanted)
        self._apply(name)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        name = host_of(request.url)
        # Read from the file of a killed run (`crawler.salvage`): it says nothing of the host now.
        salvaged = request.meta.get("salvaged", False)
        firewall = challenge_of(response.status, response.body)
        if response.headers.get("cf-mitigated") == b"challenge":
            firewall = "Cloudflare"
        if firewall is None and response.status not in _STATUSES:
            well = response.status < 400 or response.status in (404, 410)
            if well and name in self._hosts and "sent_at" in request.meta and not salvaged:
                host = self._hosts[name]
                if _sent(request) > host.began:
                    host.in_a_row = 0
            return response
        if salvaged:
            # A refusal of another run's time: asked for, it is judged anew.
            meta = {k: v for k, v in request.meta.items() if k != "salvaged"}
            return request.replace(meta=meta, dont_filter=True)
        why = f"page of {firewall}" if firewall else f"status {response.status}"
        if response.status not in _STATUSES:
            self._refused(name, request, response, why)
        return self._again(request, response, why, failed=not firewall and response.status == 503)

    # What is made of it

    def _again(
        self, request: Request, response: Response, why: str, *, failed: bool
    ) -> Request | Response:
        """The request to be sent after the rest. One that is refused too often is given up: it
        has `failed`, or is left to the next run."""
        left_alone = self._hosts[host_of(request.url)].left_alone
        if left_alone:
            raise Refused(f"{LEFT_ALONE}: {left_alone}")
        refusals = request.meta.get("refusals", 0) + 1
        if refusals > self._tries:
            if failed:
                request.meta["dont_retry"] = True
                return response
            raise Refused(f"{REFUSED}: {why}")
        meta = {k: v for k, v in request.meta.items() if not k.startswith("redirect_")}
        first = [*request.meta.get("redirect_urls", []), request.url][0]
        return request.replace(url=first, meta=meta | {"refusals": refusals}, dont_filter=True)

    def _refused(self, name: str, request: Request, response: Response, why: str) -> None:
        host = self._hosts[name]
        now = time.monotonic()
        asked = retry_after(response.headers.get("Retry-After"), time.time())
        if _sent(request) <= host.began:
            host.until = max(host.until, now + min(asked or 0.0, self._longest))
        else:
            pause = self._pause * 2.0 ** min(host.bursts, 30) if asked is None else asked
            host.bursts += 1
            host.in_a_row += 1
            host.began = now
            host.until = now + min(pause, self._longest)
            delay = self._delay_of(name)
            host.delay = max(delay, min(_SLOWEST, max(2 * delay, self._first_delay)))
            self._count(f"throttle/bursts/{name}", host.bursts)
            logger.info(
                f"{name} refuses, {why}: asked nothing for {host.until - now:.0f} seconds,"
                f" then every {host.delay:g}"
            )
        if asked is not None and asked > self._longest:
            self._leave_alone(name, f"Retry-After {min(asked, 1e9):.0f}")
        elif host.in_a_row >= self._bursts:
            self._leave_alone(name, f"refused {host.in_a_row} times in a row, {why}")
        self._apply(name)

    def _delay_of(self, name: str) -> float:
        """Seconds between two requests to a host so far."""
        slot = self._downloader.slots.get(name)
        return max(self._hosts[name].delay, slot.delay if slot else self._delay)

    def _apply(self, name: str) -> None:
        host = self._hosts[name]
        if host.delay:
            hold(self._downloader, name, host.delay, host.until)
            self._count(f"throttle/delay/{name}", host.delay)

    def _leave_alone(self, name: str, why: str) -> None:
        host = self._hosts[name]
        if host.left_alone:
            return
        host.left_alone = why
        self._count(f"throttle/left_alone/{name}", why)
        logger.warning(f"{name} is asked nothing more in this run: {why}")
        slot = self._downloader.slots.get(name)
        if slot is not None:
            drop_waiting(slot, lambda: Refused(f"{LEFT_ALONE}: {why}"))

    @property
    def _downloader(self) -> Downloader:
        assert self._crawler.engine is not None
        return self._crawler.engine.downloader

    def _count(self, key: str, value: float | str) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.set_value(key, value)


def _sent(request: Request) -> float:
    """When a request was sent, as the download handler noted it."""
    return float(request.meta.get("sent_at", math.inf))


def retry_after(value: bytes | None, now: float) -> float | None:
    """Seconds that a `Retry-After` asks for at the time `now`; `None` if it says nothing."""
    text = (value or b"").decode("latin-1").strip()
    if re.fullmatch("[0-9]+", text):
        return float(text)
    if not text[:1].isalpha():
        return None
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
