"""Content codings, undone as strictly as they are made.

Scrapy keeps what it could decode of a gzip body that is cut short or fails its check, as if that
were the page (2.19, `scrapy.utils.gz`). Here such a body is asked for again, then the request has
failed. What follows a whole gzip member is passed over: some servers pad. A body that is said to be
gzip and is plain markup is taken as it is. Other codings than gzip and deflate are not undone:
readers of WARC files do not either (`crawler.stores.http`), so what is archived could not be read
again from its evidence.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["TOO_LARGE", "BodyError", "BrokenBody", "CompressionMiddleware", "decoded"]

TOO_LARGE = "larger than DOWNLOAD_MAXSIZE"

_PIECE = 65536
_LEADING = 1024
_BLANK = b" \t\r\n"
_NO_CODING = ("", "identity")


class BodyError(Exception):
    """A body that cannot be read. Its text is the reason."""


class BrokenBody(BodyError):
    """A body that is not whole, or fails its check: it may be whole the next time."""


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, but for bodies that are not whole."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        try:
            answer: Request | Response = super().process_response(request, response)
            return answer
        except BodyError as error:
            if response.status >= 400:
                # Nobody reads it: the status is the answer.
                response = response.replace(body=b"")
                del response.headers["Content-Encoding"]
                return response
            if isinstance(error, BrokenBody):
                assert self._crawler.spider is not None
                again = get_retry_request(request, spider=self._crawler.spider, reason=str(error))
                if again is not None:
                    return again
            raise

    def _handle_encoding(
        self, body: bytes, content_encoding: list[bytes], max_size: int
    ) -> tuple[bytes, list[bytes]]:
        codings = b",".join(content_encoding).decode("latin-1")
        return decoded(body, codings, max_size), []


def decoded(body: bytes, codings: str, most: int) -> bytes:
    """`body` with the `codings` of a `Content-Encoding` undone, the last one first. Raises
    `BodyError` for one that is unknown or gives more than `most` bytes, `BrokenBody` for one
    that is not whole."""
    for coding in reversed([name.strip().lower() for name in codings.split(",")]):
        if coding in _NO_CODING:
            continue
        undo = _CODINGS.get(coding)
        if undo is None:
            raise BodyError("unknown Content-Encoding")
        try:
            body = undo(body, most)
        except (zlib.error, EOFError) as error:
            raise BrokenBody(f"broken {coding} body") from error
    return body


class _Parts:
    """What has been decoded, as long as it is not too much."""

    def __init__(self, most: int) -> None:
        self._parts: list[bytes] = []
        self._room = most or float("inf")

    def add(self, part: bytes) -> None:
        self._room -= len(part)
        if self._room < 0:
            raise BodyError(TOO_LARGE)
        self._parts.append(part)

    def join(self) -> bytes:
        return b"".join(self._parts)


def _inflate(body: bytes, window: int, parts: _Parts) -> bytes:
    """Adds what one stream at the beginning of `body` holds; gives what follows it."""
    stream = zlib.decompressobj(window)
    for position in range(0, len(body), _PIECE):
        rest = body[position : position + _PIECE]
        while rest and not stream.eof:
            parts.add(stream.decompress(rest, _PIECE))
            rest = stream.unconsumed_tail
        if stream.eof:
            return stream.unused_data + body[position + _PIECE :]
    parts.add(stream.flush())
    if not stream.eof:
        raise EOFError
    return stream.unused_data


def _gunzip(body: bytes, most: int) -> bytes:
    parts = _Parts(most)
    if body[:_LEADING].lstrip(_BLANK).startswith(b"<"):
        # No gzip stream begins so: its first byte is 1f.
        parts.add(body)
        return parts.join()
    body = _inflate(body, 31, parts)
    while body.startswith(b"\x1f\x8b\x08"):
        body = _inflate(body, 31, parts)
    return parts.join()


def _undeflate(body: bytes, most: int) -> bytes:
    """The zlib format, as the standard has it, or the bare stream, as some servers send it."""
    try:
        parts = _Parts(most)
        _inflate(body, 15, parts)
    except zlib.error:
        parts = _Parts(most)
        _inflate(body, -15, parts)
    return parts.join()


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
}
