"""From bytes to a tree: the encodings pages are in, and what parsing may cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, Response

from crawler.blocks import blocks
from crawler.parsing import decoded, parse
from crawler.queries import PageError
from crawler.text import is_misread

ROOT = Path(__file__).parents[1]
LATIN, UTF, GB = (f"text/html; charset={name}" for name in ("iso-8859-1", "utf-8", "gb2312"))


def page(body: bytes, meta: str = "gb2312") -> bytes:
    head = f"<meta charset={meta}>".encode() if meta else b""
    return b"<html><head>" + head + b"</head><body><p>" + body + b"</p></body></html>"


def read(body: bytes, meta: str = "gb2312", kind: str = "text/html") -> str:
    """The text of a page of one paragraph. Raises `PageError`."""
    answer: Response = HtmlResponse(
        "https://portal.example/1", body=page(body, meta), headers={"Content-Type": kind}
    )
    (text,) = [block.text for block in blocks(parse(decoded(answer))) if block.kind == "text"]
    return text


@pytest.mark.parametrize(
    ("pair", "meant"),
    [
        ("A3A0 41", "A"),  # U+3000, a wide blank
        ("41 A3A0 42", "A B"),
        ("A8BC", "\u1e3f"),
        ("A6D9 A6DA A6DB A6DC A6DD A6DE A6DF", "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16"),
        ("A6EC A6ED A6F3", "\ufe17\ufe18\ufe19"),
        ("FE59 FE61 FE66 FE67", "\u9fb4\u9fb5\u9fb6\u9fb7"),
        ("FE6D FE7E FE90 FEA0", "\u9fb8\u9fb9\u9fba\u9fbb"),
    ],
)
def test_gb18030_is_read_as_browsers_read_it(pair: str, meant: str) -> None:
    text = read(bytes.fromhex(pair))
    assert text == meant
    assert not is_misread(text)


def test_pairs_without_a_character_stay_so() -> None:
    for pair in (b"\xaa\xa1", b"\xfe\xfe", b"\xa2\xab", b"\xa1\x40", b"\xfe\x6c"):
        assert is_misread(read(pair))


def test_big5_read_as_gb18030_is_seen() -> None:
    """Every pair that Python reads as private use lies below U+F000, or is given a character."""
    private = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            text = bytes((lead, trail)).decode("gb18030", "replace")
            private |= {one for one in text if "\ue000" <= one <= "\uf8ff"}
    assert len(private) > 2000
    assert max(private) < "\ue865"
    assert all(map(is_misread, private))


@pytest.mark.parametrize("bullet", ["\uf0b7", "\uf0d8", "\uf8ff"])
def test_bullets_of_symbol_fonts_are_let_be(bullet: str) -> None:
    assert not is_misread(read(f"{bullet} First".encode(), "utf-8"))


HAN = "朱镕基 — China’s 长江大桥"


@pytest.mark.parametrize(
    ("kind", "meta"), [(UTF, "gb2312"), (UTF, "gbk"), (LATIN, "gb2312"), (GB, "utf-8")]
)
@pytest.mark.parametrize("text", [HAN, "China’s 镕", "镕㐀", "(镕) 长江", "喆镕镕"])
def test_gbk_beside_another_declaration(text: str, kind: str, meta: str) -> None:
    assert read(text.encode("gb18030"), meta, kind) == text


@pytest.mark.parametrize(
    ("body", "kind", "meta"),
    [
        (HAN.encode("gb18030"), "text/html; charset=big5", "gb2312"),
        (HAN.encode("gb18030"), LATIN, "utf-8"),
        (HAN.encode("gb18030"), UTF, "utf-8"),  # only pairs of GB 2312 stand against one
        (HAN.encode("gb18030"), "text/html", ""),
        # Two letters of Latin-1 and of ASCII look like a pair of GBK.
        (b"two caf\xe9s", LATIN, "gb2312"),
        (b"\xc9ire", LATIN, "gb2312"),
        (b"China\x92s port \xa1\xb0x\xa1\xb1", LATIN, "gb2312"),
        (b"\xd9F", LATIN, "gb2312"),
    ],
)
def test_what_may_be_another_encoding_is_not_read(body: bytes, kind: str, meta: str) -> None:
    try:
        assert is_misread(read(body, meta, kind))
    except PageError as refused:
        assert refused.reason == "undecodable bytes"


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("a &#55357;&#56832; b", "a 😀 b"),
        ("&#xD83D;&#xDE00;&#xd83d;&#xde01;", "😀😁"),
        ("&#55296;&#56320;&#56319;&#57343;", "\U00010000\U0010ffff"),
        ("&#55357;&#xDE00;", "😀"),
    ],
)
def test_the_halves_of_a_character_are_joined(printed: str, text: str) -> None:
    for meta in ("utf-8", "gb2312"):
        assert read(printed.encode(), meta) == text


@pytest.mark.parametrize("printed", ["&#55357;", "&#56832;&#55357;", "&#xD83D; &#xDE00;"])
def test_a_half_alone_is_no_character(printed: str) -> None:
    assert is_misread(read(printed.encode(), "utf-8"))


LARGE = """
import resource, sys
from tests.test_parsing import read
from crawler.queries import PageError

body = b"a" * 10_000_000 + b"\\xb9\\xfa" * 5_000_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for meta, kind in (("utf-8", "text/html"), ("gb2312", "text/html; charset=iso-8859-1")):
    read(body, meta, kind)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_large_page_takes_no_gigabytes() -> None:
    command = [sys.executable, "-c", LARGE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert int(done.stdout) < 600  # MB
