"""What a crawl archived, for people: `python -m tests.demo DATA_DIR`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from crawler.stores.jsonl import read_lines


def main(data_dir: str) -> None:
    """Prints a line an article and one record."""
    paths = sorted(Path(data_dir, "archive").glob("*/*/*.jsonl"))
    records = sorted(
        (record for path in paths for record in read_lines(path)),
        key=lambda record: str(record["published_at"]),
    )
    print()
    for record in records:
        print(
            f"{record['published_at'] or '':25}  {record['kind']:7}  {record['section'] or '':12}"
            f"  {', '.join(record['sources']):18.18}  {record['headline']:.60}"
        )
    shown = max(
        records, key=lambda record: sum(value not in (None, []) for value in record.values())
    )
    print("\nOne record:\n")
    print(json.dumps(shown, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
