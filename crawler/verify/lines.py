"""Archives and ledgers, line by line: what a line says, and whether it is what the run wrote."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from crawler.generic import GENERIC
from crawler.pipelines.dedupe import text_digest
from crawler.schema import archive_schema
from crawler.stores.digests import Digest
from crawler.stores.jsonl import decode, encode
from crawler.stores.segments import run_of
from crawler.verify.findings import Findings
from crawler.verify.index import Index
from crawler.verify.reports import Claims, check_whole

__all__ = ["check_archive", "check_ledger", "check_provisional"]

_AT_ONCE = 500
_INDEXED = ("id", "revision", "run", "capture", "fetched_at", "extractor")


def check_archive(
    data_dir: Path, path: Path, claims: Claims, findings: Findings, index: Index
) -> int:
    """One file of an archive; its records go into the index. Gives the number of its lines that
    are what the run wrote."""
    portal, run = path.parts[-3], run_of(path)
    rows: list[tuple[Any, ...]] = []
    count = 0
    for place, start, record in _lines(data_dir, path, claims, findings):
        findings.looked_at("articles")
        count += 1
        if wrong := _wrong(record, portal, run):
            findings.problem(place, wrong, wrong.partition(":")[0])
            continue
        rows.append((*(record[name] for name in _INDEXED), place, start))
        if len(rows) == _AT_ONCE:
            index.put("records", rows)
            rows.clear()
    index.put("records", rows)
    return count


def check_provisional(
    data_dir: Path, path: Path, claims: Claims, findings: Findings, index: Index
) -> int:
    """One file of provisional records; the captures they were read from go into the index."""
    portal, run = path.parts[-3], run_of(path)
    rows = []
    count = 0
    for place, _, line in _lines(data_dir, path, claims, findings):
        findings.looked_at("provisional records")
        count += 1
        by = line.pop("superseded_by", 0)
        # One that is superseded is repeated, in a file of the run that did so.
        wrong = _wrong(line, portal, line.get("run", "") if by else run)
        if by not in (None, run) or line.get("layout") != GENERIC:
            wrong = wrong or "superseded_by, layout: not those of a provisional record"
        if wrong:
            findings.problem(place, wrong, wrong.partition(":")[0])
        elif line["capture"]:
            rows.append((line["capture"], line["run"], place))
    index.put("named", rows)
    return count


def check_ledger(
    data_dir: Path, path: Path, claims: Claims, findings: Findings, index: Index
) -> int:
    """One ledger of links; the captures of refused pages go into the index. Gives the number of
    its lines."""
    rows = []
    count = 0
    for place, _, line in _lines(data_dir, path, claims, findings):
        findings.looked_at("links")
        count += 1
        named = (line.get("capture"), line.get("last_run"))
        if line.get("portal") != path.parts[-3]:
            findings.problem(place, f"of another portal: {line.get('portal')!r}", "portal")
        elif not all(one is None or isinstance(one, str) for one in named):
            findings.problem(place, "capture, last_run: no text")
        elif named[0]:
            rows.append((*named, place))
    index.put("named", rows)
    return count


def _lines(
    data_dir: Path, path: Path, claims: Claims, findings: Findings
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """The lines of a file that can be read, each with its place and its first byte; the file is
    judged at its end."""
    name = path.relative_to(data_dir).as_posix()
    sums = claims.sums.get(name)
    digest, named = Digest(), 0
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            start = digest.bytes
            digest.add(line)
            place = f"{name}:{number}"
            written = sums[number - 1] if sums and number <= len(sums) else None
            try:
                record = decode(line)
                if encode(record) != line:
                    raise ValueError("not as a run writes it")
            except ValueError as error:
                named += 1
                findings.problem(place, f"no record: {error}", "no record")
                continue
            if written is not None and written != zlib.crc32(line):
                named += 1
                findings.problem(place, "changed after it was written")
            else:
                yield place, start, record
    wrong = check_whole(name, digest, claims)
    if wrong and not named:
        findings.problem(name, wrong)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(archive_schema())


def _wrong(record: dict[str, Any], portal: str, run: str) -> str | None:
    """What is wrong with a record."""
    error: ValidationError | None = next(iter(_validator().iter_errors(record)), None)
    if error is not None:
        return f"{'/'.join(map(str, error.instance_path)) or 'record'}: {error.message}"
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        # 1.0 is an integer to JSON Schema.
        ("revision: no integer", lambda: isinstance(record["revision"], int)),
        ("portal: not that of the folder", lambda: record["portal"] == portal),
        ("id: of another portal", lambda: record["id"].startswith(f"{portal}:")),
        ("run: not that of the file", lambda: record["run"] == run),
        (
            "text_sha256: not that of headline and body",
            lambda: record["text_sha256"] == text_digest(record["headline"], record["body"]),
        ),
        (
            "published_precision: without published_at, or the reverse",
            lambda: (record["published_at"] is None) == (record["published_precision"] is None),
        ),
    )
    return next((what for what, holds in checks if not holds()), None)
