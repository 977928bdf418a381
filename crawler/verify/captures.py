"""WARC files, record by record; and what the archive says of captures, held against them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from crawler.moments import stamp
from crawler.stores.digests import Digest
from crawler.stores.members import BadRecord, kept, members
from crawler.stores.warc import TornWarc
from crawler.verify.findings import Findings
from crawler.verify.index import DEAD, OPEN, REREADING, Index
from crawler.verify.reports import Claims, check_whole

__all__ = ["check_named", "check_revisions", "check_warc"]

_ELSEWHERE = {
    OPEN: "a WARC file still open",
    DEAD: "a WARC file that the next crawl completes",
    REREADING: "WARC files kept elsewhere",
}
"""Where captures may be that are in no file here, by the kind of the run that read them."""


def check_warc(data_dir: Path, path: Path, claims: Claims, findings: Findings, index: Index) -> int:
    """One WARC file: every digest in it; its responses go into the index. Gives their number."""
    name = path.relative_to(data_dir).as_posix()
    digest, named, rows = Digest(), 0, []
    try:
        for member in members(path):
            digest.add(member.raw)
            place = f"{name}: byte {member.offset}"
            try:
                record = kept(member)
            except BadRecord as error:
                named += 1
                findings.problem(place, str(error), "no record, or not what its digests say")
                continue
            if record.kind == "response":
                findings.looked_at("captures")
                row = (record.identifier, record.url, stamp(record.date), record.truncated, place)
                rows.append(row)
    except TornWarc as error:
        named += 1
        findings.problem(name, str(error).removeprefix(f"{path}: "))
    index.put("captures", rows)
    wrong = check_whole(name, digest, claims)
    if wrong and not named:
        findings.problem(name, wrong)
    return len(rows)


def check_named(index: Index, findings: Findings) -> None:
    """Every capture that a record names is there, whole, once, and of the moment it says."""
    doubled = "SELECT id, count(*), min(place) FROM captures GROUP BY id HAVING count(*) > 1"
    for identifier, count, place in index.ask(doubled):
        what = f"{count} captures have the id {identifier}"
        findings.problem(place, what, "captures have one id")
    away = Counter[tuple[str, str]]()
    for table in ("records", "named"):
        for place, run, capture, kind in index.ask(
            "SELECT place, run, capture, (SELECT kind FROM runs WHERE name = run)"
            f" FROM {table} WHERE capture IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.id = capture)"
        ):
            if kind:
                away[run, kind] += 1
            else:
                what = f"its capture {capture} is in no WARC file"
                findings.problem(place, what, "capture in no WARC file")
    for (run, kind), count in away.items():
        findings.notes.append(f"run {run}: {count} records read from {_ELSEWHERE[kind]}")
    for place, said, found, truncated in index.ask(
        "SELECT r.place, r.fetched_at, c.fetched_at, c.truncated FROM records r"
        " JOIN captures c ON c.id = r.capture WHERE r.fetched_at != c.fetched_at OR c.truncated"
    ):
        what = "is cut off" if truncated else f"is of {found}, the record says {said}"
        findings.problem(place, f"its capture {what}", "capture cut off, or of another moment")


def check_revisions(index: Index, findings: Findings) -> None:
    """The revisions of an article are 1, 2, 3, … without a gap, each once but for re-extractions,
    which count from 1 again; of a run that is on or was killed it isn't known what it is."""
    for identifier, most, different, place in index.ask(
        "SELECT id, max(revision), count(DISTINCT revision), max(place) FROM records GROUP BY id"
        " HAVING max(revision) != count(DISTINCT revision)"
    ):
        what = f"{identifier}: revision {most}, but {different} different ones"
        findings.problem(place, what, "revisions with a gap")
    for identifier, revision, count, place in index.ask(
        "SELECT id, revision, count(*), max(place) FROM records"
        " WHERE run NOT IN (SELECT name FROM runs) GROUP BY id, revision HAVING count(*) > 1"
    ):
        what = f"{identifier}: revision {revision} is there {count} times"
        findings.problem(place, what, "revisions there twice")
