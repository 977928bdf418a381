"""Digests: of files while they grow and on disk, and the seal of a report."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path

import pytest

from crawler.stores.digests import Digest, digest_of, line_sums, parse_sums, seal, unsealed

LINES = [b'{"a":1}\n', b'{"a":2}\n', '{"a":"桥"}\n'.encode()]


def test_a_digest_that_grew_is_that_of_the_file(tmp_path: Path) -> None:
    grown = Digest()
    for line in LINES:
        grown.add(line)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(LINES))
    assert grown.facts() == digest_of(path).facts() == digest_of(path, iter(LINES)).facts()
    assert grown.facts() == {
        "bytes": path.stat().st_size,
        "records": 3,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def test_sums_of_lines_are_there_and_back() -> None:
    digest = Digest()
    for line in LINES:
        digest.add(line)
    assert list(parse_sums(line_sums(digest))) == [zlib.crc32(line) for line in LINES]
    assert line_sums(Digest()) == ""


def sealed(report: dict[str, object]) -> bytes:
    return seal(json.dumps(report, indent=1).encode() + b"\n")


def test_a_sealed_report_is_a_report() -> None:
    report = {"run": "portal-1", "files": {"raw": []}}
    text = sealed(report)
    assert not unsealed(text)
    assert json.loads(text) == report | {"report_sha256": json.loads(text)["report_sha256"]}


def test_any_flipped_byte_of_a_report_is_found() -> None:
    text = sealed({"run": "portal-1", "articles": {"archived": 3}})
    for at in range(len(text)):
        for bit in range(8):
            flipped = bytearray(text)
            flipped[at] ^= 1 << bit
            assert unsealed(bytes(flipped)), (at, bit)


@pytest.mark.parametrize("text", [b"", b"{}\n", b'{\n "run": "portal-1"\n}\n'])
def test_a_report_without_a_seal(text: bytes) -> None:
    assert unsealed(text)
