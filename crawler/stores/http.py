"""HTTP answers as WARC files hold them, by whatever software: head, body, codings undone.

Some software keeps the transfer and content codings of the wire, some undoes them and keeps the
headers that announce them, some renames these (`X-Crawler-Content-Encoding`). So a coding is undone
only where the body has it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

__all__ = ["HEAD_END", "HttpAnswer", "parse_answer"]

_MOST = 64 * 1024 * 1024
"""Bytes of a body at most; the largest page of a portal known has 0.2 MB."""
_MOST_MEMBERS = 1000
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
HEAD_END = re.compile(rb"\r?\n\r?\n")
"""What parts the head of a message from its body."""
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r\n")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer with its body as the page's author wrote it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    coding: str | None
    """A content coding that could not be undone."""


def parse_answer(block: bytes) -> HttpAnswer | None:
    """The answer in the block of a WARC record, `None` if it holds none."""
    while True:
        status = _STATUS.match(block)
        if status is None:
            return None
        end = HEAD_END.search(block)
        head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
        if not status[1].startswith(b"1") or not body:
            break
        block = body  # an informational answer comes before the one asked for
    headers = []
    for line in head.splitlines()[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.strip().decode("latin-1"), value.strip().decode("latin-1")))
    if "chunked" in _joined(headers, "transfer-encoding"):
        body = _unchunked(body)
    coding: str | None = None
    for applied in reversed(_joined(headers, "content-encoding").split(",")):
        decoded = _decoded(body, applied)
        if decoded is None:
            coding = applied
            break
        body = decoded
    return HttpAnswer(int(status[1]), headers, body, coding)


def _joined(headers: list[tuple[str, str]], wanted: str) -> str:
    """The values of all headers of one name, as if they were one, without blanks."""
    values = [value.lower().replace(" ", "") for name, value in headers if name.lower() == wanted]
    return ",".join(values)


def _unchunked(body: bytes) -> bytes:
    """`body` without its chunk framing; as it is if it has none."""
    parts: list[bytes] = []
    position = 0
    while match := _CHUNK_SIZE.match(body, position):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts)
        start = match.end()
        parts.append(body[start : start + size])
        position = start + size + 2
    return b"".join(parts) if parts else body


def _decoded(body: bytes, coding: str) -> bytes | None:
    """`body` with a content coding undone; `None` if that coding is not known here, or what it
    holds is beyond all bounds."""
    if coding in ("", "identity"):
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, 31) if body[:2] == b"\x1f\x8b" else body
    if coding == "deflate":
        # Servers send both the zlib format, as the standard says, and the bare stream.
        zlib_format = _inflated(body, 15)
        return zlib_format if zlib_format is not body else _inflated(body, -15)
    return None


def _inflated(body: bytes, window: int) -> bytes | None:
    """What `body` holds in all its members; `body` itself if it is not compressed so, `None` if it
    is more than `_MOST` bytes."""
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest:
        unpacker = zlib.decompressobj(window)
        try:
            parts.append(unpacker.decompress(rest, _MOST + 1 - size))
        except zlib.error:
            break
        size += len(parts[-1])
        if size > _MOST or len(parts) > _MOST_MEMBERS:
            return None
        rest = unpacker.unused_data
    return b"".join(parts) if parts else body
