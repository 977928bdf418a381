"""`scrapy refused`: the pages that were not understood, by reason and by template."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import SpiderLoader

from crawler.extensions.health import STORAGE, USAGE
from crawler.stores.run import StorageError, storage_failure
from crawler.stores.state import Refused, State

__all__ = ["Command"]


class Command(ScrapyCommand):
    """Exit codes: 0 well (also with nothing refused), 2 usage, 4 the state cannot be read."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [portal] ..."

    def short_desc(self) -> str:
        return "List refused pages, by reason and by the skeleton of the page"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="every address, not three a group")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        portals = SpiderLoader.from_settings(self.settings).list()
        for name in args:
            if name not in portals:
                self.exitcode = USAGE
                valid = ", ".join(portals)
                print(f"scrapy refused: no portal {name!r}; valid: {valid}", file=sys.stderr)
                return
        data_dir = Path(self.settings["DATA_DIR"])
        path = data_dir / "state" / "state.sqlite"
        if not path.exists():
            self.exitcode = USAGE
            print(f"scrapy refused: {path}: no such file; nothing was crawled", file=sys.stderr)
            return
        try:
            for name in args or portals:
                state = State(path, name, "")
                self._print(name, state.refusals(), None if opts.all else 3)
                state.close()
        except StorageError as error:
            self.exitcode = STORAGE
            print(f"scrapy refused: {storage_failure(error, data_dir)}", file=sys.stderr)

    @staticmethod
    def _print(portal: str, refusals: list[Refused], most: int | None) -> None:
        print(f"{portal}: {len(refusals)} refused")
        for (reason, skeleton), group in groupby(refusals, lambda r: (r.reason, r.skeleton)):
            pages = list(group)
            print(f"  {len(pages)}  {reason}  [skeleton {skeleton or 'none'}]")
            for page in pages[:most]:
                detail = f"  ({page.detail})" if page.detail else ""
                print(f"     {page.url}{detail}  {page.run}  {page.capture}")
            if most and len(pages) > most:
                print(f"     … and {len(pages) - most} more")
