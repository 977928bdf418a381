"""WARC files, record by record; and what the archive says of captures, held against them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from crawler.moments import stamp
from crawler.stores.digests import Digest
from crawler.stores.members import BadRecord, kept, members
from crawler.stores.warc import TornWarc
from crawler.verify.findings import Findings
from crawler.verify.index import Index
from crawler.verify.reports import Claims, check_whole

__all__ = ["check_counts", "check_named", "check_revisions", "check_warc"]


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
                findings.problem(place, str(error))
                continue
            if record.kind == "response":
                findings.looked_at("captures")
                row = (record.identifier, record.url, stamp(record.date), record.truncated, place)
                rows.append(row)
    except TornWarc as error:
        named += 1
        findings.problem(name, str(error).removeprefix(f"{path}: "))
    index.put("captures", rows)
    wrong = check_whole(data_dir, path, digest, claims)
    if wrong and not named:
        findings.problem(name, wrong)
    return len(rows)


def check_counts(
    responses: Counter[str], articles: Counter[str], claims: Claims, findings: Findings
) -> None:
    """What was counted in the files of each run against the numbers in its report; of one whose
    storage failed, the report counts what it could not keep, too."""
    for run, report in claims.reports.items():
        if report.get("storage"):
            continue
        for what, counted, said in (
            ("captures", responses[run], report.get("pages", {}).get("captured")),
            ("articles", articles[run], report.get("articles", {}).get("archived")),
        ):
            if said is not None and said != counted:
                findings.problem(f"run {run}", f"{counted} {what}; its report says {said}")


def check_named(index: Index, others: dict[str, str], findings: Findings) -> None:
    """Every capture that a record names is there, whole, once, and of the moment it says. Of the
    runs `others` captures may be where each says: in files that are not here, or not closed."""
    doubled = "SELECT id, count(*), min(place) FROM captures GROUP BY id HAVING count(*) > 1"
    for identifier, count, place in index.ask(doubled):
        findings.problem(place, f"{count} captures have the id {identifier}")
    away = Counter[str]()
    for table in ("records", "named"):
        for place, run, capture in index.ask(
            f"SELECT place, run, capture FROM {table} t WHERE capture IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.id = t.capture)"
        ):
            if run in others:
                away[run] += 1
            else:
                findings.problem(place, f"its capture {capture} is in no WARC file")
    for run, count in away.items():
        findings.notes.append(f"run {run}: {count} records read from {others[run]}")
    for place, said, found, truncated in index.ask(
        "SELECT r.place, r.fetched_at, c.fetched_at, c.truncated FROM records r"
        " JOIN captures c ON c.id = r.capture WHERE r.fetched_at != c.fetched_at OR c.truncated"
    ):
        what = "is cut off" if truncated else f"is of {found}, the record says {said}"
        findings.problem(place, f"its capture {what}")


def check_revisions(index: Index, rereadings: set[str], findings: Findings) -> None:
    """The revisions of an article are 1, 2, 3, … without a gap, each once but for `rereadings`: a
    re-extraction counts from 1 again."""
    run = ",".join(f"'{name}'" for name in sorted(rereadings)) or "''"
    for identifier, most, different, place in index.ask(
        "SELECT id, max(revision), count(DISTINCT revision), max(place) FROM records GROUP BY id"
        " HAVING max(revision) != count(DISTINCT revision)"
    ):
        what = f"{identifier}: revision {most}, but {different} different ones"
        findings.problem(place, what)
    for identifier, revision, count, place in index.ask(
        f"SELECT id, revision, count(*), max(place) FROM records WHERE run NOT IN ({run})"
        " GROUP BY id, revision HAVING count(*) > 1"
    ):
        findings.problem(place, f"{identifier}: revision {revision} is there {count} times")
