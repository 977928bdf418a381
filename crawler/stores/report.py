"""Run reports: `runs/<portal>/<year>/<run>.json`, complete or not there, and sealed: a report holds
the digests of the files of its run, and its own."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import scrapy
import twisted

from crawler import __version__
from crawler.stores.digests import Digest, line_sums, seal
from crawler.stores.segments import PART, finish

__all__ = ["by_kind", "digests", "tree", "versions", "write_report"]


def versions() -> dict[str, str]:
    """Versions of what read the pages."""
    return {
        "extractor": __version__,
        "scrapy": scrapy.__version__,
        "twisted": twisted.__version__,
        "python": platform.python_version(),
    }


def tree(stats: dict[str, Any], prefix: str, depth: int = 1) -> dict[str, Any]:
    """Stats under `prefix` as a tree of at most `depth` levels: the names of the last level are
    all that is left of a key, slashes included."""
    found: dict[str, Any] = {}
    for key in sorted(key for key in stats if key.startswith(prefix)):
        *folders, name = key[len(prefix) :].split("/", depth - 1)
        into = found
        for folder in folders:
            into = into.setdefault(folder, {})
        into[name] = stats[key]
    return found


def by_kind(files: Iterable[str]) -> dict[str, list[str]]:
    """Files below the data folder, by what they hold."""
    names = list(files)
    kinds = ("raw", "archive", "provisional", "links")
    return {kind: [name for name in names if name.startswith(f"{kind}/")] for kind in kinds}


def digests(files: Mapping[str, Digest]) -> dict[str, Any]:
    """What a report says of the files of its run."""
    return {
        "digests": {name: digest.facts() for name, digest in files.items()},
        "line_crc32": {n: line_sums(d) for n, d in files.items() if n.endswith(".jsonl")},
    }


def write_report(folder: Path, name: str, report: dict[str, Any], *, complete: bool = True) -> None:
    """Writes the report of a run, complete or not at all; one that is not `complete` is left for
    the run that completes its files (`crawler.stores.interrupted`). Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
    # Over what stands there, which says what the run is, and never over nothing.
    part = os.open(path.with_name(f"{path.name}{PART}"), os.O_RDWR | os.O_CREAT, 0o644)
    with os.fdopen(part, "r+b") as stream:
        stream.write(seal(f"{text}\n".encode("utf-8", "replace")))
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())
    if complete:
        finish(path)
