"""The whole look at a data folder: each portal's files in turn, and what holds between them."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from crawler.stores.rebuild import portals_in
from crawler.stores.segments import run_of
from crawler.verify.captures import check_named, check_revisions, check_warc
from crawler.verify.findings import Findings
from crawler.verify.index import DEAD, OPEN, REREADING, Index
from crawler.verify.lines import check_archive, check_ledger, check_provisional
from crawler.verify.reports import Claims, check_counts, check_files, check_parts, look
from crawler.verify.states import Asked, check_state

__all__ = ["verify"]

_FILES = (
    ("archive", "*/*.jsonl"),
    ("provisional", "*/*.jsonl"),
    ("links", "*/*.jsonl"),
    ("raw", "*/*.warc.gz"),
)
"""What is listed, evidence last: a record is written after its capture."""
_CHECKS: dict[str, Callable[..., int]] = {
    "raw": check_warc,
    "archive": check_archive,
    "provisional": check_provisional,
    "links": check_ledger,
}
_UNLEARNED = {REREADING: "re-extractions", DEAD: "runs that were killed"}
"""Runs whose archive files the next crawl learns, if the state has not."""


def verify(
    data_dir: Path,
    portals: Collection[str],
    findings: Findings,
    deep: Callable[[Index], object] | None = None,
) -> None:
    """Looks at the files of `portals` and at the state. `deep` is called, with the index, once all
    files are looked at. Raises `StorageError` for what cannot be read at all."""
    portals = list(dict.fromkeys(portals))
    try:
        index = Index()
        try:
            claims = [_look_at(data_dir, portal, findings, index) for portal in portals]
            index.complete()
            kinds = _kinds(claims)
            index.put("runs", kinds.items())
            check_named(index, findings)
            check_revisions(index, findings)
            if deep is not None:
                deep(index)
        finally:
            index.close()
    except sqlite3.Error as error:  # the index, which is in the folder of passing files
        raise OSError(errno.EIO, str(error), tempfile.gettempdir()) from error
    _look_at_state(data_dir, claims, findings)
    findings.rest()


def _kinds(claims: Collection[Claims]) -> dict[str, str]:
    """The runs that are not as others."""
    kinds: dict[str, str] = {}
    for one in claims:
        kinds |= dict.fromkeys(one.living, OPEN)
        kinds |= dict.fromkeys(one.dead, DEAD)
        kinds |= dict.fromkeys(one.rereadings, REREADING)
    return kinds


def _look_at(data_dir: Path, portal: str, findings: Findings, index: Index) -> Claims:
    """The files of one portal."""
    claims = Claims(portal)
    files = {kind: sorted((data_dir / kind / portal).glob(names)) for kind, names in _FILES}
    claims.listed = {p.relative_to(data_dir).as_posix() for kind in files for p in files[kind]}
    look(data_dir, claims, findings)
    counts = {
        kind: _counted(data_dir, files[kind], partial(check, claims=claims, index=index), findings)
        for kind, check in _CHECKS.items()
    }
    look(data_dir, claims, findings)
    check_parts(data_dir, claims, findings)
    check_files(data_dir, claims, findings)
    check_counts(counts["raw"], counts["archive"], claims, findings)
    return claims


def _counted(
    data_dir: Path, paths: Collection[Path], check: Callable[..., int], findings: Findings
) -> Counter[str]:
    """What `check` has counted in the files of each run; a file that cannot be read is named."""
    counts = Counter[str]()
    for path in paths:
        findings.looked_at("files")
        name = os.fsencode(path.relative_to(data_dir)).decode("utf-8", "backslashreplace")
        try:
            if not path.is_file():
                raise OSError(errno.EINVAL, "a folder, or a link that leads nowhere")
            if name != path.relative_to(data_dir).as_posix():
                raise OSError(errno.EILSEQ, "its name is not UTF-8")
            counts[run_of(path)] += check(data_dir, path, findings=findings)
        except BrokenPipeError:  # nobody reads what is found
            raise
        except OSError as error:
            findings.problem(name, f"cannot be read: {error.strerror}")
    return counts


def _look_at_state(data_dir: Path, claims: Collection[Claims], findings: Findings) -> None:
    """The state of the portals of which no run is on."""

    def reports(portal: str) -> frozenset[Path]:
        return frozenset((data_dir / "runs" / portal).glob("*/*"))

    before = {one.portal: reports(one.portal) for one in claims}
    busy = {one.portal for one in claims if look(data_dir, one, findings)}
    kinds = _kinds(claims)
    files = (
        name
        for one in claims
        for name in one.listed
        if not name.startswith(("raw/", "provisional/"))
    )
    asked = Asked(
        portals=set(before) - busy,
        busy=busy,
        is_whole=set(before) >= set(portals_in(data_dir)),
        is_due=any(kinds.get(run_of(name)) != REREADING for name in files),
        unlearned={run: _UNLEARNED[kind] for run, kind in kinds.items() if kind in _UNLEARNED},
        still=lambda portal: reports(portal) == before[portal],
    )
    check_state(data_dir, asked, findings)
