"""The whole look at a data folder: each portal's files in turn, and what holds between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path

from crawler.stores.segments import run_of
from crawler.verify.captures import check_counts, check_named, check_revisions, check_warc
from crawler.verify.findings import Findings
from crawler.verify.index import Index
from crawler.verify.lines import check_archive, check_ledger
from crawler.verify.reports import Claims, check_files_exist, check_parts, read_reports
from crawler.verify.states import check_state

__all__ = ["verify"]


def verify(
    data_dir: Path,
    portals: Collection[str],
    findings: Findings,
    deep: Callable[[Index], object] | None = None,
) -> None:
    """Looks at the files of `portals` and at the state. `deep` is called, with the index, once all
    files are looked at. Raises `StorageError` for what cannot be read at all."""
    index = Index()
    try:
        claims = {portal: _look_at(data_dir, portal, findings, index) for portal in portals}
        index.complete()
        reports = [report for claim in claims.values() for report in claim.reports.values()]
        rereadings = {str(one["run"]) for one in reports if one.get("command") == "reextract"}
        living = dict.fromkeys(
            (run for claim in claims.values() for run in claim.living), "a WARC file still open"
        )
        check_named(
            index, dict.fromkeys(rereadings, "WARC files kept elsewhere") | living, findings
        )
        check_revisions(index, rereadings, findings)
        if deep is not None:
            deep(index)
    finally:
        index.close()
    busy = {portal for portal, claim in claims.items() if claim.living}
    check_state(data_dir, set(portals), busy, findings)


def _look_at(data_dir: Path, portal: str, findings: Findings, index: Index) -> Claims:
    """The files of one portal."""
    claims = read_reports(data_dir, portal, findings)
    check_parts(data_dir, portal, claims, findings)
    check_files_exist(data_dir, claims, findings)
    responses = Counter[str]()
    for path in sorted((data_dir / "raw" / portal).glob("*/*.warc.gz")):
        findings.looked_at("files")
        responses[run_of(path)] += check_warc(data_dir, path, claims, findings, index)
    articles = Counter[str]()
    for path in sorted((data_dir / "archive" / portal).glob("*/*.jsonl")):
        findings.looked_at("files")
        articles[run_of(path)] += check_archive(data_dir, path, claims, findings, index)
    for path in sorted((data_dir / "links" / portal).glob("*/*.jsonl")):
        findings.looked_at("files")
        check_ledger(data_dir, path, claims, findings, index)
    check_counts(responses, articles, claims, findings)
    return claims
