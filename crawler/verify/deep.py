"""Every article read again from its capture, by today's rules, and held against its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter
from scrapy.settings import Settings

from crawler.items import record_of
from crawler.pages import PageError
from crawler.portal import PortalSpider
from crawler.reading import EXTRACTOR
from crawler.reextract import Rereading, Rereadings
from crawler.stores.jsonl import decode, encode
from crawler.stores.segments import in_order
from crawler.stores.warc import TornWarc
from crawler.verify.findings import Findings
from crawler.verify.index import DEAD, OPEN, Index

__all__ = ["check_readings"]

_OF_THE_RUN = ("run", "revision", "extracted_at", "extractor", "text_sha256", "url")
"""Fields that say when and how often a page was read, or which of its addresses came first."""
_LEFT_OUT = ("crawler.pipelines.dedupe.DedupePipeline", "crawler.pipelines.archive.ArchivePipeline")


def check_readings(
    portals: Mapping[str, type[PortalSpider]],
    settings: Settings,
    data_dir: Path,
    findings: Findings,
    index: Index,
    jobs: int,
) -> None:
    """Reads the WARC files of `portals` again. Raises `OSError`."""
    reading = settings.copy()
    left_out = dict.fromkeys(_LEFT_OUT)
    reading.set("ITEM_PIPELINES", settings.getdict("ITEM_PIPELINES") | left_out, "cmdline")
    refused: dict[str, str] = {}
    older = Counter[str]()
    for name, spider in portals.items():
        work = Rereadings(
            {name: spider}, lambda one: _Comparing(one, reading, data_dir, findings, index, older)
        )
        for path in in_order((data_dir / "raw" / name).glob("*/*.warc.gz")):
            # What is torn or cannot be read is named already.
            with suppress(TornWarc, FileNotFoundError, IsADirectoryError, PermissionError):
                work.read(path, jobs)
        work.close()
        for portal in work.portals.values():
            refused |= portal.why
    for place, url, extractor in index.ask(
        "SELECT r.place, c.url, r.extractor FROM records r JOIN captures c ON c.id = r.capture"
        " WHERE NOT EXISTS (SELECT 1 FROM readings WHERE capture = r.capture)"
        " AND r.run NOT IN (SELECT name FROM runs WHERE kind IN (?, ?))",
        (OPEN, DEAD),  # further pages may stand in their open files
    ):
        if extractor == EXTRACTOR:
            why = refused.get(url, "no page of an article")
            findings.problem(place, f"not read again: {why}", "not read again")
        else:
            older[extractor] += 1
    for extractor, count in sorted(older.items()):
        note = f"{count:,} records read differently by today's rules ({extractor};"
        findings.notes.append(f"{note} today {EXTRACTOR})")


class _Comparing(Rereading):
    """Holds what it reads against the lines of the archive."""

    def __init__(
        self,
        spider: type[PortalSpider],
        settings: Settings,
        data_dir: Path,
        findings: Findings,
        index: Index,
        older: Counter[str],
    ) -> None:
        super().__init__(spider, settings)
        self._data_dir = data_dir
        self._findings = findings
        self._index = index
        self._older = older
        """Records of other rules that are read differently, by these."""
        self.why: dict[str, str] = {}
        """Why a page was refused, by its address."""

    def refused(self, error: PageError, url: str) -> None:
        self.why[url] = str(error)

    def read(self, item: Any) -> None:
        self._findings.looked_at("pages read again")
        record = decode(encode(record_of(ItemAdapter(item))))
        lines = "SELECT place, start FROM records WHERE capture = ?"
        for place, start in list(self._index.ask(lines, (record["capture"],))):
            self._index.put("readings", [(record["capture"],)])
            self._compare(place, start, record)

    def _compare(self, place: str, start: int, record: dict[str, Any]) -> None:
        with (self._data_dir / place.rpartition(":")[0]).open("rb") as stream:
            stream.seek(start)
            line = decode(stream.readline())
        different = [
            name for name in record if name not in _OF_THE_RUN and record[name] != line.get(name)
        ]
        if different and line["extractor"] != EXTRACTOR:
            self._older[line["extractor"]] += 1
        elif different:
            what = f"read again, it differs in {', '.join(different)}"
            self._findings.problem(place, what, "read again, it differs")
