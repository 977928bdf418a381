"""Digests of the files that a run keeps, by which any byte changed later is found.

A run report holds, of each file, its SHA-256, its length and how many records are in it; of JSON
Lines also the CRC-32 of each line, so that the line can be named. The report closes with a SHA-256
of itself.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["Digest", "digest_of", "line_sums", "parse_sums", "seal", "unsealed"]

_SEAL = re.compile(rb',\n "report_sha256": "([0-9a-f]{64})"\n\}\n\Z')


class Digest:
    """The digest of a file, taken while it grows."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.bytes = 0
        self.records = 0
        self.sums: list[int] = []
        """CRC-32 of each record."""

    def add(self, record: bytes) -> None:
        """Takes in a whole record."""
        self._sha256.update(record)
        self.bytes += len(record)
        self.records += 1
        self.sums.append(zlib.crc32(record))

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return self._sha256.hexdigest()

    def facts(self) -> dict[str, Any]:
        """What a report says of the file."""
        return {"bytes": self.bytes, "records": self.records, "sha256": self.sha256}


def digest_of(path: Path, records: Iterable[bytes] | None = None) -> Digest:
    """The digest of a file on disk, by its `records` or, without these, by its lines. Raises
    `OSError`."""
    digest = Digest()
    if records is not None:
        for record in records:
            digest.add(record)
        return digest
    with path.open("rb") as stream:
        for line in stream:
            digest.add(line)
    return digest


def line_sums(digest: Digest) -> str:
    """The CRC-32 of each line, eight hexadecimal digits each, without a blank between."""
    return "".join(f"{one:08x}" for one in digest.sums)


def seal(report: bytes) -> bytes:
    """A report, as JSON of one key a line, with its own SHA-256 as its last key."""
    assert report.endswith(b"\n}\n")
    text = report.removesuffix(b"\n}\n")
    return b'%s,\n "report_sha256": "%s"\n}\n' % (text, hashlib.sha256(text).hexdigest().encode())


def unsealed(report: bytes) -> bool:
    """Whether a report differs from what its own SHA-256 says it was."""
    found = _SEAL.search(report)
    return not found or hashlib.sha256(report[: found.start()]).hexdigest().encode() != found[1]


def parse_sums(text: str) -> Iterator[int]:
    """The sums that `line_sums` wrote."""
    return (int(text[at : at + 8], 16) for at in range(0, len(text), 8))
