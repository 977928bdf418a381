"""JSON Lines: one record a line, and what is whole of a torn file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.stores.jsonl import BrokenLine, decode, encode, read_lines, whole_length

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
records = st.dictionaries(st.text(), values, max_size=4)


@given(record=records)
def test_a_record_is_one_line_and_comes_back(record: dict[str, Any]) -> None:
    line = encode(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == record
    assert list(decode(line)) == list(record)


def test_text_is_readable_as_it_is() -> None:
    assert encode({"headline": "桥 ’\u2028", "none": None}) == (
        '{"headline":"桥 ’\u2028","none":null}\n'.encode()
    )


@pytest.mark.parametrize("line", [b"", b"\n", b"[]", b"1", b"null", b'{"a":', b"{}{}", b"\xff"])
def test_what_is_no_record(line: bytes) -> None:
    with pytest.raises(ValueError):
        decode(line)


def test_a_line_nested_too_deep_is_no_record() -> None:
    with pytest.raises(ValueError):
        decode(b"[" * 100_000)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"a":1}\n{"a":\n{"a":3}\n')
    lines = read_lines(path)
    assert next(lines) == {"a": 1}
    with pytest.raises(BrokenLine, match=r"a\.jsonl:2: "):
        next(lines)
    with pytest.raises(FileNotFoundError):
        next(read_lines(tmp_path / "none.jsonl"))


@given(lines=st.lists(records, max_size=3), data=st.data())
def test_whole_length_is_the_end_of_the_last_whole_line(
    lines: list[dict[str, Any]], data: st.DataObject, tmp_path_factory: Any
) -> None:
    encoded = [encode(line) for line in lines]
    content = b"".join(encoded)
    cut = data.draw(st.integers(0, len(content)))
    ends = [sum(map(len, encoded[:n])) for n in range(len(encoded) + 1)]
    path = tmp_path_factory.getbasetemp() / "cut.jsonl"
    path.write_bytes(content[:cut])
    assert whole_length(path) == max(end for end in ends if end <= cut)


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b'{"a":1}\n{"a":2}', 8),
        (b'{"a":1}\n\x00\x00\x00\x00', 8),
        (b'{"a":1}\n[]\n', 8),
        (b"\x00\n", 0),
        (b"", 0),
    ],
)
def test_what_follows_the_last_whole_line_is_not_whole(
    content: bytes, whole: int, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(content)
    assert whole_length(tmp_path / "a") == whole
