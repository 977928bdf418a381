"""Text: white space, log lines, fingerprints."""

from __future__ import annotations

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import collapse, is_misread, printable, sha256_of


@pytest.mark.parametrize(
    ("text", "collapsed"),
    [
        ("  a \t\r\n b\u00a0\u3000c ", "a b c"),
        ("zero\u200bwidth\ufeff, soft\u00adhyphen", "zerowidth, softhyphen"),
        ("a\u2028b\x85c", "a b c"),
        ("\u200b \u3000", ""),
        ("", ""),
    ],
)
def test_white_space_is_one_blank(text: str, collapsed: str) -> None:
    assert collapse(text) == collapsed


@given(text=st.text())
def test_collapse_keeps_every_visible_character(text: str) -> None:
    collapsed = collapse(text)
    assert collapse(collapsed) == collapsed
    assert "  " not in collapsed
    unseen = "\u200b\u2060\ufeff\u00ad"
    assert collapsed.replace(" ", "") == "".join(
        c for c in "".join(text.split()) if c not in unseen
    )


@given(text=st.text(), limit=st.integers(2, 400))
def test_printable_is_one_short_line(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1
    assert all(unicodedata.category(c) != "Cc" for c in shown)


def test_printable_takes_out_what_a_terminal_obeys() -> None:
    assert printable("a\x1b[31mb\r\nc\x9bd") == "a [31mb c d"
    assert printable("a\u202eb\u2066c\u2069d") == "a b c d"
    assert printable("x" * 300) == "x" * 300
    assert printable("x" * 301) == "x" * 299 + "…"


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u061c"])
def test_printable_takes_out_direction_marks(mark: str) -> None:
    assert mark not in printable(f"a{mark}b")


def test_digest_is_of_the_parts_joined_by_line_feeds() -> None:
    assert sha256_of("a", "桥") == hashlib.sha256("a\n桥".encode()).hexdigest()
    assert sha256_of("a", "b") != sha256_of("ab")
    assert len(sha256_of("\ud800")) == 64


@pytest.mark.parametrize(
    "text",
    [
        "Chinaâ€™s port",
        "China\xe2\x80\x99s port",
        "a cafÃ© of 1911",
        "China鈥檚 port",
        "China抯 port",
        "\ufffd",
        "\ue4c6",
        "\x1b[31m",
        "China\x92s",
    ],
)
def test_what_was_decoded_wrongly_is_seen(text: str) -> None:
    assert is_misread(text)


@pytest.mark.parametrize(
    "text",
    [
        "China’s “café” – São Paulo",
        "IRMÃO",
        "“Strauß”",
        "The sign reads 一 and 长江大桥",
        "X光 T恤",
        "",
    ],
)
def test_what_was_decoded_rightly_is_let_be(text: str) -> None:
    assert not is_misread(text)
