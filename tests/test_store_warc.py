"""WARC files: ours as other software reads them, other software's as we read them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from crawler.stores.warc import (
    Captured,
    TornWarc,
    payload_of,
    read_responses,
    record,
    record_id,
    warcinfo,
)

URL = "https://portal.example/news/1.html"
PAGE = "<p>Steady growth of a bridge 桥</p>".encode() * 20
WHEN = datetime(2026, 11, 24, 11, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=8)))


def answer(body: bytes = PAGE, *headers: str) -> bytes:
    return (
        "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html", *headers, "", ""]).encode()
        + body
    )


def response(block: bytes, url: str = URL, **more: str) -> bytes:
    kind = "application/http; msgtype=response"
    return record(
        "response",
        block,
        identifier="<urn:uuid:1>",
        date=WHEN,
        content_type=kind,
        target_uri=url,
        **more,
    )


def request(url: str = URL) -> bytes:
    block = b"GET /news/1.html HTTP/1.1\r\nHost: portal.example\r\n\r\n"
    kind = "application/http; msgtype=request"
    return record(
        "request", block, identifier="<urn:uuid:1>", date=WHEN, content_type=kind, target_uri=url,
        concurrent_to="<urn:uuid:1>",
    )  # fmt: skip


def info(path: Path) -> bytes:
    return warcinfo(path, record_id(), {"software": "some\r\nthing: 1", "robots": "obey"})


def plain(kind: str, block: bytes, **changed: str | None) -> bytes:
    """An uncompressed record as other crawlers write them."""
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:2>",
        "WARC-Date": "2026-11-24T03:00:00Z",
        "WARC-Target-URI": URL,
        "Content-Type": f"application/http; msgtype={kind}",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def read(
    path: Path, content: bytes, passed_over: list[str] | None = None
) -> tuple[list[Captured], str | None]:
    """What is read of a file, and what is said of its torn end; `passed_over` takes the reasons of
    records that cannot be read."""
    path.write_bytes(content)
    found: list[Captured] = []
    reasons = [] if passed_over is None else passed_over
    try:
        found.extend(read_responses(path, reasons.append))
    except TornWarc as error:
        assert str(path) in str(error)
        return [*found], str(error)
    return found, None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.warc.gz"


def test_warcio_reads_our_records(path: Path) -> None:
    path.write_bytes(info(path) + response(answer()) + request())
    with path.open("rb") as stream:
        read_by_warcio = [
            (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read())
            for r in ArchiveIterator(stream)
        ]
    assert [kind for kind, _, _ in read_by_warcio] == ["warcinfo", "response", "request"]
    assert read_by_warcio[0][2] == b"software: some thing: 1\r\nrobots: obey\r\n"
    assert read_by_warcio[1][1:] == (URL, PAGE)


def test_fastwarc_reads_our_records(path: Path) -> None:
    fastwarc = pytest.importorskip("fastwarc.warc")
    path.write_bytes(info(path) + response(answer()) + request())
    with path.open("rb") as stream:
        fast = [
            (r.headers["WARC-Type"], r.reader.read(), dict(r.headers))
            for r in fastwarc.ArchiveIterator(stream)
        ]
    assert [kind for kind, _, _ in fast] == ["warcinfo", "response", "request"]
    assert fast[1][1] == PAGE
    assert fast[1][2]["WARC-Date"] == "2026-11-24T03:00:00.250000Z"
    assert fast[0][2]["WARC-Filename"] == "run.warc.gz"
    assert "WARC-Payload-Digest" not in fast[2][2]


def test_digests_are_of_the_block_and_of_the_body_as_transferred(path: Path, capsys: Any) -> None:
    body = gzip.compress(PAGE)
    block = answer(body, "Content-Encoding: gzip")
    path.write_bytes(response(block))
    with path.open("rb") as stream:
        headers = next(ArchiveIterator(stream)).rec_headers
    for name, data in (("WARC-Block-Digest", block), ("WARC-Payload-Digest", body)):
        digest = base64.b32encode(hashlib.sha256(data).digest()).decode()
        assert headers.get_header(name) == f"sha256:{digest}"
    assert payload_of(block) == body
    assert payload_of(b"HTTP/1.1 200 OK\r\n") == b""


@pytest.mark.parametrize("damage", [False, True])
def test_warcio_check_agrees_with_our_digests(path: Path, capsys: Any, damage: bool) -> None:
    content = info(path) + response(answer()) + request()
    if damage:
        content = gzip.compress(gzip.decompress(response(answer())).replace(b"Steady", b"Hasty!"))
    path.write_bytes(content)
    checker = Checker(type("Arguments", (), {"inputs": [str(path)], "verbose": False}))
    checker.process_all()
    assert bool(checker.exit_value) is damage


def chunked(body: bytes) -> bytes:
    parts = [body[i : i + 100] for i in range(0, len(body), 100)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


RAW_DEFLATE = zlib.compressobj(wbits=-15)
CODED = {
    "none": (PAGE, ()),
    "gzip": (gzip.compress(PAGE), ("Content-Encoding: gzip",)),
    "deflate": (zlib.compress(PAGE), ("Content-Encoding: deflate",)),
    "raw-deflate": (
        RAW_DEFLATE.compress(PAGE) + RAW_DEFLATE.flush(),
        ("Content-Encoding: deflate",),
    ),
    "chunked": (chunked(PAGE), ("Transfer-Encoding: chunked",)),
    "chunked-gzip": (
        chunked(gzip.compress(PAGE)),
        ("Transfer-Encoding: chunked", "Content-Encoding: gzip"),
    ),
}


@pytest.mark.parametrize("coding", CODED)
def test_codings_are_undone(path: Path, coding: str) -> None:
    body, headers = CODED[coding]
    found, torn = read(path, info(path) + response(answer(body, *headers)) + request())
    assert torn is None
    assert [one.body for one in found] == [PAGE]
    assert (found[0].url, found[0].status) == (URL, 200)
    assert found[0].date == WHEN.astimezone(UTC)
    assert found[0].record_id.startswith("<urn:uuid:")
    assert found[0].headers[0] == ("Content-Type", "text/html")


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_a_coding_not_known_here_is_passed_over(path: Path, coding: str) -> None:
    reasons: list[str] = []
    block = answer(b"\x0b\x02\x80", f"Content-Encoding: {coding}")
    found, torn = read(path, response(block) + response(answer()), reasons)
    assert [one.body for one in found] == [PAGE]
    assert (reasons, torn) == ([f"content coding {coding}"], None)


def test_a_record_that_says_it_is_not_whole(path: Path) -> None:
    body = gzip.compress(PAGE)[:-20]
    block = answer(body, "Content-Encoding: gzip")
    reasons: list[str] = []
    content = response(block, truncated="disconnect") + response(answer())
    found, torn = read(path, content, reasons)
    assert [one.body for one in found] == [PAGE]
    assert (reasons, torn) == (["truncated record"], None)


def test_files_of_other_software(path: Path) -> None:
    """As Common Crawl has them: no requests, the codings undone under other names."""
    block = answer(PAGE, "X-Crawler-Content-Encoding: gzip", f"Content-Length: {len(PAGE)}")
    records = [
        plain(
            "warcinfo",
            b"isPartOf: X\r\n",
            Content_Type="application/warc-fields",
            WARC_Target_URI=None,
        ),
        plain("response", block, WARC_Identified_Payload_Type="text/html"),
        plain("metadata", b"fetchTimeMs: 2\r\n", Content_Type="application/warc-fields"),
        plain(
            "response", b"1.2.3.4\n", Content_Type="text/dns", WARC_Target_URI="dns:portal.example"
        ),
        plain("revisit", b"HTTP/1.1 200 OK\r\n\r\n"),
        plain(
            "response",
            block,
            WARC_Target_URI=f"<{URL}>",
            WARC_Date="2026-11-24T03:00:00.123456789Z",
        ),
    ]
    found, torn = read(path, b"".join(map(gzip.compress, records)))
    assert [(one.url, one.body) for one in found] == [(URL, PAGE)] * 2
    assert torn is None


def test_an_uncompressed_file(path: Path) -> None:
    found, _ = read(path, plain("response", answer()) * 2)
    assert [one.body for one in found] == [PAGE, PAGE]


def test_an_uncompressed_file_is_whole(path: Path) -> None:
    assert read(path, plain("response", answer()))[1] is None


def test_an_arc_file(path: Path) -> None:
    head = b"1 0 Org\nURL IP-address Archive-date Content-type Archive-length\n"
    record = b"%s 1.2.3.4 20081124030000 text/html %d\n%s\n" % (
        URL.encode(),
        len(answer()),
        answer(),
    )
    opening = b"filedesc://x.arc 0.0.0.0 20081124030000 text/plain %d\n%s\n" % (len(head), head)
    found, torn = read(path, gzip.compress(opening) + gzip.compress(record) * 2)
    assert [(one.url, one.body) for one in found] == [(URL, PAGE)] * 2
    assert found[0].date == datetime(2008, 11, 24, 3, tzinfo=UTC)
    assert torn is None


@pytest.mark.parametrize("kept", [1, 9, 30, 1000, -100])
def test_a_torn_file_is_read_up_to_its_last_whole_record(path: Path, kept: int) -> None:
    last = response(answer(hashlib.shake_128(b"").digest(9000)))
    found, torn = read(path, response(answer()) * 2 + last[:kept])
    assert [one.body for one in found] == [PAGE, PAGE]
    assert torn


@pytest.mark.parametrize("part", [slice(60, 400), slice(-12, None)], ids=["head", "sum"])
def test_wherever_the_last_record_is_torn(path: Path, part: slice) -> None:
    last = response(answer(hashlib.shake_128(b"").digest(9000)))
    for kept in range(len(last))[part]:
        found, torn = read(path, response(answer()) + last[:kept])
        assert found[0].body == PAGE
        assert torn


@pytest.mark.parametrize("cut", [-30, -len(PAGE) - 20])
def test_a_torn_uncompressed_file(path: Path, cut: int) -> None:
    found, torn = read(path, (plain("response", answer()) * 2)[:cut])
    assert [one.body for one in found] == [PAGE]
    assert torn


def test_an_uncompressed_file_torn_within_the_head_of_a_record(path: Path) -> None:
    content = plain("response", answer())
    assert read(path, content + content[:30])[1]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (plain("response", answer(), WARC_Date=None), "record without a date"),
        (plain("response", answer(), WARC_Date="2024"), "record without a date"),
        (plain("response", answer(), WARC_Target_URI=None), "record without an address"),
        (plain("response", b"HTTP/1.1 OK\r\n\r\n"), "record without an HTTP answer"),
        (plain("response", b"<html>No head at all</html>"), "record without an HTTP answer"),
    ],
    ids=["no date", "year", "no address", "no status", "no head"],
)
def test_an_odd_record_is_passed_over(path: Path, odd: bytes, reason: str) -> None:
    reasons: list[str] = []
    found, torn = read(path, gzip.compress(odd) + response(answer()), reasons)
    assert [one.body for one in found] == [PAGE]
    assert (reasons, torn) == ([reason], None)


@pytest.mark.parametrize(
    "content",
    [b"", b"Some text.\n" * 9, gzip.compress(b"Some text.\n"), b"\x89PNG\r\n\x1a\n", b"\x00" * 99],
    ids=["empty", "text", "gzip", "picture", "zeros"],
)
def test_a_file_that_is_no_warc(path: Path, content: bytes) -> None:
    found, torn = read(path, content)
    assert found == []
    assert torn
    with pytest.raises(FileNotFoundError):
        next(read_responses(path.with_name("none.warc.gz")))


def test_one_gzip_member_over_all_records_is_said_to_be_torn(path: Path) -> None:
    found, torn = read(path, gzip.compress(plain("response", answer()) * 3))
    assert [one.body for one in found] == [PAGE]
    assert "non-chunked gzip" in str(torn)
