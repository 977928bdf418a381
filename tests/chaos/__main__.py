"""`python -m tests.chaos`: a crawl killed some sixty times, and whether its archive is whole."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.run import Options, run
from tests.chaos.table import table


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, help="the plan of the deaths (default: a new one, printed)")
    add("--articles", type=int, default=2000, help="articles of the site (2000)")
    add("--kills", type=int, default=60, help="lives that are killed (60)")
    add("--delay", type=float, default=0.015, help="DOWNLOAD_DELAY of the crawl (0.015)")
    add("--share", type=float, default=0.03, help="of article pages that may come twice (0.03)")
    add("--json", type=Path, metavar="FILE", help="write all figures there, too")
    add("--keep", type=Path, metavar="DIR", help="keep data and logs there; must not exist")
    add("-s", action="append", default=[], metavar="NAME=VALUE", help="a setting of the crawl")
    asked = parser.parse_args(arguments)
    if asked.keep and asked.keep.exists():
        parser.error(f"{asked.keep} exists")
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    options = Options(seed, asked.articles, asked.kills, asked.delay, asked.share)
    options.settings = asked.s
    shown = ", ".join(["CONCURRENT_REQUESTS_PER_DOMAIN=1", *asked.s])
    print(
        f"seed {seed}; {options.articles} articles, {options.kills} kills;"
        f" DOWNLOAD_DELAY={options.delay}, {shown}",
        flush=True,
    )
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="chaos-"))
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {line}", file=sys.stderr, flush=True)

    result = run(options, folder.absolute(), say)
    print(table(result))
    if asked.json:
        asked.json.write_text(json.dumps(result.figures(), indent=1) + "\n", encoding="utf-8")
    if asked.keep or result.failed:
        print(f"data and logs: {folder}")
    else:
        shutil.rmtree(folder)
    return int(result.failed)


if __name__ == "__main__":
    sys.exit(main())
