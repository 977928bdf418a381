"""The pages to suggest a layout from: articles that are archived, met again in another template.

An archived link is not fetched again as a rule, so such pages come from what fetched it all the
same: a re-extraction's files, a crawl into another folder, anybody's WARC. Of the archive's own
files those are read whose run counts pages that no layout claims.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from crawler.blocks import Element
from crawler.captured import response_of
from crawler.pages import UNCLAIMED, PageError
from crawler.parsing import decoded, parse
from crawler.portal import PortalSpider
from crawler.stores.jsonl import BrokenLine, decode
from crawler.stores.segments import in_order
from crawler.stores.warc import Captured, TornWarc, read_responses
from crawler.suggest.layout import Facts, Suggestion, suggest
from crawler.suggest.selectors import Sample
from crawler.wayback import original_of

__all__ = ["Gathering"]

_MOST = 60
"""Pages of one skeleton that are kept; more are only counted."""
_MOST_IN_ALL = 600
_OTHERS = 20
"""Pages that a layout claims that are kept, to try markers on."""
_FILES = 3
"""Files that are looked into for these, if there are none in those that are read."""
_ID = re.compile(rb'^\{"id":"([^"\\]+)"')


class Gathering:
    """The pages of one portal."""

    def __init__(self, portal: type[PortalSpider], data_dir: Path) -> None:
        self.portal = portal
        self.unclaimed = 0
        """Articles' pages met that no layout claims."""
        self.torn: list[str] = []
        """What is to be said of files that could not be read to their end."""
        self._data_dir = data_dir
        self._samples: dict[str, Sample] = {}
        """By article, the newest."""
        self._skeletons: Counter[str] = Counter()
        self._others: list[Element] = []

    def own_files(self) -> list[Path]:
        """The archive's own WARC files that hold such pages, or may. Raises `OSError`."""
        found = []
        for path in in_order((self._data_dir / "runs" / self.portal.name).glob("*/*.json")):
            try:
                report = json.loads(path.read_text(encoding="utf-8"))
                refused = report.get("articles", {"refused": {"no layout": {UNCLAIMED: 1}}})
                counted = refused["refused"].get("no layout", {}).get(UNCLAIMED, 0)
                names = [str(name) for name in report["files"]["raw"]] if counted else []
            except (ValueError, TypeError, KeyError, AttributeError):
                continue  # `scrapy verify` says so
            found += [one for name in names if (one := self._data_dir / name).is_file()]
        return found

    def read(self, path: Path) -> None:
        """Takes in the pages of a WARC file. Raises `OSError`."""
        for captured in self._responses(path):
            root = self._root(captured)
            if root is None:
                continue
            if any(layout.claims(root) for layout in self.portal.articles):
                self._keep_other(root)
                continue
            self.unclaimed += 1
            address = self.portal.identify(original_of(captured.url))
            assert address is not None
            self._keep(self.portal.article_id(address), captured, root)

    def suggestions(self) -> list[Suggestion]:
        """Classes for what was read. Raises `OSError`, and `BrokenLine` for a record that is none."""
        records = self._records(self._samples.keys())
        for identifier, sample in self._samples.items():
            sample.record = records.get(identifier)
        if not records:
            return []
        self._look_for_others(records)
        facts = Facts(
            self.portal.date_formats,
            self.portal.timezone,
            tuple(layout.__name__ for layout in self.portal.articles),
            tuple(self._others),
        )
        return suggest(list(self._samples.values()), facts)

    def _keep(self, identifier: str, captured: Captured, root: Element) -> None:
        sample = Sample(original_of(captured.url), root, captured.date)
        before = self._samples.get(identifier)
        if before is not None:
            if before.when <= sample.when:
                self._samples[identifier] = sample
            return
        self._skeletons[sample.skeleton] += 1
        if self._skeletons[sample.skeleton] <= _MOST and len(self._samples) < _MOST_IN_ALL:
            self._samples[identifier] = sample

    def _keep_other(self, root: Element) -> None:
        if len(self._others) < _OTHERS:
            self._others.append(root)

    def _responses(self, path: Path) -> Iterator[Captured]:
        """The answers in a file that are the first page of an article of the portal."""
        try:
            for captured in read_responses(path):
                address = self.portal.identify(original_of(captured.url))
                if captured.status == 200 and address is not None and address.page == 1:
                    yield captured
        except TornWarc as error:
            self.torn.append(str(error))

    def _root(self, captured: Captured) -> Element | None:
        try:
            root = parse(decoded(response_of(captured)))
        except PageError:
            return None
        return root if root is not None and len(root) else None

    def _records(self, wanted: Collection[str]) -> dict[str, Mapping[str, Any]]:
        """The newest revision of each article that is archived."""
        found: dict[str, Mapping[str, Any]] = {}
        sought = {identifier.encode() for identifier in wanted}
        for path in self._archives() if sought else ():
            with path.open("rb") as stream:
                for number, line in enumerate(stream, 1):
                    match = _ID.match(line)
                    if match is None or match[1] not in sought:
                        continue
                    try:
                        record = decode(line)
                    except ValueError as error:
                        raise BrokenLine(f"{path}:{number}: {error}") from error
                    before = found.get(record["id"])
                    if before is None or _order(before) <= _order(record):
                        found[record["id"]] = record
        return found

    def _archives(self) -> list[Path]:
        return in_order((self._data_dir / "archive" / self.portal.name).glob("*/*.jsonl"))

    def _look_for_others(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        """Pages of the layouts that there are, from files of the runs that archived the articles."""
        if self._others:
            return
        runs = sorted({str(record["run"]) for record in records.values()}, reverse=True)
        folder = self._data_dir / "raw" / self.portal.name
        for path in _first_files(folder, runs):
            with suppress(OSError):
                for captured in self._responses(path):
                    root = self._root(captured)
                    if root is not None and any(one.claims(root) for one in self.portal.articles):
                        self._keep_other(root)
                    if len(self._others) == _OTHERS:
                        return


def _first_files(folder: Path, runs: Sequence[str]) -> list[Path]:
    found = [path for run in runs[:_FILES] for path in in_order(folder.glob(f"*/{run}*.warc.gz"))]
    return found[:_FILES]


def _order(record: Mapping[str, Any]) -> tuple[int, str]:
    return int(record["revision"] or 0), str(record["fetched_at"])
