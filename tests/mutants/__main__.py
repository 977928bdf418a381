"""Makes, reads and judges many; the command line of `python -m tests.mutants`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests import mutants
from tests.mutants.judging import Verdict, judge
from tests.mutants.mutations import MUTATIONS
from tests.mutants.originals import originals

__all__ = ["main", "run"]


def _judged(work: tuple[int, range]) -> list[Verdict]:
    seed, numbers = work
    return [judge(seed, number) for number in numbers]


def run(seed: int, numbers: range, jobs: int) -> list[Verdict]:
    if jobs < 2:
        return _judged((seed, numbers))
    parts = [(seed, numbers[at : at + 100]) for at in range(0, len(numbers), 100)]
    with ProcessPoolExecutor(jobs) as pool:
        return [verdict for part in pool.map(_judged, parts) for verdict in part]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=mutants.__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--number", type=int, help="only this one")
    options = parser.parse_args(arguments)
    numbers = (
        range(options.pages)
        if options.number is None
        else range(options.number, options.number + 1)
    )
    print(f"seed {options.seed}, {len(numbers)} pages of {len(originals())} originals", flush=True)
    begun = time.monotonic()
    verdicts = run(options.seed, numbers, options.jobs)
    for (name, outcome), count in sorted(
        Counter((v.mutation, v.outcome) for v in verdicts).items()
    ):
        print(f"{count:6}  {name} ({MUTATIONS[name][0]}): {outcome}")
    failed = [verdict for verdict in verdicts if verdict.failure]
    folder = Path(tempfile.mkdtemp(prefix="mutants-")) if failed else None
    for verdict in failed:
        assert folder
        kept = folder / f"{options.seed}-{verdict.number}.html"
        kept.write_bytes(verdict.body)
        print(
            f"FAILED --seed {options.seed} --number {verdict.number}: {verdict.mutation} of"
            f" {verdict.origin}: {verdict.failure!r} {kept}"
        )
    print(f"{len(verdicts)} pages in {time.monotonic() - begun:.0f} s, {len(failed)} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
