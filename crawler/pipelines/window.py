"""The days asked for: an article published outside them is not archived by this run."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem, NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["OutsideWindow", "WindowPipeline", "is_outside"]


class OutsideWindow(DropItem):
    """The article is of another day."""

    outcome = "outside"


def is_outside(published_at: str | None, since: date | None, until: date | None) -> bool:
    """Whether the portal's day of `published_at` is before `since` or after `until`. An article
    without a date is taken: what the listing said of it has to do."""
    if published_at is None:
        return False
    day = datetime.fromisoformat(published_at).date()
    return bool((since and day < since) or (until and day > until))


class WindowPipeline:
    """Drops what `-a since=` and `-a until=` leave out; the listing's day may differ from the
    article's own, which decides."""

    def __init__(self, since: date | None, until: date | None) -> None:
        self._since = since
        self._until = until

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        selection = getattr(crawler.spider, "selection", None)
        if selection is None or not (selection.since or selection.until):
            raise NotConfigured
        return cls(selection.since, selection.until)

    def process_item(self, item: Any) -> Any:
        published_at = ItemAdapter(item)["published_at"]
        if is_outside(published_at, self._since, self._until):
            raise OutsideWindow("outside the days asked for", log_level="DEBUG")
        return item
