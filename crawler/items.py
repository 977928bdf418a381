"""The record: what the archive keeps of one article, one JSON object a line.

The order of the fields is the order of the columns. A field that the page does not print is
`null`, or an empty list where it is a list; nothing is guessed. Names that end in `_text` are
verbatim, white space collapsed; names that end in `_at` are moments in ISO 8601 with an offset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Article", "Image", "Related", "record_of"]


@dataclass(kw_only=True, slots=True)
class Image:
    """A picture that belongs to the article itself."""

    url: str | None = None
    """Absolute address of the picture, resolved against the page's; `null` where only the
    caption is left on the page."""
    caption: str | None = None
    """Caption as printed, without its credit; `null` where there is none."""
    credit: str | None = None
    """Credit as printed, without its brackets; `null` where there is none."""


@dataclass(kw_only=True, slots=True)
class Related:
    """A link of the page's own block of related news."""

    headline: str
    """Text of the link, as printed (portals cut long ones)."""
    url: str
    """Absolute address as printed, not canonicalised."""


@dataclass(kw_only=True, slots=True)
class Article:
    """One revision of one article."""

    id: str | None = None
    """`<portal>:<native id>`, the same for every address of one article."""
    portal: str | None = None
    """Name of the portal's spider: `ecns`, `chinadaily`, …"""
    url: str | None = None
    """Canonical address: https, the portal's main host, no query, no fragment."""
    kind: str | None = None
    """`article`, `photo` or `video`."""
    revision: int | None = None
    """Counted from 1; a known article with another text is the next revision."""

    run: str | None = None
    """Name of the run that wrote the line: `<portal>-<UTC time of its start>`."""
    capture: str | None = None
    """`WARC-Record-ID` of the response that was read (its first page, where there are several);
    `null` only where the page came from no WARC."""
    layout: str | None = None
    """Name of the page class that claimed the page."""
    fetched_at: str | None = None
    """When the page arrived, UTC, to the second: the WARC record's date."""
    copy_url: str | None = None
    """Address of the web archive's copy that was read, where the portal has the page no more."""
    copied_at: str | None = None
    """When that copy was taken, UTC, to the second."""
    extracted_at: str | None = None
    """When the page was read, UTC, to the second."""
    extractor: str | None = None
    """Name and version of the code that read the page."""

    section_text: str | None = None
    """The page's breadcrumb as printed."""
    section: str | None = None
    """The section the page puts itself in: the breadcrumb's last part."""

    headline: str | None = None
    """The headline as printed."""
    subheadline: str | None = None
    """A second headline, where the layout has an element for one."""
    body: list[str] = field(default_factory=list)
    """Paragraphs in order as printed, sub-headings as paragraphs of their own. Captions,
    credits, share links, pagers, signatures and end marks are not body."""
    images: list[Image] = field(default_factory=list)
    """Pictures of the article with their captions and credits, in order."""
    related: list[Related] = field(default_factory=list)
    """Links of the page's own block of related news, in order."""
    keywords: list[str] = field(default_factory=list)
    """Keywords the page declares."""

    published_text: str | None = None
    """Date and time as printed, without their label."""
    published_at: str | None = None
    """The same as a moment, with the portal's offset: `2017-01-11T09:29:00+08:00`. With precision
    `day` it is the portal's local midnight."""
    published_precision: str | None = None
    """`second`, `minute` or `day`: what the page prints."""
    updated_text: str | None = None
    """What the page labels as updated, without the label."""
    updated_at: str | None = None
    """The same as a moment, with the portal's offset."""

    byline_text: str | None = None
    """Byline or signature as printed, brackets and labels kept."""
    authors: list[str] = field(default_factory=list)
    """Persons of the byline, in order. Never an outlet, a desk or an editor."""
    editor_text: str | None = None
    """Editor line as printed, label kept."""
    editors: list[str] = field(default_factory=list)
    """Names of the editor line, in order."""
    source_text: str | None = None
    """Source as printed."""
    sources: list[str] = field(default_factory=list)
    """Controlled names of the sources; one that is not in the table stands as printed."""
    dateline_text: str | None = None
    """The dateline as printed at the head of its paragraph, where it stays, too."""
    dateline_place: str | None = None
    """Its place as printed."""
    dateline_agency: str | None = None
    """Its agency, by its controlled name."""

    text_sha256: str | None = None
    """SHA-256, in hexadecimal, of headline and paragraphs joined by line feeds, UTF-8."""


def record_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """`item` as the JSON object of its line. As `ItemAdapter.asdict`, five times as fast: only
    pictures and related news are objects within it."""
    record = dict(item)
    for name in ("images", "related"):
        record[name] = [
            {key: getattr(part, key) for key in type(part).__slots__} for part in record[name]
        ]
    return record
