"""Run reports: `runs/<portal>/<year>/<run>.json`, complete or not there."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import scrapy
import twisted

from crawler import __version__
from crawler.stores.segments import PART, finish

__all__ = ["tree", "versions", "write_report"]


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


def write_report(folder: Path, name: str, report: dict[str, Any]) -> None:
    """Writes the report of a run, complete or not at all. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
    path.with_name(f"{path.name}{PART}").write_text(text + "\n", encoding="utf-8")
    finish(path)
