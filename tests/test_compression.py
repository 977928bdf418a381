"""Content codings: undone as they are made, or not at all."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.network.compression import TOO_LARGE, BodyError, BrokenBody, decoded
from crawler.stores.http import parse_answer

MOST = 1_000_000
PAGE = random.Random(7).randbytes(70_000) + b"<html>" * 30_000


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


CODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("GZIP", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare),
]
NAMES = [f"{name} {pack.__name__}" for name, pack in CODINGS]


@pytest.mark.parametrize(("name", "pack"), CODINGS, ids=NAMES)
def test_a_whole_body(name: str, pack: Callable[[bytes], bytes]) -> None:
    for body in (b"", b"x", PAGE):
        assert decoded(pack(body), name, MOST) == body


@pytest.mark.parametrize(("name", "pack"), CODINGS, ids=NAMES)
def test_a_body_cut_short(name: str, pack: Callable[[bytes], bytes]) -> None:
    whole = pack(PAGE[69_000:72_000])
    for end in [*range(0, len(whole), 37), len(whole) - 1]:
        with pytest.raises(BrokenBody) as broken:
            decoded(whole[:end], name, MOST)
        assert str(broken.value) == f"broken {name.lower()} body"


@pytest.mark.parametrize(("name", "pack"), CODINGS[:4], ids=NAMES[:4])
def test_a_body_that_fails_its_check(name: str, pack: Callable[[bytes], bytes]) -> None:
    whole = bytearray(pack(PAGE))
    whole[-6 if "gzip" in name.lower() else -2] ^= 1
    with pytest.raises(BrokenBody):
        decoded(bytes(whole), name, MOST)


def test_what_follows_a_whole_member() -> None:
    whole = gzip.compress(PAGE)
    for rest in (b"\0", b"\0" * 100_000, b"<!-- 0.1 s -->", b"\x1f\x8b", gzip.compress(b"")):
        assert decoded(whole + rest, "gzip", MOST) == PAGE
    assert decoded(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", MOST) == b"ab"
    assert decoded(zlib.compress(PAGE) + b"\r\n", "deflate", MOST) == PAGE
    with pytest.raises(BrokenBody):
        decoded(whole + whole[:-1], "gzip", MOST)


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ("", PAGE),
        ("identity", PAGE),
        ("gzip, identity,", gzip.compress(PAGE)),
        ("deflate, gzip", gzip.compress(zlib.compress(PAGE))),
        ("gzip,gzip", gzip.compress(gzip.compress(PAGE))),
    ],
)
def test_several_codings(codings: str, body: bytes) -> None:
    assert decoded(body, codings, MOST) == PAGE


@pytest.mark.parametrize(
    "body",
    [b"", b" ", PAGE, b"\x1f\x8b", b"{}", b"A page", b"\x1f\x8b<html>", b" " * 2000 + b"<html>"],
)
def test_what_is_no_gzip_at_all(body: bytes) -> None:
    with pytest.raises(BrokenBody):
        decoded(body, "gzip", MOST)


@pytest.mark.parametrize("body", [b"<html></html>", b"\r\n\t <!DOCTYPE html>" + PAGE])
def test_plain_markup_that_is_said_to_be_gzip(body: bytes) -> None:
    assert decoded(body, "gzip", MOST) == body
    head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    archived = parse_answer(head.encode() + body)
    assert archived is not None
    assert archived.body == body
    with pytest.raises(BodyError, match=f"^{TOO_LARGE}$"):
        decoded(body + bytes(MOST), "gzip", MOST)


@pytest.mark.parametrize("codings", ["compress", "br", "zstd", "br, gzip", "gzip, br"])
def test_an_unknown_coding(codings: str) -> None:
    """What the readers of WARC files do not undo, the crawl does not either."""
    with pytest.raises(BodyError, match=r"^unknown Content-Encoding$") as unknown:
        decoded(gzip.compress(PAGE), codings, MOST)
    assert not isinstance(unknown.value, BrokenBody)


@pytest.mark.parametrize(("name", "pack"), CODINGS, ids=NAMES)
def test_a_body_that_is_too_large(name: str, pack: Callable[[bytes], bytes]) -> None:
    assert len(decoded(pack(bytes(MOST)), name, MOST)) == MOST
    with pytest.raises(BodyError, match=f"^{TOO_LARGE}$"):
        decoded(pack(bytes(MOST + 1)), name, MOST)
    assert len(decoded(pack(bytes(MOST + 1)), name, 0)) == MOST + 1


def bomb(size: int) -> bytes:
    """A thousand times `size` zero bytes, packed without ever being there at once."""
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(10_000_000)
    parts: list[bytes] = []
    while sum(map(len, parts)) < size:
        parts.append(packer.compress(piece))
    return b"".join([*parts, packer.flush()])


def test_a_bomb_takes_no_room() -> None:
    packed = bomb(100_000)  # 100 MB unpacked
    tracemalloc.start()
    try:
        with pytest.raises(BodyError, match=TOO_LARGE):
            decoded(packed, "gzip", MOST)
        with pytest.raises(BodyError, match=TOO_LARGE):
            decoded(gzip.compress(packed), "gzip, gzip", MOST)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * MOST


@given(body=st.binary(), codings=st.sampled_from(["gzip", "deflate", "br", "zstd", "br, gzip"]))
def test_nothing_else_is_raised(body: bytes, codings: str) -> None:
    try:
        assert len(decoded(body, codings, 1000)) <= 1000
    except BodyError as error:
        assert len(str(error)) < 40
