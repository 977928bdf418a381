"""`scrapy refused`: the pages that were not understood, by reason and by template; and, with
`--suggest`, page classes to begin with."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import SpiderLoader

from crawler.extensions.health import STORAGE, UNHEALTHY, USAGE
from crawler.portal import PortalSpider
from crawler.portals import portals_of
from crawler.selection import UsageProblem
from crawler.stores.jsonl import BrokenLine
from crawler.stores.run import StorageError, storage_failure
from crawler.stores.state import Refused, State
from crawler.suggest.layout import Suggestion
from crawler.suggestions import Gathering

__all__ = ["Command"]

_OPTIONS = "--all, --suggest, and those of every scrapy command"
_NOTHING = (
    "nothing to suggest: of {pages} pages that no layout claims none is of an article that is"
    " archived"
)


class Command(ScrapyCommand):
    """Exit codes: 0 well (also with nothing refused, or nothing to suggest), 1 a file was torn,
    2 usage, 4 the state, or a file, cannot be read."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [portal] ... [WARC file] ..."

    def short_desc(self) -> str:
        return "List refused pages, by reason and skeleton; --suggest page classes for them"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--all", action="store_true", help="every address, not three a group")
        parser.add_argument(
            "--suggest",
            action="store_true",
            help="print page classes that find what is known of articles on their pages in a"
            " template that no layout claims; reads the WARC files given, or else our own",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        portals = portals_of(SpiderLoader.from_settings(self.settings))
        data_dir = Path(self.settings["DATA_DIR"])
        try:
            names, paths = _told_apart(args, portals, opts.suggest)
            if opts.suggest:
                self._suggest([portals[name] for name in names or portals], paths, data_dir)
            else:
                self._list(names or list(portals), data_dir, None if opts.all else 3)
        except UsageProblem as problem:
            self._end(USAGE, str(problem))
        except BrokenLine as error:
            self._end(STORAGE, f"storage failed: {error}")
        except StorageError as error:
            self._end(STORAGE, storage_failure(error, data_dir))

    def _list(self, names: list[str], data_dir: Path, most: int | None) -> None:
        path = data_dir / "state" / "state.sqlite"
        if not path.exists():
            raise UsageProblem(f"{path}: no such file; nothing was crawled")
        for name in names:
            state = State(path, name, "")
            self._print(name, state.refusals(), most)
            state.close()

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

    def _suggest(
        self, portals: list[type[PortalSpider]], paths: list[Path], data_dir: Path
    ) -> None:
        if not (data_dir / "archive").is_dir():
            raise UsageProblem(f"{data_dir / 'archive'}: no such folder; nothing was archived")
        found: dict[str, list[Suggestion]] = {}
        pages = 0
        for portal in portals:
            if not (data_dir / "archive" / portal.name).is_dir():
                continue
            gathering = Gathering(portal, data_dir)
            for path in paths or gathering.own_files():
                gathering.read(path)
            pages += gathering.unclaimed
            for torn in gathering.torn:
                self._end(UNHEALTHY, f"{torn}; read up to there")
            if suggested := gathering.suggestions():
                found[portal.name] = suggested
        if not found:
            print(_NOTHING.format(pages=pages))
            return
        print("\n".join(_module(found)))

    def _end(self, code: int, line: str) -> None:
        self.exitcode = code
        print(f"scrapy refused: {line}", file=sys.stderr)


def _told_apart(
    args: list[str], portals: dict[str, type[PortalSpider]], suggest: bool
) -> tuple[list[str], list[Path]]:
    """Which arguments are portals and which files."""
    names, paths = [], []
    for arg in args:
        if arg in portals:
            names.append(arg)
        elif arg.startswith("-"):
            raise UsageProblem(f"no such option: {arg}; there is: {_OPTIONS}")
        elif suggest and Path(arg).is_file():
            paths.append(Path(arg))
        elif suggest and "/" in arg:
            raise UsageProblem(f"{arg}: no such file")
        else:
            raise UsageProblem(f"no portal {arg!r}; valid: {', '.join(portals)}")
    return names, paths


def _module(found: dict[str, list[Suggestion]]) -> list[str]:
    """The classes with what they import, so that the output is a module."""
    every = [one for suggested in found.values() for one in suggested]
    imports = sorted({line for one in every for line in one.imports})
    plain = [line for line in imports if line.startswith("import ")]
    lines = [*plain, *([""] * bool(plain)), *(line for line in imports if line not in plain)]
    for portal, suggested in found.items():
        lines += ["", "", f"# {portal}: a beginning. Look at every rule on the pages themselves."]
        for number, one in enumerate(suggested):
            lines += ([""] * 2 if number else []) + str(one).split("\n")
    return lines
