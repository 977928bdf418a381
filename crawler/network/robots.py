"""robots.txt, as RFC 9309 has it: out of reach is not the same as absent.

Scrapy takes a robots.txt that cannot be fetched for one that allows everything, and of several
requests that wait for one robots.txt lets all but the first through unasked (2.19: they share a
`Deferred`, whose result only its first reader gets). Here every request is asked for, and nothing
is fetched from a host whose robots.txt answers with a server error or not at all; its links stay
to be fetched by the next run. A host that has none (4xx) is free.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.network.compression import BodyError
from crawler.network.throttle import Refused

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["FORBIDDEN", "UNREACHABLE", "RobotsMiddleware"]

FORBIDDEN = "Forbidden by robots.txt"
"""Why a request was ignored, as Scrapy says it."""
UNREACHABLE = "robots.txt unreachable"


class ServerError(Exception):
    """The host's robots.txt answered with a server error."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, but for what an unreachable robots.txt means, and that all wait for it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asking: dict[str, asyncio.Task[RobotParser | None]] = {}
        self._why: dict[str, str] = {}

    async def robot_parser(self, request: Request) -> RobotParser | None:
        netloc = urlparse_cached(request).netloc
        if netloc not in self._asking:
            self._asking[netloc] = asyncio.ensure_future(super().robot_parser(request))
        asking = self._asking[netloc]
        parser = asking.result() if asking.done() else await asyncio.shield(asking)
        if parser is None and netloc in self._why:
            raise IgnoreRequest(f"{UNREACHABLE}: {self._why[netloc]}")
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise ServerError(f"status {response.status}")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # One whose redirects lead to another site, or round and round, is not followed: it counts
        # as absent (RFC 9309, 2.3.1.2). One that the host refuses is out of reach.
        if isinstance(exc, Refused) or not isinstance(exc, IgnoreRequest):
            said = isinstance(exc, (ServerError, BodyError, Refused))
            self._why[netloc] = str(exc) if said else type(exc).__name__
            self._stats.set_value(f"robotstxt/unreachable/{netloc}", self._why[netloc])
        super()._robots_error(exc, netloc)


class _OneLine(logging.Filter):
    """Scrapy logs a failing robots.txt as an error with a traceback. The run report names it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            record.exc_info = None
            record.levelno, record.levelname = logging.INFO, "INFO"
        return True


logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_OneLine())
