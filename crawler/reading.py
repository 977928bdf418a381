"""What reading one page of an article gives, and how further pages join the first."""

from __future__ import annotations

from dataclasses import dataclass

from crawler import __version__
from crawler.items import Article

__all__ = ["EXTRACTOR", "Reading", "join"]

EXTRACTOR = f"state-media-archive/{__version__}"


@dataclass(slots=True)
class Reading:
    """One page of an article, read."""

    item: Article
    continued: list[str]
    """Addresses of the article's pages after this one, in order, as far as it shows them."""
    comparable: bool = True
    """Whether a generic extractor can see what was read."""


def join(first: Article, further: Article) -> None:
    """Appends what the next page of the same article prints to `first`."""
    first.body += further.body
    shown = {image.url for image in first.images}
    first.images += [image for image in further.images if image.url not in shown]
    first.related = first.related or further.related
    # A signature closes the article, so it stands on the last page.
    first.byline_text = first.byline_text or further.byline_text
    first.editor_text = first.editor_text or further.editor_text
    first.source_text = first.source_text or further.source_text
