"""Pages that a killed run had captured and not yet archived are not asked for again.

A run that is killed has, in its WARC file, pages whose articles were still on their way to the
archive. The next run, which completes that file, answers the requests for them from it, if that was
not long ago: the further pages of an article have to be of the same text. A page that is asked for
by name (`-a url=`) is always asked for.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.http import Response

from crawler.captured import facts_of, response_of
from crawler.stores.members import captured_in, members
from crawler.stores.run import Run
from crawler.stores.warc import TornWarc

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["SalvageMiddleware"]

_LONG_AGO = timedelta(hours=6)
"""Well below what `crawler.parts` lets pages of one article be apart."""


class SalvageMiddleware:
    """Answers a request once, if a file that this run has completed holds the page. Stat:
    `salvage/pages`."""

    def __init__(self, run: Run, crawler: Crawler) -> None:
        self._run = run
        self._crawler = crawler
        self._found: dict[str, tuple[Path, int]] | None = None
        """Where the newest capture of a page begins, by its address."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Run.of(crawler), crawler)

    def process_request(self, request: Request) -> Response | None:
        if self._found is None:
            self._found = self._indexed()
        path, offset = self._found.pop(request.url, (None, 0))
        if path is None:
            return None
        captured = None
        with suppress(OSError, TornWarc):
            captured = captured_in(next(members(path, offset)))
        if captured is None:
            return None
        if self._crawler.stats is not None:
            self._crawler.stats.inc_value("salvage/pages")
        request.meta.update(facts_of(captured), salvaged=True)
        return response_of(captured, request)

    def _indexed(self) -> dict[str, tuple[Path, int]]:
        """The pages with articles' addresses in the files that were completed."""
        fetchable = getattr(self._crawler.spider, "fetchable", lambda url: None)
        selection = getattr(self._crawler.spider, "selection", None)
        if selection is not None and selection.url:
            return {}
        oldest = datetime.now(UTC) - _LONG_AGO
        found = {}
        for name in self._run.completed:
            if name.startswith("raw/"):
                path = self._run.data_dir / name
                with suppress(OSError, TornWarc):
                    for member in members(path):
                        captured = captured_in(member)
                        if captured is None or captured.status != 200 or captured.date < oldest:
                            continue
                        if fetchable(captured.url):
                            found[captured.url] = path, member.offset
        return found
