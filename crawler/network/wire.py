"""A download handler that keeps each exchange as it crossed the wire.

Scrapy's `Response` has its headers sorted into a dictionary, names in another case, the reason of
the status line dropped. The bytes themselves pass through `dataReceived` of the connection: there
they are kept, together with the bytes of the request, and left in `request.meta["exchange"]`
for `crawler.extensions.capture`; `request.meta["sent_at"]` says when, for
`crawler.network.throttle`. `docs/archive-format.md` says what is still lost.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientProtocol,
)
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["ENDED", "Exchange", "RunEnded", "WireDownloadHandler", "break_off", "exchange_broken"]

ENDED = "the run has ended"
"""The reason for which a request is not sent any more, or its answer not waited for."""
break_off = object()
"""Signal: what is under way is not waited for any more."""
exchange_broken = object()
"""Signal: an answer began and did not end. Sent with `request`, `exchange` and `error`."""


class RunEnded(IgnoreRequest):
    """What the request was for is to be left to the next run."""


@dataclass(slots=True)
class Exchange:
    """The bytes of one request and its answer, above TLS and below HTTP."""

    sent: bytes = b""
    received: bytearray = field(default_factory=bytearray)


class _Recorder:
    """The part of a transport that a request without a body is written to."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, data: bytes) -> None:
        self.written += data

    def writeSequence(self, parts: list[bytes]) -> None:
        self.written += b"".join(parts)


class _TappedProtocol(_LenientHTTP11ClientProtocol):
    exchange: Exchange | None = None

    def request(self, request: Any) -> Deferred[Any]:
        if self.exchange is not None and request.bodyProducer is None:
            recorder = _Recorder()
            request.writeTo(recorder)
            self.exchange.sent = _without_proxy_password(bytes(recorder.written))
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        if self.exchange is not None:
            self.exchange.received += data
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _TappedFactory(_HTTP11ClientFactory):
    noisy = False

    def buildProtocol(self, addr: Any) -> _TappedProtocol:
        return _TappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _TappedPool(HTTPConnectionPool):
    """Gives each connection the exchange it is about to carry."""

    _factory = _TappedFactory
    # A request repeated by the pool itself would be missing from the evidence; Scrapy's own
    # retries are requests of their own.
    retryAutomatically = False
    coming: Exchange | None = None

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:
        exchange, self.coming = self.coming, None

        def tap(connection: _TappedProtocol) -> _TappedProtocol:
            connection.exchange = exchange
            return connection

        connecting: Deferred[Any] = super().getConnection(key, endpoint)
        return connecting.addCallback(tap)


class WireDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler over connections that keep what they carry."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor

        self._tapped = _TappedPool(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self._tapped.maxPersistentPerHost = self._pool.maxPersistentPerHost
        self._pool = self._tapped
        self._under_way: set[asyncio.Task[Response]] = set()
        crawler.signals.connect(self._break_off, signal=break_off)

    async def download_request(self, request: Request) -> Response:
        exchange = Exchange()
        request.meta["exchange"] = exchange
        request.meta["sent_at"] = monotonic()
        # A request that follows one which a file has answered is answered by the host.
        request.meta.pop("salvaged", None)
        downloading = asyncio.ensure_future(self._download(request, exchange))
        self._under_way.add(downloading)
        try:
            return await downloading
        except asyncio.CancelledError:
            error = RunEnded(ENDED)
            self._tell_broken(request, exchange, error)
            raise error from None
        except Exception as error:
            self._tell_broken(request, exchange, error)
            raise
        finally:
            self._under_way.discard(downloading)

    async def _download(self, request: Request, exchange: Exchange) -> Response:
        # The connection is asked for before the first await within the call below.
        self._tapped.coming = exchange
        return await super().download_request(request)

    def _tell_broken(self, request: Request, exchange: Exchange, error: Exception) -> None:
        if exchange.received:
            self._crawler.signals.send_catch_log(
                exchange_broken, request=request, exchange=exchange, error=error
            )

    def _break_off(self) -> None:
        for downloading in list(self._under_way):
            downloading.cancel()


def _without_proxy_password(sent: bytes) -> bytes:
    head, blank, body = sent.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"proxy-authorization:")]
    return b"\r\n".join(kept) + blank + body
