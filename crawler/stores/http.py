"""HTTP answers as WARC files hold them, by whatever software: head, body, codings undone.

Some software keeps the transfer and content codings of the wire, some undoes them and keeps the
headers that announce them, some renames these (`X-Crawler-Content-Encoding`). So a coding is undone
only where the body has it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

__all__ = ["HttpAnswer", "parse_answer"]

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
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
    status = _STATUS.match(block)
    if status is None:
        return None
    end = _HEAD_END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers = []
    for line in head.splitlines()[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.strip().decode("latin-1"), value.strip().decode("latin-1")))
    named = {name.lower(): value.lower() for name, value in headers}
    if "chunked" in named.get("transfer-encoding", ""):
        body = _unchunked(body)
    coding: str | None = None
    for applied in reversed(named.get("content-encoding", "").replace(" ", "").split(",")):
        decoded = _decoded(body, applied)
        if decoded is None:
            coding = applied
            break
        body = decoded
    return HttpAnswer(int(status[1]), headers, body, coding)


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
    """`body` with a content coding undone; `None` if that coding is not known here."""
    if coding in ("", "identity"):
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, 31) if body[:2] == b"\x1f\x8b" else body
    if coding == "deflate":
        # Servers send both the zlib format, as the standard says, and the bare stream.
        zlib_format = _inflated(body, 15)
        return zlib_format if zlib_format is not body else _inflated(body, -15)
    return None


def _inflated(body: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(body)
    except zlib.error:
        return body
