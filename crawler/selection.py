"""What a run is asked to take: sections, depth, days, or one article; and how much of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

__all__ = ["Bounds", "Section", "Selection", "UsageProblem"]

_UNITS = {
    "pages": ("pages", 1),
    "kB": ("received", 1000),
    "MB": ("received", 1000**2),
    "GB": ("received", 1000**3),
    "s": ("seconds", 1),
    "min": ("seconds", 60),
    "h": ("seconds", 3600),
}
"""What a bound ends with → what it bounds, and by how many of it."""


class UsageProblem(ValueError):
    """An argument that cannot be taken; its text is one line that lists what is valid."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a portal: where it is listed."""

    paths: tuple[str, ...]
    """Paths of its listings, or whole addresses; a section that moved has its older ones, too."""
    paged: bool = True
    """Whether a listing goes on at further addresses."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a run may use up; `None` is no bound."""

    pages: int | None = None
    """Requests sent."""
    received: int | None = None
    """Bytes of answers."""
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The arguments of a run, read. Without any, everything is taken."""

    sections: tuple[str, ...]
    """Names of the sections to be walked."""
    pages: int | None = None
    """Listing pages a path at most; `None` leaves it to the settings."""
    since: date | None = None
    """First day of publication."""
    until: date | None = None
    """Last day of publication."""
    url: str | None = None
    """Address of the one article to be taken."""
    via: str | None = None
    """Who is asked for what the portal does not list any more: `wayback`, or nobody."""
    budget: Bounds = Bounds()

    @classmethod
    def parse(
        cls,
        known_sections: Mapping[str, Section],
        is_article: Callable[[str], bool],
        arguments: Mapping[str, str],
    ) -> Selection:
        """The selection that `arguments` (the `-a NAME=VALUE` of the command line) ask for.

        Raises `UsageProblem` for a name, section, number, date, address or bound not valid.
        """
        names = ("section", "pages", "since", "until", "url", "via", "budget")
        for name in arguments:
            if name not in names:
                raise UsageProblem(f"no argument {name!r}; valid: {', '.join(names)}")
        since = _day("since", arguments.get("since"))
        until = _day("until", arguments.get("until"))
        if since and until and since > until:
            raise UsageProblem(f"since={since} is after until={until}")
        url = arguments.get("url")
        if url is not None and not is_article(url):
            raise UsageProblem(f"url={url!r} is no article's address of this portal")
        if url is not None and arguments.keys() - {"url", "budget"}:
            raise UsageProblem(
                "url= asks for one article: no other argument but budget= goes with it"
            )
        via = arguments.get("via")
        if via is not None and via != "wayback":
            raise UsageProblem(f"via={via!r} is not known; valid: wayback")
        if via is not None and "section" in arguments:
            raise UsageProblem("via=wayback is asked for all of a portal: no section= goes with it")
        if via is not None and since is None:
            raise UsageProblem("via=wayback needs since=: it is asked for the addresses of days")
        return cls(
            sections=_sections(arguments.get("section"), known_sections),
            pages=_pages(arguments.get("pages")),
            since=since,
            until=until,
            url=url,
            via=via,
            budget=_bounds(arguments.get("budget")),
        )

    def outside(self, *days: date | None) -> str | None:
        """`before` or `after` if every known one of `days` is on that side of the window, else
        `None`: a link is passed over only if neither its listing nor its address puts it inside."""
        known = [day for day in days if day is not None]
        if known and self.since and max(known) < self.since:
            return "before"
        if known and self.until and min(known) > self.until:
            return "after"
        return None


def _sections(text: str | None, known: Mapping[str, Section]) -> tuple[str, ...]:
    if text is None:
        return tuple(known)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names or ("",):
        if name not in known:
            raise UsageProblem(f"no section {name!r}; valid: {', '.join(known)}")
    return names


def _pages(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) < 1:
        raise UsageProblem(f"pages={text!r} is no number of pages; valid: 1, 2, 3, …")
    return int(text)


def _day(name: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat():
        raise UsageProblem(f"{name}={text!r} is no date; valid: YYYY-MM-DD, such as 2026-01-31")
    return day


def _bounds(text: str | None) -> Bounds:
    if text is None:
        return Bounds()
    found: dict[str, int] = {}
    for bound in text.split(","):
        match = re.fullmatch(f"([1-9][0-9]{{0,11}}) ?({'|'.join(_UNITS)})", bound.strip())
        if match is None:
            raise UsageProblem(
                f"budget={text!r}: {bound.strip()!r} is no bound; valid: a number and one of"
                f" {', '.join(_UNITS)}, such as 500pages or 200MB,30min"
            )
        name, each = _UNITS[match[2]]
        if name in found:
            raise UsageProblem(
                f"budget={text!r} bounds the same twice; valid: 500pages,200MB,30min"
            )
        found[name] = int(match[1]) * each
    return Bounds(**found)
