"""Checks of the WARC files: by zlib member by member, by warcio, and by FastWARC where it is."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from tests.chaos.archive import Line
from tests.chaos.findings import Verdict
from tests.chaos.left import members
from tests.chaos.site import Site

__all__ = ["Capture", "check_captures", "check_members", "check_replay"]


@dataclass(frozen=True)
class Capture:
    """A response as warcio reads it, all codings undone."""

    where: str
    url: str
    body: bytes
    truncated: bool


def check_members(data_dir: Path) -> Verdict:
    """Every file is whole gzip members, each of them one whole record with the right digests."""
    verdict = Verdict("no torn WARC record, all digests right (zlib)")
    records = 0
    paths = sorted(data_dir.glob("raw/*/*/*.warc.gz"))
    for path in paths:
        kinds = []
        try:
            for start, content in members(path.read_bytes()):
                kinds.append(_record(verdict, f"{path} at byte {start}", content))
        except ValueError as error:
            verdict.problems.append(f"{path}: {error}")
        verdict.need(kinds[:1] == ["warcinfo"], f"{path}: begins with {kinds[:1]}")
        # Both records of an exchange are one write: a death may have cut off the second alone.
        alone = kinds.count("response") - kinds.count("request")
        good = alone == 0 or (alone == 1 and kinds[-1] == "response")
        verdict.need(good, f"{path}: {alone} responses without their requests")
        records += len(kinds)
    verdict.checked = f"{records} records in {len(paths)} files"
    return verdict


def _record(verdict: Verdict, where: str, content: bytes) -> str:
    """Checks one record; its type."""
    head, _, rest = content.partition(b"\r\n\r\n")
    version, *lines = head.decode("utf-8", "replace").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    size = int(fields.get("content-length", -1))
    block = rest[:size]
    verdict.need(version == "WARC/1.1", f"{where}: begins with {version[:20]!r}")
    verdict.need(rest[size:] == b"\r\n\r\n", f"{where}: {len(rest)} bytes after a head for {size}")
    verdict.need(_digest(block) == fields.get("warc-block-digest"), f"{where}: block digest")
    if "warc-payload-digest" in fields:
        payload = block.partition(b"\r\n\r\n")[2]
        verdict.need(_digest(payload) == fields["warc-payload-digest"], f"{where}: payload digest")
    return fields.get("warc-type", "")


def _digest(data: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode()


def _responses(path: Path) -> Iterator[tuple[str, Capture]]:
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            named = record.rec_headers.get_header
            body = record.content_stream().read()
            if record.rec_type == "response":
                identifier = named("WARC-Record-ID")
                where = f"{path} {identifier}"
                truncated = named("WARC-Truncated") is not None
                yield identifier, Capture(where, named("WARC-Target-URI"), body, truncated)


def check_replay(data_dir: Path, site: Site) -> tuple[dict[str, Capture], Verdict]:
    """Every answer that warcio reads, beside what the site served at its address."""
    verdict = Verdict("every captured page as served, byte for byte (warcio)")
    captures: dict[str, Capture] = {}
    for path in sorted(data_dir.glob("raw/*/*/*.warc.gz")):
        try:
            for identifier, capture in _responses(path):
                verdict.need(identifier not in captures, f"{capture.where}: a second record")
                captures[identifier] = capture
                _beside(verdict, capture, site)
        except (ArchiveLoadFailed, ValueError, EOFError) as error:
            verdict.problems.append(f"{path}: {error}")
        _fast(verdict, path)
    urls = {capture.url for capture in captures.values() if not capture.truncated}
    verdict.problems += [f"never captured: {url}" for url in sorted(set(site.pages) - urls)]
    verdict.checked = f"{len(captures)} responses of {len(urls)} addresses"
    return captures, verdict


def _beside(verdict: Verdict, capture: Capture, site: Site) -> None:
    page = site.pages.get(capture.url)
    if page is None or capture.truncated:
        # A page behind the last of a listing, or one that a stop broke off.
        return
    good = capture.body == page.body
    verdict.need(good, f"{capture.where}: {capture.url} is not what was served")


def _fast(verdict: Verdict, path: Path) -> None:
    """The same file once more, by a reader that shares no code with warcio."""
    try:
        from fastwarc.warc import ArchiveIterator as FastIterator
    except ImportError:
        return
    try:
        with path.open("rb") as stream:
            for record in FastIterator(stream, parse_http=False):
                good = record.verify_block_digest()
                verdict.need(good, f"{path} {record.record_id}: block digest (FastWARC)")
    except OSError as error:
        verdict.problems.append(f"{path}: {error} (FastWARC)")


def check_captures(lines: list[Line], captures: dict[str, Capture], site: Site) -> Verdict:
    """Every line of the archive names a capture that is there, of its address."""
    verdict = Verdict("the capture of every article is there, as served")
    stories = {story.id: story for story in site.stories}
    for where, record in lines:
        capture = captures.get(str(record.get("capture")))
        if capture is None:
            verdict.problems.append(f"{where}: no capture {record.get('capture')}")
            continue
        story = stories.get(str(record.get("id")))
        if story is not None:
            page = site.pages[story.url()]
            good = capture.url == story.url() and capture.body == page.body
            verdict.need(good, f"{where}: {capture.where} is not of {story.url()}")
    verdict.checked = f"{len(lines)} captures"
    return verdict
