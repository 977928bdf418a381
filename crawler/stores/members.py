"""Our own WARC files member by member: one gzip member is one record, and nothing is between them.

Stricter than a reader of other software's files may be (`crawler.stores.warc`): what verifies an
archive has to name the byte from which a file is not what was written.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.stores.http import parse_answer
from crawler.stores.warc import Captured, TornWarc, digest, payload_of
from crawler.text import printable

__all__ = [
    "BadRecord",
    "Kept",
    "Member",
    "begins_within",
    "captured_in",
    "kept",
    "members",
    "whole_length",
]

_CHUNK = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_END = b"\r\n\r\n"


class BadRecord(ValueError):
    """A member that holds no record, or one that is not what its digests say."""


@dataclass(frozen=True, slots=True)
class Member:
    """A gzip member."""

    offset: int
    """Where it begins in the file, in bytes."""
    raw: bytes
    """As it stands in the file."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A record, its digests found right."""

    kind: str
    """`WARC-Type`"""
    identifier: str
    url: str
    date: datetime
    truncated: bool
    block: bytes


def members(path: Path, offset: int = 0) -> Iterator[Member]:
    """The members of a file, from the one that begins at `offset`. Raises `TornWarc` where one is
    not whole, and `OSError`."""
    with path.open("rb") as stream:
        stream.seek(offset)
        pending = stream.read(_CHUNK)
        while pending:
            unpacker = zlib.decompressobj(31)
            raw, content = [], []
            while not unpacker.eof:
                if not pending:
                    raise TornWarc(f"{path}: torn at byte {offset}")
                try:
                    content.append(unpacker.decompress(pending))
                except zlib.error as error:
                    raise TornWarc(f"{path}: torn at byte {offset}: {error}") from error
                raw.append(pending[: len(pending) - len(unpacker.unused_data)])
                pending = unpacker.unused_data or stream.read(_CHUNK)
            whole = b"".join(raw)
            yield Member(offset, whole, b"".join(content))
            offset += len(whole)


def whole_length(path: Path) -> int:
    """Length in bytes of the whole members at the head of `path`."""
    whole = 0
    try:
        for member in members(path):
            whole = member.offset + len(member.raw)
    except TornWarc:
        pass
    return whole


def begins_within(data: bytes) -> bool:
    """Whether a member begins in `data` behind its first byte."""
    at = data.find(_MAGIC, 1)
    while at > 0:
        with suppress(zlib.error):
            if zlib.decompressobj(31).decompress(data[at : at + _CHUNK]).startswith(b"WARC/"):
                return True
        at = data.find(_MAGIC, at + 1)
    return False


def kept(member: Member) -> Kept:
    """The record that a member of one of our files holds. Raises `BadRecord`."""
    head, blank, rest = member.content.partition(_END)
    lines = head.decode("utf-8", "replace").split("\r\n")
    if not blank or lines[0] != "WARC/1.1":
        raise BadRecord("no WARC record")
    named = dict(line.partition(": ")[::2] for line in lines[1:])
    try:
        length = int(named["Content-Length"])
        record = Kept(
            named["WARC-Type"],
            named["WARC-Record-ID"],
            named.get("WARC-Target-URI", ""),
            datetime.fromisoformat(named["WARC-Date"]),
            "WARC-Truncated" in named,
            rest[:length],
        )
    except KeyError as error:
        raise BadRecord(f"a record without {error.args[0]}") from error
    except ValueError as error:
        raise BadRecord(printable(str(error), 100)) from error
    if rest[length:] != _END:
        raise BadRecord(f"{record.identifier}: its block is not as long as it says")
    if digest(record.block) != named.get("WARC-Block-Digest"):
        raise BadRecord(f"{record.identifier}: its block is not what its digest says")
    payload = payload_of(record.block) if record.kind == "response" else None
    if payload is not None and digest(payload) != named.get("WARC-Payload-Digest"):
        raise BadRecord(f"{record.identifier}: its payload is not what its digest says")
    return record


def captured_in(member: Member) -> Captured | None:
    """The whole HTTP answer that a member holds, `None` if it holds another record, or one that is
    not what it should be."""
    try:
        record = kept(member)
    except BadRecord:
        return None
    if record.kind != "response" or record.truncated:
        return None
    answer = parse_answer(record.block)
    if answer is None or answer.coding is not None:
        return None
    return Captured(
        record.identifier, record.url, record.date, answer.status, answer.headers, answer.body
    )
