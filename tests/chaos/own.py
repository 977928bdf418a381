"""What the project itself says of the archive: `scrapy verify`, and a state made from the files."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.chaos.findings import Verdict
from tests.crawling import environment, scrapy

__all__ = ["check_rebuilt", "check_verified"]


def check_verified(data_dir: Path) -> Verdict:
    """`scrapy verify --deep` has nothing to say."""
    verdict = Verdict("scrapy verify --deep")
    done = scrapy("verify", "--deep", env=environment(None, data_dir), timeout=600)
    *problems, verdict.checked = done.out.splitlines() or [done.err]
    verdict.problems += problems
    verdict.need(done.code == 0, f"exit code {done.code}: {done.err}")
    return verdict


def check_rebuilt(data_dir: Path, folder: Path) -> Verdict:
    """A state made anew from the files of a copy is the state, row by row."""
    verdict = Verdict("the state made anew from the files is the same, row by row")
    copy = shutil.copytree(data_dir, folder / "copy")
    done = scrapy("verify", "--rebuild-state", env=environment(None, copy), timeout=600)
    verdict.need(done.code == 0, f"exit code {done.code}: {done.out}{done.err}")
    before, after = (_rows(one / "state" / "state.sqlite") for one in (data_dir, copy))
    verdict.checked = f"{len(before)} rows"
    for row in sorted(before ^ after):
        verdict.problems.append(f"{'lost' if row in before else 'new'}: {row}")
    shutil.rmtree(copy)
    return verdict


def _rows(path: Path) -> set[str]:
    """All that a state says but for what is to be told by the next ledger."""
    with closing(sqlite3.connect(path)) as db:
        return {line for line in db.iterdump() if '"changed"' not in line}
