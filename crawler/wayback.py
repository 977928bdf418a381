"""The Wayback Machine: which addresses of a portal it has copies of, and where a raw copy is.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server: the CDX interface lists
captures as rows of JSON, or as `[]` if there are none; `collapse=urlkey` gives the first capture of
each address, and a last row behind an empty one is the key that the next page begins at, written as
it is to stand in the address. A copy at `/web/<time>id_/<address>` is
as the portal sent it, without the service's own links and frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit

from crawler.archives import Archive
from crawler.moments import stamp
from crawler.pages import Link, ListingPage
from crawler.queries import PageError, xpath
from crawler.text import collapse

__all__ = ["HOST", "SECTION", "CdxPage", "Copy", "copy_at", "copy_of", "original_of", "queries"]

HOST = "web.archive.org"
SECTION = "wayback"
"""Name of the section whose listings are answers of the CDX interface."""
_COPY = re.compile(rf"https?://{re.escape(HOST)}/web/([0-9]{{4,14}})(?:[a-z]{{2}}_)?/(https?://.+)")
_ENCODED = re.compile(r"(?:[\w.~+-]|%[0-9A-Fa-f]{2})+", re.ASCII)
_AT_ONCE = 5000
"""Rows asked for at once."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a page in the Wayback Machine."""

    url: str
    """Where the raw copy is."""
    original: str
    """The address it is a copy of."""
    when: str
    """The service's own time of it, `YYYYMMDDhhmmss` or less."""
    copied_at: str | None
    """When it was taken, UTC, to the second; `None` where the address says it less exactly."""


def copy_of(url: str) -> Copy | None:
    """The copy that `url` names, `None` if it is no address of one."""
    if HOST not in url or not (match := _COPY.fullmatch(url)):
        return None
    try:
        at = datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        at = None
    return Copy(url, match[2], match[1], stamp(at) if at and len(match[1]) == 14 else None)


def original_of(url: str) -> str:
    """The portal's own address of a page, which may be a copy."""
    copy = copy_of(url)
    return copy.original if copy else url


def copy_at(when: str, url: str) -> str:
    """Where the raw copy of `url` is that was taken at or next to `when` (`YYYYMMDDhhmmss`)."""
    return f"https://{HOST}/web/{when}id_/{url}"


def queries(
    domains: Sequence[str], forms: Sequence[str], since: date, until: date
) -> Iterator[tuple[str, date, date]]:
    """Queries for the addresses of a portal, each with the days it covers.

    `forms` are regular expressions of its addresses, templates over `since`, the first day of a
    month: one query for each domain, form and month. Without any, what was copied from `since` on
    is asked for, since nothing is copied before it is published.
    """
    for domain in domains:
        if not forms:
            yield _query(domain, [("from", f"{since:%Y%m%d}")]), since, until
        for form in forms:
            pattern = Archive(form, "month", date(1995, 1, 1))
            for first, last in pattern.periods(since, until):
                filters = [("filter", f"original:{form.format(since=first, until=last)}")]
                yield _query(domain, [("from", f"{first:%Y%m%d}"), *filters]), first, last


def _query(domain: str, further: list[tuple[str, str]]) -> str:
    fields = [
        ("url", domain),
        ("matchType", "prefix" if "/" in domain else "domain"),
        ("output", "json"),
        ("fl", "timestamp,original"),
        ("filter", "statuscode:200"),
        ("collapse", "urlkey"),
        ("limit", str(_AT_ONCE)),
        ("showResumeKey", "true"),
        *further,
    ]
    return f"https://{HOST}/cdx/search/cdx?{urlencode(fields)}"


class CdxPage(ListingPage):
    """An answer of the CDX interface."""

    marker = xpath("/json[not(*) or item[1][item[1]='timestamp'][item[2]='original']]")
    most_links = _AT_ONCE + 3

    @property
    def links(self) -> list[Link]:
        if not len(self.root) and self.response.body.strip() != b"[]":
            raise PageError("no rows and no empty list")
        found = []
        for when, original in self._rows:
            href = copy_at(when, original)
            found.append(Link(url=href, href=href, headline=""))
        return found

    @property
    def onward(self) -> str | None:
        rows = self.root.findall("item")
        if len(rows) < 2 or len(rows[-2]) or len(rows[-1]) != 1:
            return None
        parts = urlsplit(self.url)
        fields = [(k, v) for k, v in parse_qsl(parts.query) if k != "resumeKey"]
        key = collapse(rows[-1].findtext("item") or "")
        if not _ENCODED.fullmatch(key):
            key = quote_plus(key)
        return f"https://{HOST}{parts.path}?{urlencode(fields)}&resumeKey={key}"

    @property
    def _rows(self) -> Iterator[tuple[Any, str]]:
        for row in self.bounded(self.root.findall("item"))[1:]:
            if len(row) == 2:
                when, original = (collapse(cell.text or "") for cell in row)
                yield when, quote(original, safe="%/:=&?~#+!$,;'@()*[]")
