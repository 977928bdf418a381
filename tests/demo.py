"""The demo: every portal crawled over its recorded pages, and what that archived, for people.

`python -m tests.demo DATA_DIR`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.stores.jsonl import read_lines
from tests.test_portals import PORTALS
from tests.walks import recorded_sections

__all__ = ["crawls"]

_SHOWN = "ecns"
"""Portal of the record that is printed whole."""


def crawls() -> Iterator[list[str]]:
    """The arguments of `scrapy` for each portal."""
    for name, spider in PORTALS.items():
        yield ["crawl", name, "-a", f"section={','.join(recorded_sections(spider))}"]


def main(data_dir: str) -> int:
    """Crawls, prints a line an article and one record; the exit code of the worst crawl."""
    env = os.environ | {"SCRAPY_PROJECT": "replay", "DATA_DIR": data_dir}
    worst = 0
    for arguments in crawls():
        print(f"$ scrapy {' '.join(arguments)}", flush=True)
        command = [sys.executable, "-m", "scrapy", *arguments]
        worst = max(worst, subprocess.run(command, env=env, check=False).returncode)
    paths = sorted(Path(data_dir, "archive").glob("*/*/*.jsonl"))
    records = [record for path in paths for record in read_lines(path)]
    _print(records)
    return worst


def _print(records: list[dict[str, Any]]) -> None:
    print()
    for record in sorted(records, key=lambda record: (record["portal"], _moment(record))):
        print(
            f"{record['portal']:12}  {_moment(record):25}  {record['kind']:7}"
            f"  {', '.join(record['sources']):18.18}  {record['headline']:.58}"
        )
    shown = max(
        (record for record in records if record["portal"] == _SHOWN),
        key=lambda record: sum(value not in (None, []) for value in record.values()),
    )
    print("\nOne record:\n")
    print(json.dumps(shown, indent=2, ensure_ascii=False))


def _moment(record: dict[str, Any]) -> str:
    return str(record["published_at"] or record["updated_at"] or "")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
