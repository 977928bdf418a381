"""`python -m tests.bench`: the figures of this machine, beside the goals set for them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import crawl, reextract
from tests.bench.crawl import Side, running_server

GOAL_CRAWL = 0.70
GOAL_REEXTRACT = 5.0
PACKAGES = ("Scrapy", "Twisted", "lxml", "parsel", "FastWARC", "warcio", "trafilatura")


def machine() -> dict[str, str]:
    try:
        info = Path("/proc/cpuinfo").read_text("utf-8")
        names = [
            line.partition(":")[2].strip() for line in info.splitlines() if "model name" in line
        ]
    except OSError:
        names = []
    return {
        "cpu": names[0] if names else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{name: package(name) for name in PACKAGES},
    }


def package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def report(title: str, ours: Side, other: Side, goal: float) -> dict[str, Any]:
    """Print one comparison, and give its figures."""
    ratios = [a / b for a, b in zip(ours.rates, other.rates, strict=True)]
    print(f"\n{title:42}{'median':>9}{'min':>9}{'max':>9}")
    figures: dict[str, Any] = {}
    for side in (ours, other):
        for label, rates in (("", side.rates), (", first to last request", side.inner)):
            if rates:
                row = (median(rates), min(rates), max(rates))
                print(f"  {side.name + label:40}" + "".join(f"{value:9.1f}" for value in row))
        for note in sorted(side.notes):
            print(f"    ! {note}")
        figures[side.name] = {
            "rates": side.rates,
            "inner": side.inner,
            "notes": sorted(side.notes),
        }
    middle = median(ratios)
    verdict = "reached" if middle >= goal else "not reached"
    print("  ratio of each pair  " + " ".join(f"{ratio:.2f}" for ratio in ratios))
    print(f"  median ratio {middle:.2f}, goal at least {goal:.2f}: {verdict}", flush=True)
    return {**figures, "ratios": ratios, "median": middle, "goal": goal}


def run(pages: int, rounds: int, result: dict[str, Any]) -> None:
    with running_server(pages) as server, tempfile.TemporaryDirectory(prefix="bench-") as keep:
        alone = server.alone()
        result["site"] = {"pages": pages, "bytes": server.size, "alone": alone}
        print(
            f"site      {pages} article pages of {server.size / 1000:.1f} KB on average; the server "
            f"alone gives {alone:.0f} pages/s to one client",
            flush=True,
        )
        ours, bare = crawl.compare(server, rounds, Path(keep))
        result["crawl"] = report("crawl, article pages a second", ours, bare, GOAL_CRAWL)
        warcs = sorted(Path(keep).rglob("*.warc.gz"))
        if len(warcs) != 1:
            raise RuntimeError(f"the crawl left {len(warcs)} WARC files, not one")
        if not reextract.available():
            raise RuntimeError("trafilatura is missing: pip install -r requirements-bench.txt")
        ours, theirs = reextract.compare(warcs[0], server.urls, rounds)
        title = "re-extraction, articles a second"
        result["reextract"] = report(title, ours, theirs, GOAL_REEXTRACT)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--pages", type=int, default=1500, help="articles of the site (1500)")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of timed runs (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there, too")
    options = parser.parse_args()
    result: dict[str, Any] = {"machine": machine()}
    print("machine   " + ", ".join(f"{name} {value}" for name, value in result["machine"].items()))
    try:
        run(options.pages, options.rounds, result)
    except RuntimeError as error:
        result["error"] = str(error)
        print(f"\nnot measured: {error}", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    return 1 if "error" in result else 0


if __name__ == "__main__":
    sys.exit(main())
