"""Our own WARC files, member by member: what is whole, and which byte is not what was written."""

from __future__ import annotations

import gzip
import hashlib
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.stores.members import BadRecord, Member, kept, members, whole_length
from crawler.stores.warc import TornWarc, record, warcinfo
from tests.test_store_warc import PAGE, URL, WHEN, answer, request, response


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.warc.gz"


@given(sizes=st.lists(st.integers(0, 3000), max_size=4), data=st.data())
def test_whole_length_is_the_end_of_the_last_whole_record(
    sizes: list[int], data: st.DataObject, tmp_path_factory: Any
) -> None:
    records = [response(answer(hashlib.shake_128(b"%d" % n).digest(n))) for n in sizes]
    ends = [0, *accumulate(map(len, records))]
    near = st.sampled_from(ends).flatmap(lambda end: st.integers(max(0, end - 9), end + 9))
    cut = data.draw(st.one_of(st.integers(0, ends[-1]), near))
    tail = data.draw(st.sampled_from([b"", b"\x00" * 50, b"\x1f\x8b\x08", b"junk"]))
    path = tmp_path_factory.getbasetemp() / "cut.warc.gz"
    path.write_bytes(b"".join(records)[:cut] + (tail if cut in ends else b""))
    assert whole_length(path) == max(end for end in ends if end <= cut)


def test_whole_length_of_a_file_longer_than_what_is_read_at_once(path: Path) -> None:
    one = response(answer(hashlib.shake_128(b"").digest(700_000)))
    path.write_bytes(one * 4 + one[:-1])
    assert whole_length(path) == 4 * len(one)


def test_a_block_that_was_changed_is_not_whole(path: Path) -> None:
    one = response(answer())
    changed = one[:-8] + bytes(4) + one[-4:]
    path.write_bytes(one + changed + one)
    assert whole_length(path) == len(one)


def test_members_are_records(path: Path) -> None:
    path.write_bytes(warcinfo(path, "<urn:uuid:0>", {"software": "x"}) + response(answer()))
    path.write_bytes(path.read_bytes() + request())
    found = list(members(path))
    assert [kept(one).kind for one in found] == ["warcinfo", "response", "request"]
    assert b"".join(one.raw for one in found) == path.read_bytes()
    assert [one.offset for one in found] == [0, *accumulate(len(one.raw) for one in found[:-1])]
    answered = kept(found[1])
    assert (answered.identifier, answered.url, answered.date) == ("<urn:uuid:1>", URL, WHEN)
    assert answered.block == answer()
    assert answered.truncated is False


def test_a_torn_member_is_named_by_its_byte(path: Path) -> None:
    one = response(answer())
    path.write_bytes(one + one[:-1])
    read = members(path)
    assert next(read).raw == one
    with pytest.raises(TornWarc, match=rf"run.warc.gz: torn at byte {len(one)}"):
        next(read)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no WARC record"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "no WARC record"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n\r\n", "without Content-Length"),
        (b"WARC/1.1\r\nContent-Length: many\r\n\r\n", "invalid literal"),
    ],
)
def test_what_is_no_record_is_said(content: bytes, says: str) -> None:
    with pytest.raises(BadRecord, match=says):
        kept(Member(0, b"", content))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b"Steady", b"Stoddy"), "block"),
        ((b"Content-Length: ", b"Content-Length: 1"), "as long"),
        ((b"Block-Digest: sha256:", b"Block-Digest: sha256:A"), "block"),
        ((b"Payload-Digest: sha256:", b"Payload-Digest: sha256:A"), "payload"),
    ],
)
def test_a_record_that_is_not_what_its_digests_say(change: tuple[bytes, bytes], says: str) -> None:
    content = gzip.decompress(response(answer(PAGE)))
    assert change[0] in content
    with pytest.raises(BadRecord, match=says):
        kept(Member(0, b"", content.replace(*change, 1)))


def test_any_flipped_byte_of_a_record_but_of_its_gzip_head_is_found(path: Path) -> None:
    whole = record(
        "response", answer(b"<p>x</p>"), identifier="<urn:uuid:1>", date=WHEN, content_type="x"
    )
    found = 0
    for at in range(len(whole)):
        flipped: Any = bytearray(whole)
        flipped[at] ^= 1 << (at % 8)
        path.write_bytes(flipped)
        try:
            for one in members(path):
                assert kept(one).block == answer(b"<p>x</p>")
        except (TornWarc, BadRecord):
            found += 1
    # Time, system and two flags of the gzip head are covered by no sum but the file's.
    assert found >= len(whole) - 7
