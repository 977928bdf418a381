"""Addresses: which article one names, and how it is written canonically.

A portal lists the forms of its article addresses as data (`AddressForm`). Every form of one
article gives the same id; scheme, host alias, port, query and fragment never matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urljoin, urlsplit

_LINE_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))
_LONGEST = 2000
"""Servers take addresses of some 8,000 characters, those of articles have about 100."""

__all__ = ["Address", "AddressForm", "host_of", "identify", "resolve"]


@dataclass(frozen=True, slots=True)
class Address:
    """What an article's address says."""

    native: str
    """The portal's own id of the article."""
    url: str
    """The canonical address."""
    section: str
    """Folders before the date, without slashes at the ends; empty where there are none."""
    day: date | None
    """The day in the address, where it is one of the calendar."""
    page: int
    """Number of the page, 1 for the first."""
    fetchable: bool
    """Whether the portal serves the article's page."""
    fetch: str
    """Where it is to be fetched: `url`, or the address of the host that was named."""
    others: tuple[str, ...]
    """Where else it may be, to be tried when `fetch` is 404."""


@dataclass(frozen=True, slots=True)
class AddressForm:
    """One form of a portal's article addresses.

    `path` is a regular expression for the whole path with the groups `id`, and optionally
    `section`, `date` and `page`. `native`, `url`, `fetch` and `others` are templates over these
    groups and `host`. A host that begins with a dot stands for all below it.
    """

    hosts: tuple[str, ...]
    path: str
    url: str
    native: str = "{id}"
    fetchable: bool = True
    fetch: str = ""
    """Where the page is fetched, if it is not known to be at `url` for every host."""
    others: tuple[str, ...] = ()
    """Where else the page may be, if it is not there."""
    folded: bool = False
    """Whether upper and lower case of the id are the same article."""
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(self.path, re.ASCII))

    def read(self, host: str, path: str) -> Address | None:
        """The address of `path` on `host`, or `None` if it is not of this form."""
        if not self.on(host) or not (match := self.pattern.fullmatch(path)):
            return None
        groups = {name: value or "" for name, value in match.groupdict().items()}
        groups["host"] = host
        native, url = self.native.format(**groups), self.url.format(**groups)
        return Address(
            native=native.lower() if self.folded else native,
            url=url,
            section=groups.get("section", "").strip("/"),
            day=_day(groups.get("date", "")),
            page=int(groups.get("page") or 1),
            fetchable=self.fetchable,
            fetch=self.fetch.format(**groups) if self.fetch else url,
            others=tuple(other.format(**groups) for other in self.others),
        )

    def on(self, host: str) -> bool:
        """Whether addresses of this form are on `host`."""
        return any(
            host.endswith(known) if known.startswith(".") else host == known for known in self.hosts
        )


def identify(url: str, forms: Iterable[AddressForm]) -> Address | None:
    """What `url` says of the article it names, or `None` if it is no article's address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
        _ = parts.port  # out of range: no address
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    path = re.sub("/{2,}", "/", parts.path) if "//" in parts.path else parts.path
    return next((found for form in forms if (found := form.read(host, path))), None)


def resolve(base: str, href: str) -> str | None:
    """`href` as printed on the page at `base`, absolute; `None` unless it is http(s) and whole."""
    href = href.translate(_LINE_BREAKS).strip()
    if not href or href.startswith("#") or len(href) > _LONGEST:
        return None
    try:
        url = href if href.startswith(("http://", "https://")) else urljoin(base, href)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if usable else None


def host_of(url: str) -> str:
    """The host of `url` in lower case, empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    digits = re.sub(r"\D", "", text)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
