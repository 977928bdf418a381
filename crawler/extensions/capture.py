"""Evidence: every answer that arrives, as WARC, before anyone interprets it."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler import __version__
from crawler.moments import stamp
from crawler.network.wire import Exchange, exchange_broken
from crawler.stores.run import Run
from crawler.stores.warc import record, record_id, warcinfo

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["RawCapture"]


class RawCapture:
    """Writes `raw/<portal>/<year>/<run>.warc.gz`.

    Leaves in `request.meta` what the record needs: `capture`, the id of the WARC record, and
    `fetched_at`. Settings: `RAW_CAPTURE_ENABLED`, `RAW_SEGMENT_BYTES`, `SEGMENT_SECONDS`.
    """

    def __init__(self, run: Run, crawler: Crawler) -> None:
        self._run = run
        self._stats = crawler.stats
        self._facts = {
            "software": f"state-media-archive/{__version__} Scrapy/{scrapy.__version__}"
            f" Python/{platform.python_version()}",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/"
            "warc-1.1/",
            "robots": "obey" if crawler.settings.getbool("ROBOTSTXT_OBEY") else "ignore",
            "http-header-user-agent": str(crawler.settings["USER_AGENT"]),
            "isPartOf": run.name,
        }
        self._file = run.file(
            "raw",
            ".warc.gz",
            max_bytes=crawler.settings.getint("RAW_SEGMENT_BYTES"),
            max_seconds=crawler.settings.getfloat("SEGMENT_SECONDS"),
            opened=self._open,
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getbool("RAW_CAPTURE_ENABLED"):
            raise NotConfigured
        capture = cls(Run.of(crawler), crawler)
        connect = crawler.signals.connect
        connect(capture.response_downloaded, signal=signals.response_downloaded)
        connect(capture.exchange_broken, signal=exchange_broken)
        connect(capture.engine_stopped, signal=signals.engine_stopped)
        return capture

    def response_downloaded(self, response: Response, request: Request) -> None:
        """A whole answer, its body still as it was transferred."""
        exchange = request.meta.pop("exchange", None) or _rebuilt(request, response)
        through_proxy = "proxy" in request.meta
        self._write(
            request,
            exchange,
            ip_address=None if through_proxy else str(response.ip_address or "") or None,
            truncated=None,
        )

    def exchange_broken(self, request: Request, exchange: Exchange, error: Exception) -> None:
        """An answer that began and did not end: kept as far as it came."""
        request.meta.pop("exchange", None)
        name = type(error).__name__
        reason = "time" if "Timeout" in name else "length" if "Cancel" in name else "disconnect"
        self._write(request, exchange, ip_address=None, truncated=reason)

    def engine_stopped(self) -> None:
        self._run.keep(self._file.close)
        self._run.settle()

    def _open(self, path: Path) -> bytes:
        return warcinfo(path, record_id(), self._facts)

    def _write(
        self, request: Request, exchange: Exchange, *, ip_address: str | None, truncated: str | None
    ) -> None:
        request.meta.pop("capture", None)
        now = datetime.now(UTC)
        answer, question = record_id(), record_id()
        common: dict[str, Any] = {"date": now, "target_uri": request.url.partition("#")[0]}

        def write() -> None:
            response = record(
                "response",
                bytes(exchange.received),
                identifier=answer,
                content_type="application/http; msgtype=response",
                ip_address=ip_address,
                truncated=truncated,
                **common,
            )
            asked = record(
                "request",
                exchange.sent,
                identifier=question,
                content_type="application/http; msgtype=request",
                concurrent_to=answer,
                **common,
            )
            self._file.write(response, asked)

        self._run.keep(write)
        if self._run.failure:
            return
        if self._stats is not None:
            self._stats.inc_value("raw/responses")
        request.meta["capture"] = answer
        request.meta["fetched_at"] = stamp(now)


def _rebuilt(request: Request, response: Response) -> Exchange:
    """The exchange of an answer that came over no wire of ours (recorded pages): headers in the
    order and case that Scrapy has them."""
    path = request.url.split("//", 1)[-1].partition("/")[2]
    sent = f"{request.method} /{path} HTTP/1.1\r\n".encode() + request.headers.to_string()
    head = f"HTTP/1.1 {response.status}\r\n".encode() + response.headers.to_string()
    return Exchange(sent + b"\r\n\r\n", bytearray(head + b"\r\n\r\n" + response.body))
