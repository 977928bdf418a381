"""Checks of the archive's lines and of what lies about in the data folder, by plain json."""

from __future__ import annotations

import fcntl
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chaos.findings import Verdict
from tests.chaos.site import Site

__all__ = ["Line", "check_articles", "check_leftovers", "read_archive"]

Line = tuple[str, dict[str, Any]]
"""Where a line stands, and what it holds."""


def read_archive(data_dir: Path) -> tuple[list[Line], Verdict]:
    """All lines of the archive."""
    verdict = Verdict("no torn line in the archive and the ledgers of links")
    lines: list[Line] = []
    ledgers = sorted(data_dir.glob("links/*/*/*.jsonl"))
    paths = sorted(data_dir.glob("archive/*/*/*.jsonl"))
    for path in ledgers:
        for number, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
            whole = line.endswith(b"\n") and _is_json(line)
            verdict.need(whole, f"{path}:{number}: torn")
    for path in paths:
        data = path.read_bytes()
        verdict.need(data.endswith(b"\n"), f"{path}: the last line has no end")
        for number, line in enumerate(data.splitlines(), 1):
            where = f"{path}:{number}"
            try:
                record = json.loads(line)
            except ValueError as error:
                verdict.problems.append(f"{where}: {error}")
                continue
            if verdict.need(isinstance(record, dict), f"{where}: no object"):
                named = path.name.startswith((f"{record.get('run')}.", f"{record.get('run')}-"))
                verdict.need(named, f"{where}: of the run {record.get('run')}")
                lines.append((where, record))
    verdict.checked = f"{len(lines)} lines in {len(paths)} files; {len(ledgers)} ledgers"
    return lines, verdict


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def check_articles(lines: list[Line], site: Site) -> Verdict:
    """Each article of the site once, with the text that was served."""
    verdict = Verdict("every article exactly once, its text as served")
    stories = {story.id: story for story in site.stories}
    places: dict[str, list[str]] = {}
    for where, record in lines:
        identifier = str(record.get("id"))
        places.setdefault(identifier, []).append(where)
        story = stories.get(identifier)
        if story is None:
            verdict.problems.append(f"{where}: no article of the site: {identifier}")
            continue
        for name, wanted in (
            ("url", story.url()),
            ("headline", story.headline),
            ("body", story.body),
            ("revision", 1),
        ):
            good = record.get(name) == wanted
            verdict.need(good, f"{where}: {name} of {story.url()} is {str(record.get(name))[:80]}")
    for identifier, story in stories.items():
        found = places.get(identifier, [])
        verdict.need(bool(found), f"lost: {story.url()}")
        verdict.need(len(found) < 2, f"{len(found)} times: {story.url()} in {', '.join(found)}")
    verdict.checked = f"{len(stories)} articles"
    return verdict


def check_leftovers(data_dir: Path) -> Verdict:
    """Nothing unfinished, nothing held."""
    verdict = Verdict("no .part left, no lock held")
    for path in sorted(data_dir.rglob("*.part")):
        verdict.problems.append(f"{path}: {path.stat().st_size} bytes left")
    files = [path for path in data_dir.rglob("*") if path.is_file()]
    for path in files:
        linked = path.stat().st_nlink
        verdict.need(linked == 1, f"{path}: has {linked} names")
    locks = sorted(data_dir.glob("state/*.lock"))
    verdict.need(bool(locks), f"{data_dir}/state: no lock file")
    for path in locks:
        with path.open("rb") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                verdict.problems.append(f"{path}: held")
    kinds = Counter(path.relative_to(data_dir).parts[0] for path in files)
    verdict.checked = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    return verdict
