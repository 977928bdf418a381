"""Checks of the state and of the run reports, beside the files, by sqlite3 and json."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

from tests.chaos.archive import Line
from tests.chaos.findings import Verdict
from tests.chaos.killing import Death
from tests.chaos.site import Site

__all__ = ["check_files_named", "check_reports", "check_state"]

_KINDS = ("raw", "archive", "links")


def check_state(data_dir: Path, lines: list[Line], site: Site) -> Verdict:
    """The state says what the files say."""
    verdict = Verdict("the state agrees with the files, nothing is left to do")
    path = data_dir / "state" / "state.sqlite"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            _look(verdict, db, data_dir, lines, site)
    except sqlite3.Error as error:
        verdict.problems.append(f"{path}: {error}")
    return verdict


def _look(
    verdict: Verdict, db: sqlite3.Connection, data_dir: Path, lines: list[Line], site: Site
) -> None:
    sound = [row[0] for row in db.execute("PRAGMA integrity_check")]
    verdict.need(sound == ["ok"], f"integrity: {sound[:3]}")
    stories = {story.id for story in site.stories}
    archived = {str(record.get("id")): record for _, record in lines}
    articles = {row[0]: row[1:] for row in db.execute("SELECT id, run, revision FROM articles")}
    verdict.same(articles, archived, "row of articles")
    for identifier in articles.keys() & archived.keys():
        record = archived[identifier]
        good = articles[identifier] == (record.get("run"), record.get("revision"))
        verdict.need(good, f"articles: {identifier} is of another run or revision than the file's")
    links = dict(db.execute("SELECT id, state FROM links").fetchall())
    verdict.same(links, stories, "link")
    for identifier, state in sorted(links.items()):
        verdict.need(state == "archived", f"link {identifier}: {state}")
    on_disk = {
        file.relative_to(data_dir).as_posix(): len(file.read_bytes().splitlines())
        for file in data_dir.glob("archive/*/*/*.jsonl")
    }
    files = dict(db.execute("SELECT path, records FROM files").fetchall())
    verdict.same(files, on_disk, "row of files")
    for name in files.keys() & on_disk.keys():
        good = files[name] == on_disk[name]
        verdict.need(good, f"files: {name} with {files[name]} records, {on_disk[name]} on disk")
    for row in db.execute("SELECT section, path, page FROM walks"):
        verdict.problems.append(f"walk left: {row}")
    seen = {f"{a} {b} {c}" for a, b, c in db.execute("SELECT section, path, id FROM sightings")}
    shown = {f"{a} {b} {one.id}" for (a, b), many in site.shown.items() for one in many}
    verdict.same(seen, shown, "sighting")
    verdict.checked = f"{len(links)} links, {len(articles)} articles, {len(files)} files"


def check_reports(data_dir: Path, deaths: list[Death]) -> Verdict:
    """Every run has a report; those of killed runs say so."""
    verdict = Verdict("every run has a report, killed ones `interrupted`")
    reasons: dict[str, str] = {}
    for path in sorted(data_dir.glob("runs/*/*/*.json")):
        try:
            report = json.loads(path.read_text(encoding="utf-8"))
            reasons[path.stem] = str(report["finish_reason"])
        except (ValueError, KeyError) as error:
            verdict.problems.append(f"{path}: {error!r}")
            continue
        verdict.need(report.get("run") == path.stem, f"{path}: of the run {report.get('run')}")
        for name in _files(report):
            whose = Path(name).name
            good = whose.startswith((f"{path.stem}.", f"{path.stem}-"))
            verdict.need(good, f"{path}: names a file of another run: {name}")
            verdict.need((data_dir / name).is_file(), f"{path}: names {name}, which is not there")
    for death in deaths:
        for run in death.runs:
            if not verdict.need(run in reasons, f"life {death.number}: no report of {run}"):
                continue
            killed = death.code < 0 and not death.complete
            said = reasons[run]
            verdict.need(
                (said == "interrupted") == killed,
                f"life {death.number} ({death.kind}, {death.where}): {run} is {said}",
            )
    runs = {run for death in deaths for run in death.runs}
    verdict.same(reasons, runs, "report")
    counts = Counter(reasons.values())
    verdict.checked = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
    return verdict


def check_files_named(data_dir: Path) -> Verdict:
    """The report of a run, killed or not, names all its files."""
    verdict = Verdict("every file is named by the report of its run")
    named = set()
    for path in data_dir.glob("runs/*/*/*.json"):
        with suppress(ValueError):
            named |= set(_files(json.loads(path.read_text(encoding="utf-8"))))
    found = {
        path.relative_to(data_dir).as_posix()
        for kind in _KINDS
        for path in data_dir.glob(f"{kind}/*/*/*")
        if path.suffix != ".part"
    }
    verdict.same(named, found, "file")
    verdict.checked = f"{len(found)} files"
    return verdict


def _files(report: dict[str, object]) -> list[str]:
    files = report.get("files")
    if not isinstance(files, dict):
        return []
    return [name for kind in _KINDS for name in files.get(kind, [])]
