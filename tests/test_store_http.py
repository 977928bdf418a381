"""HTTP answers out of WARC files of whatever software."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.stores import http
from crawler.stores.http import parse_answer

PAGE = "<p>The harbour has a new berth 桥</p>".encode() * 20


def block(body: bytes = PAGE, *headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    return "\r\n".join([status, *headers, "", ""]).encode("latin-1") + body


def chunked(body: bytes, extension: bytes = b"") -> bytes:
    parts = [body[i : i + 100] for i in range(0, len(body), 100)]
    framed = b"".join(b"%X%s\r\n%s\r\n" % (len(part), extension, part) for part in parts)
    return framed + b"0\r\nTrailer: x\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def body_of(content: bytes) -> bytes:
    answer = parse_answer(content)
    assert answer is not None
    assert answer.coding is None
    return answer.body


def test_an_answer_is_taken_apart() -> None:
    content = block(PAGE, "Content-Type: text/html; charset=utf-8", "X-Odd :  caf\xe9 ", "X-Odd: b")
    answer = parse_answer(content)
    assert answer is not None
    assert (answer.status, answer.body, answer.coding) == (200, PAGE, None)
    assert answer.headers == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-Odd", "café"),
        ("X-Odd", "b"),
    ]


@pytest.mark.parametrize(
    ("status", "number"),
    [
        ("HTTP/1.0 404 Not Found", 404),
        ("HTTP/1.1 302", 302),
        ("HTTP/2 200", 200),
        ("HTTP/1.1  200 OK", 200),
    ],
)
def test_status_lines(status: str, number: int) -> None:
    answer = parse_answer(block(status=status))
    assert answer is not None
    assert answer.status == number


@pytest.mark.parametrize(
    "content",
    [b"", PAGE, b"HTTP/1.1 OK\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"],
)
def test_what_is_no_answer(content: bytes) -> None:
    assert parse_answer(content) is None


def test_line_ends_of_other_software() -> None:
    answer = parse_answer(b"HTTP/1.1 200 OK\nContent-Type: text/html\nno colon\n\n" + PAGE)
    assert answer is not None
    assert (answer.headers, answer.body) == ([("Content-Type", "text/html")], PAGE)


def test_a_head_without_end_has_no_body() -> None:
    answer = parse_answer(b"HTTP/1.1 204 No Content\r\nServer: x")
    assert answer is not None
    assert (answer.status, answer.headers, answer.body) == (204, [("Server", "x")], b"")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE), ("Content-Encoding: gzip",)),
        (gzip.compress(PAGE), ("content-encoding: X-GZIP",)),
        (zlib.compress(PAGE), ("Content-Encoding: deflate",)),
        (raw_deflate(PAGE), ("Content-Encoding: deflate",)),
        (PAGE, ("Content-Encoding: identity",)),
        (PAGE, ("Content-Encoding:",)),
        (gzip.compress(zlib.compress(PAGE)), ("Content-Encoding: deflate, gzip",)),
        (
            gzip.compress(zlib.compress(PAGE)),
            ("Content-Encoding: deflate", "X-Between: x", "content-encoding: gzip"),
        ),
        (gzip.compress(gzip.compress(PAGE)), ("Content-Encoding: gzip", "Content-Encoding: gzip")),
        (
            chunked(gzip.compress(PAGE)),
            ("Transfer-Encoding: gzip", "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
        ),
        (gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]), ("Content-Encoding: gzip",)),
        (
            gzip.compress(PAGE[:9]) + gzip.compress(b"") + gzip.compress(PAGE[9:]) + b"\0" * 9,
            ("Content-Encoding: gzip",),
        ),
        (chunked(PAGE), ("Transfer-Encoding: chunked",)),
        (chunked(PAGE, b";name=value"), ("Transfer-Encoding: Chunked",)),
        (
            chunked(gzip.compress(PAGE)),
            ("Transfer-Encoding: chunked", "Content-Encoding: gzip"),
        ),
    ],
)
def test_codings_are_undone(body: bytes, headers: tuple[str, ...]) -> None:
    assert body_of(block(body, *headers)) == PAGE


@pytest.mark.parametrize(
    "header",
    [
        "Content-Encoding: gzip",
        "Content-Encoding: deflate",
        "Transfer-Encoding: chunked",
        "X-Crawler-Content-Encoding: br",
    ],
)
def test_a_coding_that_is_announced_and_was_undone_is_not_undone_again(header: str) -> None:
    assert body_of(block(PAGE, header)) == PAGE


@pytest.mark.parametrize("coding", ["br", "zstd", "compress"])
def test_a_coding_not_known_here_is_named(coding: str) -> None:
    answer = parse_answer(block(b"\x0b\x02\x80", f"Content-Encoding: {coding}"))
    assert answer is not None
    assert answer.coding == coding


@pytest.mark.parametrize(
    "before",
    [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nContent-Encoding: br\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\nX: y\n\n",
    ],
)
def test_informational_answers_come_before_the_one_asked_for(before: str) -> None:
    answer = parse_answer(before.encode() + block(PAGE, "Server: x"))
    assert answer is not None
    assert (answer.status, answer.headers, answer.body) == (200, [("Server", "x")], PAGE)


def test_an_informational_answer_alone() -> None:
    answer = parse_answer(block(b"", status="HTTP/1.1 100 Continue"))
    assert answer is not None
    assert (answer.status, answer.body) == (100, b"")
    assert parse_answer(block(PAGE, status="HTTP/1.1 100 Continue")) is None


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_beyond_all_bounds_is_left_packed(coding: str) -> None:
    packer = zlib.compressobj(1, wbits=31 if coding == "gzip" else 15)
    packed = packer.compress(bytes(64 * 1024 * 1024 + 1)) + packer.flush()
    answer = parse_answer(block(packed, f"Content-Encoding: {coding}"))
    assert answer is not None
    assert (answer.coding, answer.body) == (coding, packed)


@pytest.mark.parametrize(
    ("sizes", "beyond"),
    [([1000], False), ([1001], True), ([500, 500], False), ([500, 501], True), ([1000, 0], False)],
)
def test_the_bound_is_of_all_members(sizes: list[int], beyond: bool, monkeypatch: Any) -> None:
    monkeypatch.setattr(http, "_MOST", 1000)
    packed = b"".join(gzip.compress(b"x" * size) for size in sizes)
    answer = parse_answer(block(packed, "Content-Encoding: gzip"))
    assert answer is not None
    assert answer.coding == ("gzip" if beyond else None)
    assert answer.body == (packed if beyond else b"x" * sum(sizes))


def test_a_bare_stream_beyond_all_bounds(monkeypatch: Any) -> None:
    monkeypatch.setattr(http, "_MOST", len(PAGE) - 1)
    answer = parse_answer(block(raw_deflate(PAGE), "Content-Encoding: deflate"))
    assert answer is not None
    assert answer.coding == "deflate"


def test_what_is_whole_of_a_body_cut_off_is_read() -> None:
    assert PAGE.startswith(body_of(block(gzip.compress(PAGE)[:-20], "Content-Encoding: gzip")))
    assert body_of(block(chunked(PAGE)[:150], "Transfer-Encoding: chunked")) == PAGE[:140]


def test_chunks_end_at_the_last() -> None:
    content = block(chunked(PAGE) + b"left over", "Transfer-Encoding: chunked")
    assert body_of(content) == PAGE


@given(body=st.binary(), coding=st.sampled_from(["gzip", "deflate", "identity", ""]))
def test_no_body_is_too_odd(body: bytes, coding: str) -> None:
    headers = ("Transfer-Encoding: chunked", f"Content-Encoding: {coding}")
    answer = parse_answer(block(body, *headers))
    assert answer is not None
    assert answer.coding is None


@given(content=st.binary())
def test_no_block_is_too_odd(content: bytes) -> None:
    for odd in (content, b"HTTP/1.1 200 " + content):
        answer = parse_answer(odd)
        assert answer is None or 0 <= answer.status <= 999
