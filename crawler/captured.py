"""A captured answer as the crawl meets one that arrives."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.moments import stamp
from crawler.stores.warc import Captured

__all__ = ["facts_of", "response_of"]

_DECODED = frozenset(("content-encoding", "transfer-encoding", "content-length"))


def facts_of(captured: Captured) -> dict[str, str | None]:
    """What a request's `meta` says of where its answer is kept."""
    return {"capture": captured.record_id or None, "fetched_at": stamp(captured.date)}


def response_of(captured: Captured, request: Request | None = None) -> Response:
    """The answer, to a request of its own unless one is given."""
    headers = Headers()
    for name, value in captured.headers:
        if name.lower() not in _DECODED:
            headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=captured.url, body=captured.body)
    if request is None:
        request = Request(captured.url, meta=facts_of(captured))
    return kind(
        captured.url,
        status=captured.status,
        headers=headers,
        body=captured.body,
        request=request,
    )
