"""Articles a second read again from a WARC: `scrapy reextract` against trafilatura.

A run is a whole process that reads the WARC of a crawl and writes JSON lines. trafilatura is given
the article pages alone, with its defaults; ours meets the listings and robots.txt as well. This
module is also the other side's process: `python -m tests.bench.reextract WARC URLS OUT`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.crawl import ROOT, SCRAPY, Side, environment, failure

__all__ = ["available", "compare"]


def available() -> bool:
    return all(importlib.util.find_spec(name) for name in ("trafilatura", "warcio"))


def run(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    elapsed = time.perf_counter() - start
    if done.returncode:
        raise failure(command, done)
    return elapsed


def measure(side: Side, command: list[str], out: Path, pages: int, *, timed: bool) -> None:
    elapsed = run(command)
    lines = sum(len(path.read_bytes().splitlines()) for path in out.rglob("*.jsonl"))
    if not lines:
        raise RuntimeError(f"{' '.join(command)}\nwrote no article")
    if lines != pages:
        side.notes.add(f"wrote {lines} of {pages} articles")
    if timed:
        side.rates.append(lines / elapsed)


def compare(warc: Path, urls: list[str], rounds: int) -> tuple[Side, Side]:
    """Both sides, in turns, each first as often as the other, after a round that does not count."""
    ours, theirs = Side("scrapy reextract"), Side("trafilatura")
    for number in range(rounds + 1):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            listed = folder / "urls.txt"
            listed.write_text("\n".join(urls), "utf-8")
            out, other = folder / "ours", folder / "theirs"
            other.mkdir()
            settings = ["-s", "LOG_LEVEL=ERROR", "-s", f"DATA_DIR={folder / 'data'}"]
            reader = [sys.executable, "-m", "tests.bench.reextract"]
            sides = [
                (ours, [*SCRAPY, "reextract", str(warc), "-o", str(out), *settings], out),
                (theirs, [*reader, str(warc), str(listed), str(other / "out.jsonl")], other),
            ]
            for side, command, where in reversed(sides) if number % 2 else sides:
                measure(side, command, where, len(urls), timed=number > 0)
    return ours, theirs


def main() -> None:
    from trafilatura import bare_extraction
    from warcio.archiveiterator import ArchiveIterator

    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("warc", "urls", "out"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    urls = set(options.urls.read_text("utf-8").split())
    with options.warc.open("rb") as stream, options.out.open("w", encoding="utf-8") as out:
        for record in ArchiveIterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type != "response" or url not in urls:
                continue
            found = bare_extraction(record.content_stream().read())
            if found is not None:
                line = {"url": url, "headline": found.title, "body": found.text}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
