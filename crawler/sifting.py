"""Which links of a listing are articles to be taken, and by which rule the others are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from crawler.facts import PortalFacts
from crawler.frontier import OUTSIDE, Listed
from crawler.pages import Link
from crawler.selection import Selection
from crawler.urls import Address, host_of

__all__ = ["Sifted", "sift"]

_LONGEST = 2000
"""Characters that are kept of an address that is not taken."""


@dataclass(slots=True)
class Sifted:
    """The links of one page of a listing."""

    admitted: list[Listed] = field(default_factory=list)
    """Articles, each once."""
    ignored: list[tuple[Listed, str]] = field(default_factory=list)
    """The others, each with the rule."""
    sides: list[str | None] = field(default_factory=list)
    """Of each article listed, on which side of the days asked for it is."""
    days: list[date] = field(default_factory=list)
    """The days of those whose day is known."""


def sift(portal: PortalFacts, selection: Selection, section: str, links: list[Link]) -> Sifted:
    """Parts the `links` that a listing of `section` shows."""
    sifted = Sifted()
    admitted: dict[str, Listed] = {}
    for link in links:
        listed = portal.listed(link.url, section, link) if link.url else None
        address = portal.identify(listed.url) if listed else None
        if listed is None or address is None:
            sifted.ignored.append(_foreign(portal, section, link))
            continue
        folder = next((name for name in portal.ignored_sections if _within(address, name)), None)
        if day := listed.day or address.day:
            sifted.days.append(day)
        side = selection.outside(listed.day, address.day)
        sifted.sides.append(side)
        if folder is not None:
            reason = f"section {folder}: {portal.ignored_sections[folder]}"
            sifted.ignored.append((listed, reason))
        elif side:
            sifted.ignored.append((listed, OUTSIDE))
        else:
            admitted.setdefault(listed.id, listed)
    sifted.admitted = list(admitted.values())
    return sifted


def _within(address: Address, folder: str) -> bool:
    return f"{address.section}/".startswith(f"{folder.strip('/')}/")


def _foreign(portal: PortalFacts, section: str, link: Link) -> tuple[Listed, str]:
    """A link that leads to no article of the portal, and which rule says so."""
    if link.url is None:
        reason = "no http address"
    elif not any(form.on(host_of(link.url)) for form in portal.addresses):
        reason = "another site"
    else:
        reason = "no article's address"
    text = (link.url or link.href)[:_LONGEST]
    return Listed(f"{portal.name}:{text}", text, text, section, link.headline), reason
