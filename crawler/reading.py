"""What reading one page of an article gives, and how further pages join the first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from crawler import __version__
from crawler.items import Article

__all__ = ["EXTRACTOR", "Reading", "join", "stamp"]

EXTRACTOR = f"state-media-archive/{__version__}"


@dataclass(slots=True)
class Reading:
    """One page of an article, read."""

    item: Article
    continued: list[str]
    """Addresses of the pages the article goes on at, in order; empty on all but its first."""


def join(first: Article, further: Article) -> None:
    """Appends what the next page of the same article prints to `first`."""
    first.body += further.body
    shown = {image.url for image in first.images}
    first.images += [image for image in further.images if image.url not in shown]
    first.related = first.related or further.related
    # A signature closes the article, so it stands on the last page.
    first.byline_text = first.byline_text or further.byline_text


def stamp(moment: datetime) -> str:
    """`moment` in UTC to the second: `2026-10-03T02:34:01Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
