"""Revisions: a known article with the same text is dropped, with another is the next revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from crawler.stores.run import Run, StorageError
from crawler.stores.state import Known
from crawler.text import sha256_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

__all__ = ["DedupePipeline", "Unchanged", "text_digest"]


class Unchanged(DropItem):
    """The archive has this text of this article."""

    outcome = "unchanged"


def text_digest(headline: str | None, body: list[str]) -> str:
    """The digest by which two revisions of an article are told apart."""
    return sha256_of(headline or "", *body)


class DedupePipeline:
    """Sets `text_sha256`, `revision` and, of a known article, the `url` it is archived under."""

    def __init__(self, run: Run, stats: StatsCollector) -> None:
        self._run = run
        self._stats = stats
        # What this run has written and the state does not know before the segment closes.
        self._written: dict[str, Known] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        assert crawler.stats is not None
        return cls(Run.of(crawler), crawler.stats)

    def process_item(self, item: Any) -> Any:
        adapter = ItemAdapter(item)
        digest = text_digest(adapter["headline"], adapter["body"])
        adapter["text_sha256"] = digest
        adapter["revision"] = 1
        try:
            archived = self._run.state.article(adapter["id"])
            known = self._written.get(adapter["id"]) or archived
            if known and known.text_sha256 == digest:
                self._stats.inc_value("dedupe/unchanged")
                # One that only this run has is archived when its file is.
                if archived:
                    self._run.state.seen_again(adapter["id"])
                raise Unchanged("the archive has this text", log_level="DEBUG")
        except StorageError as error:
            self._run.fail(error)
            raise DropItem("storage failed", log_level="DEBUG") from error
        if known:
            self._stats.inc_value("dedupe/revised")
            adapter["revision"] = known.revision + 1
            adapter["url"] = known.url
        self._written[adapter["id"]] = Known(adapter["url"], adapter["revision"], digest)
        return item
