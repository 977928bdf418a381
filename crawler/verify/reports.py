"""Run reports: each sealed, each file in one of them, with the bytes that the run wrote."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.stores.digests import Digest, parse_sums, unsealed
from crawler.stores.recovery import is_dead
from crawler.stores.segments import PART, run_of
from crawler.verify.findings import Findings

__all__ = ["Claims", "check_files_exist", "check_parts", "check_whole", "read_reports"]

KINDS = ("raw", "archive", "links", "runs")


@dataclass(slots=True)
class Claims:
    """What the reports of a portal say."""

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By run."""
    digests: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By file, below the data folder."""
    sums: dict[str, list[int]] = field(default_factory=dict)
    """CRC-32 of the lines of a file."""
    living: set[str] = field(default_factory=set)
    """Runs that are on: their files are not complete yet."""


def read_reports(data_dir: Path, portal: str, findings: Findings) -> Claims:
    """Reads the reports of a portal and checks their seals."""
    claims = Claims()
    for path in sorted((data_dir / "runs" / portal).glob("*/*.json")):
        findings.looked_at("runs")
        name = path.relative_to(data_dir)
        text = path.read_bytes()
        if unsealed(text):
            findings.problem(name, "not what its own SHA-256 says: changed after it was written")
        try:
            report = json.loads(text)
            run = str(report["run"])
            claims.digests |= report.get("digests", {})
            claims.sums |= {n: list(parse_sums(s)) for n, s in report.get("line_crc32", {}).items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            findings.problem(name, f"no report: {type(error).__name__}: {error}")
            continue
        claims.reports[run] = report
        if run != path.stem:
            findings.problem(name, f"the report of another run, {run}")
    return claims


def check_parts(data_dir: Path, portal: str, claims: Claims, findings: Findings) -> None:
    """Files that are not complete: those of a run that is on are passed over, others named."""
    for kind in KINDS:
        for part in sorted((data_dir / kind / portal).glob(f"*/*{PART}")):
            with suppress(FileNotFoundError):  # completed in between
                if is_dead(part):
                    what = "left by a run that was killed; the next crawl completes it"
                    findings.problem(part.relative_to(data_dir), what)
                else:
                    claims.living.add(run_of(part))


def check_whole(data_dir: Path, path: Path, digest: Digest, claims: Claims) -> str | None:
    """What is wrong with a file as a whole: its bytes against those that its run wrote."""
    name = path.relative_to(data_dir).as_posix()
    claim = claims.digests.get(name)
    if claim is None:
        return None if run_of(path) in claims.living else "in no run report"
    for fact, found in digest.facts().items():
        if claim.get(fact) != found:
            return f"its {fact} is {found}; its run wrote {claim.get(fact)}"
    return None


def check_files_exist(data_dir: Path, claims: Claims, findings: Findings) -> None:
    """Every file that a report names is there."""
    for name in sorted(claims.digests):
        if not (data_dir / name).is_file():
            findings.problem(name, "missing; a run report names it")
