"""Run reports: each sealed, each file in one of them, with the bytes that the run wrote.

A crawl may begin, close files and end while they are looked at. So the files are listed first, then
the `.part` files looked at and then the reports read: of a listed file the run is on, or was killed,
or has its report.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.stores.digests import Digest, parse_sums, unsealed
from crawler.stores.jsonl import decode
from crawler.stores.segments import PART, is_dead, run_of
from crawler.verify.findings import Findings

__all__ = ["Claims", "check_counts", "check_files", "check_parts", "check_whole", "look"]

_KINDS = ("raw", "archive", "provisional", "links")


@dataclass(slots=True)
class Claims:
    """What the reports of a portal say, and which of its runs have none."""

    portal: str
    listed: set[str] = field(default_factory=set)
    """Files that are looked at, below the data folder."""
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By run."""
    digests: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By file, below the data folder."""
    sums: dict[str, list[int]] = field(default_factory=dict)
    """CRC-32 of the lines of a file."""
    living: set[str] = field(default_factory=set)
    """Runs that are or were on meanwhile: their files were not complete."""
    dead: set[str] = field(default_factory=set)
    """Runs that were killed, or could not end, and that no crawl has mended."""
    damaged: set[str] = field(default_factory=set)
    """Runs whose report is not what was written."""
    unclaimed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Files that no report named when they were looked at, with what they are."""
    read: set[Path] = field(default_factory=set)
    """Reports that were read."""

    @property
    def rereadings(self) -> set[str]:
        """Runs that were re-extractions."""
        return {run for run, one in self.reports.items() if one.get("command") == "reextract"}


def look(data_dir: Path, claims: Claims, findings: Findings) -> bool:
    """Takes in what has become of the runs of a portal since the last time; whether one is on."""
    parts = _parts(data_dir, claims.portal)
    on = {run_of(part) for part, dead in parts.items() if not dead}
    claims.living |= on
    claims.dead |= {run_of(part) for part, dead in parts.items() if dead}
    for path in sorted((data_dir / "runs" / claims.portal).glob("*/*.json")):
        if path not in claims.read:
            claims.read.add(path)
            findings.looked_at("runs")
            _read(data_dir, path, claims, findings)
    for run, report in claims.reports.items():
        names = report.get("digests", {})
        if any(name not in claims.listed and (data_dir / name).exists() for name in names):
            claims.living.add(run)
    return bool(on)


def check_parts(data_dir: Path, claims: Claims, findings: Findings) -> None:
    """Names the files that killed runs have left, unless a crawl may just be completing them."""
    parts = _parts(data_dir, claims.portal)
    on = [run_of(part) for part, dead in parts.items() if not dead]
    left = [part.relative_to(data_dir) for part, dead in parts.items() if dead]
    if on and left:
        note = f"{len(left)} files were left by runs that were killed; {on[0]} is on"
        findings.notes.append(f"{claims.portal}: {note}")
        return
    for name in left:
        findings.problem(name, "left by a run that was killed; the next crawl completes it")


def _parts(data_dir: Path, portal: str) -> dict[Path, bool]:
    """Files that are not complete, and whether nobody writes them."""
    found = {}
    for kind in (*_KINDS, "runs"):
        for part in sorted((data_dir / kind / portal).glob(f"*/*{PART}")):
            try:
                found[part] = is_dead(part)
            except FileNotFoundError:
                continue  # completed in between
            except OSError:
                found[part] = True
    return found


def _read(data_dir: Path, path: Path, claims: Claims, findings: Findings) -> None:
    """Reads one report. Of one that is not what was written, nothing but the name is used."""
    name = path.relative_to(data_dir)
    try:
        text = path.read_bytes()
        if unsealed(text):
            raise ValueError("not what its own SHA-256 says: changed after it was written")
        report = decode(text)
        sums = _sums_of(report, claims.portal)
    except OSError as error:
        findings.problem(name, f"cannot be read: {error.strerror}")
    except ValueError as error:
        findings.problem(name, str(error))
    else:
        if report["run"] != path.stem:
            findings.problem(name, f"the report of another run, {report['run']}")
        claims.reports[report["run"]] = report
        claims.digests |= report.get("digests", {})
        claims.sums |= sums
        return
    claims.damaged.add(path.stem)


def _sums_of(report: dict[str, Any], portal: str) -> dict[str, list[int]]:
    """The CRC-32 of the lines of each file. Raises `ValueError` for what is no report."""
    if not isinstance(report.get("run"), str):
        raise ValueError("no report: run: no text")
    for key in ("pages", "articles", "digests", "line_crc32"):
        if not isinstance(report.get(key, {}), dict):
            raise ValueError(f"no report: {key}: no JSON object")
    for name, facts in report.get("digests", {}).items():
        kind, *folders = name.split("/")
        if kind not in _KINDS or folders[:1] != [portal] or ".." in folders:
            raise ValueError(f"no report: digests: {name}: no file of {portal}")
        if not isinstance(facts, dict):
            raise ValueError(f"no report: digests: {name}: no JSON object")
    found = {}
    for name, sums in report.get("line_crc32", {}).items():
        if not isinstance(sums, str) or len(sums) % 8:
            raise ValueError(f"no report: line_crc32: {name}: not eight digits a line")
        try:
            found[name] = list(parse_sums(sums))
        except ValueError as error:
            raise ValueError(f"no report: line_crc32: {name}: no digits") from error
    return found


def check_whole(name: str, digest: Digest, claims: Claims) -> str | None:
    """What is wrong with a file as a whole: its bytes against those that its run wrote. One that no
    report names is judged at the end."""
    claim = claims.digests.get(name)
    if claim is None:
        claims.unclaimed[name] = digest.facts()
        return None
    return _difference(digest.facts(), claim)


def _difference(facts: dict[str, Any], claim: dict[str, Any]) -> str | None:
    for fact, found in facts.items():
        if claim.get(fact) != found:
            return f"its {fact} is {found}; its run wrote {claim.get(fact)}"
    return None


def check_files(data_dir: Path, claims: Claims, findings: Findings) -> None:
    """Every file is named by a report, and every file that a report names is there."""
    excused = claims.living | claims.dead | claims.damaged
    for name, facts in claims.unclaimed.items():
        claim = claims.digests.get(name)
        if claim is not None:
            if wrong := _difference(facts, claim):
                findings.problem(name, wrong)
        elif run_of(name) not in excused:
            findings.problem(name, "in no run report")
    for name in sorted(claims.digests):
        try:
            is_there = (data_dir / name).is_file()
        except OSError as error:
            findings.problem(name, f"cannot be read: {error.strerror}")
        else:
            if not is_there:
                findings.problem(name, "missing; a run report names it")


def check_counts(
    responses: Counter[str], articles: Counter[str], claims: Claims, findings: Findings
) -> None:
    """What was counted in the files of each run against the numbers in its report. Not of a run
    that was on meanwhile, nor of one whose storage failed: it counts what it could not keep, too."""
    for run, report in claims.reports.items():
        if run in claims.living or report.get("storage"):
            continue
        for what, counted, said in (
            ("captures", responses[run], report.get("pages", {}).get("captured")),
            ("articles", articles[run], report.get("articles", {}).get("archived")),
        ):
            if said is not None and said != counted:
                findings.problem(f"run {run}", f"{counted} {what}; its report says {said}")
