"""The reports of runs that could not write them: killed ones, and those whose storage failed.

A run holds its name by `runs/…/<run>.json.part`, which says what it is; one whose storage failed
leaves its report there. It becomes a report when all files of the run are complete, so that it can
name them, each with its digest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from crawler.stores.digests import Digest, digest_of
from crawler.stores.members import members
from crawler.stores.report import by_kind, digests, write_report
from crawler.stores.run import KINDS, Run
from crawler.stores.segments import PART, is_dead, run_of
from crawler.stores.warc import TornWarc

__all__ = ["files_of", "report_for_the_dead"]

_KILLED = {"command": "crawl", "finish_reason": "interrupted"}
_COMMAND = re.compile(r'"command": ?"([a-z]+)"')


def report_for_the_dead(run: Run, completed: Iterable[str]) -> set[str]:
    """Reports what the dead runs of the portal left, once their files are complete; their names.
    `completed` are files of dead runs, some of which may have lost what held their name."""
    found = set()
    reports = run.data_dir / "runs" / run.portal
    for part in sorted(reports.glob(f"*/*.json{PART}")):
        with suppress(FileNotFoundError):
            if not is_dead(part):
                continue
            if part.with_name(part.name.removesuffix(PART)).exists():
                # Died between the two halves of the rename.
                part.unlink()
                continue
            name = part.name.removesuffix(f".json{PART}")
            _report(run, name, part.parent, _left(part))
            found.add(name)
    for name in {run_of(file) for file in completed} - found:
        found.add(name)
        if not any(reports.glob(f"*/{name}.json")):
            _report(run, name, reports / name.rpartition("-")[2][:4], _KILLED)
    return found


def _report(run: Run, name: str, folder: Path, left: dict[str, Any]) -> None:
    files = files_of(run, name)
    report = {"run": name, "portal": run.portal} | left
    report |= {"recovered_by": run.name, "files": by_kind(files), **digests(files)}
    write_report(folder, name, report)


def files_of(run: Run, name: str) -> dict[str, Digest]:
    """All files of a run that is over, below the data folder, each with its digest."""
    found = {}
    for kind in KINDS:
        for path in sorted((run.data_dir / kind / run.portal).glob(f"*/{name}*")):
            if run_of(path) == name and path.suffix in (".gz", ".jsonl"):
                found[run.relative(path)] = _digest(path)
    return found


def _left(part: Path) -> dict[str, Any]:
    """What a dead run had to say: its report, if its storage failed, or what it was."""
    text = part.read_text(encoding="utf-8", errors="replace")
    with suppress(ValueError):
        report = json.loads(text)
        if isinstance(report, dict) and report.get("storage"):
            report.pop("report_sha256", None)
            return report
    command = _COMMAND.search(text)
    return _KILLED | ({"command": command[1]} if command else {})


def _digest(path: Path) -> Digest:
    if path.suffix == ".jsonl":
        return digest_of(path)
    try:
        return digest_of(path, (member.raw for member in members(path)))
    except TornWarc:  # not by us: `scrapy verify` says where
        return digest_of(path)
