"""WARC/1.1 records of what crossed the wire (ISO 28500:2017).

Written here, not by a library: each record has to be one gzip member in one `write`, so that a
killed process leaves at most one torn record, and the block has to be the very bytes received.
Read with warcio, which knows the files of other software.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.stores.http import HEAD_END, parse_answer
from crawler.text import printable

__all__ = [
    "Captured",
    "TornWarc",
    "digest",
    "payload_of",
    "read_responses",
    "record",
    "record_id",
    "warcinfo",
]

# Level 6 costs about 0.4 ms for a page of 35 kB, level 9 about 0.7 ms for 1 % less.
_LEVEL = 6


class TornWarc(Exception):
    """A WARC file that ends, or goes wrong, within a record. Names the file and what is wrong."""


def record_id() -> str:
    """A new `WARC-Record-ID`."""
    return f"<urn:uuid:{uuid4()}>"


def digest(data: bytes) -> str:
    """`sha256:` and the digest in base32, as WARC files write it."""
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode("ascii")


def payload_of(block: bytes) -> bytes:
    """The body of an HTTP message as it was transferred: what follows its headers."""
    end = HEAD_END.search(block)
    return block[end.end() :] if end else b""


def record(
    kind: str,
    block: bytes,
    *,
    identifier: str,
    date: datetime,
    content_type: str,
    **fields: str | None,
) -> bytes:
    """A record as one gzip member.

    `kind` is the `WARC-Type`; `fields` are further named fields, `target_uri="…"` for
    `WARC-Target-URI`, those that are `None` left out.
    """
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": identifier,
        "WARC-Date": date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
    for name, value in fields.items():
        if value is not None:
            named[_FIELDS[name]] = value
    named["WARC-Block-Digest"] = digest(block)
    if kind == "response":
        named["WARC-Payload-Digest"] = digest(payload_of(block))
    named["Content-Type"] = content_type
    named["Content-Length"] = str(len(block))
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    head = f"WARC/1.1\r\n{lines}\r\n".encode()
    return zlib.compress(head + block + b"\r\n\r\n", _LEVEL, 31)


_FIELDS = {
    "target_uri": "WARC-Target-URI",
    "concurrent_to": "WARC-Concurrent-To",
    "ip_address": "WARC-IP-Address",
    "truncated": "WARC-Truncated",
    "filename": "WARC-Filename",
}


def warcinfo(path: Path, identifier: str, facts: dict[str, str]) -> bytes:
    """The record that opens a file: who made it, and how."""
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in facts.items())
    return record(
        "warcinfo",
        block.encode(),
        identifier=identifier,
        date=datetime.now(UTC),
        content_type="application/warc-fields",
        filename=path.name,
    )


@dataclass(frozen=True, slots=True)
class Captured:
    """An HTTP answer as a WARC file holds it, transfer and content coding undone."""

    record_id: str
    url: str
    date: datetime
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def read_responses(
    path: Path, passed_over: Callable[[str], object] = lambda reason: None
) -> Iterator[Captured]:
    """The HTTP answers in a WARC (or ARC) file, compressed or not, whoever wrote it.

    `passed_over` is told, in a few words, of each `response` record that cannot be read. Raises
    `TornWarc` where the file cannot be read on, `OSError` if it cannot be opened.
    """
    start = end = 0
    with path.open("rb") as stream:
        records = ArchiveIterator(stream, arc2warc=True, no_record_parse=True)
        try:
            for found in records:
                block = found.raw_stream.read()
                whole = found.rec_headers.get_header("Content-Length") is not None
                if not whole or getattr(found.raw_stream, "limit", 0) > 0:
                    raise TornWarc(f"{path}: torn at byte {end}")
                if found.rec_type == "response":
                    captured = _captured(found.rec_headers.get_header, block)
                    if isinstance(captured, Captured):
                        yield captured
                    else:
                        passed_over(captured)
                start = records.get_record_offset()
                end = start + records.get_record_length()
        # warcio meets a head that is torn with whatever its parsing comes to.
        except (ArchiveLoadFailed, EOFError, ValueError, AttributeError, TypeError) as error:
            why = printable(str(error).strip() or type(error).__name__, 100)
            raise TornWarc(f"{path}: torn at byte {max(end, 0)}: {why}") from error
        _check_end(path, stream, start, end)


def _check_end(path: Path, stream: BinaryIO, start: int, end: int) -> None:
    """Raises `TornWarc` unless the record from `start` to `end` is whole and the last."""
    stream.seek(start)
    last = stream.read()
    if last[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(31)
        try:
            unpacker.decompress(last)
        except zlib.error as error:
            raise TornWarc(f"{path}: torn at byte {start}: {error}") from error
        if unpacker.eof and not unpacker.unused_data:
            return
        raise TornWarc(f"{path}: torn at byte {start}")
    if not last or last[end - start :].strip():
        raise TornWarc(f"{path}: torn at byte {end}" if last else f"{path}: the file is empty")


def _captured(named: Callable[[str], str | None], block: bytes) -> Captured | str:
    """The answer that a record holds, or why it cannot be read."""
    url, date = (named("WARC-Target-URI") or "").strip("<> "), named("WARC-Date") or ""
    if not url:
        return "record without an address"
    try:
        when = datetime.fromisoformat(date)
    except ValueError:
        return "record without a date"
    if when.tzinfo is None or named("WARC-Truncated"):
        return "truncated record" if named("WARC-Truncated") else "record without a date"
    answer = parse_answer(block)
    if answer is None:
        return "record without an HTTP answer"
    if answer.coding is not None:
        return f"content coding {answer.coding}"
    identifier = named("WARC-Record-ID") or ""
    return Captured(identifier, url, when, answer.status, answer.headers, answer.body)
