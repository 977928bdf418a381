"""Ledgers of links: what a run leaves of everything it learned of links, as files.

`links/<portal>/<year>/<run>.jsonl` has a line for every link that the run saw, fetched or settled,
which says all that the state knows of it, and a last line with the listing pages still to be read and the listings read to their end for good.
The state can be lost: the ledgers, taken in one after the other, make it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crawler.stores.state import State

__all__ = ["changes", "forget_changes", "take_in"]

_COLUMNS = (
    "id",
    "portal",
    "url",
    "address",
    "section",
    "headline",
    "day",
    "state",
    "reason",
    "detail",
    "skeleton",
    "capture",
    "attempts",
    "first_run",
    "last_run",
    "last_seen",
)
_AT_ONCE = 500
WALKS = ""
"""What stands for the walks among the ids of what has changed."""


def changes(state: State) -> Iterator[list[dict[str, Any]]]:
    """What is to be written to the ledger, some hundred lines at a time; nothing if nothing of the
    portal has changed since the last one."""
    changed = state.ask("SELECT id FROM changed WHERE portal = ? ORDER BY id", (state.portal,))
    ids = [one for (one,) in changed if one != WALKS]
    for first in range(0, len(ids), _AT_ONCE):
        yield [_line(state, one) for one in ids[first : first + _AT_ONCE]]
    if changed:
        pages = _pages(state)
        unread = [page for page in pages if page["page"]]
        ended = [{"section": p["section"], "path": p["path"]} for p in pages if not p["page"]]
        yield [{"portal": state.portal, "unread": unread, "ended": ended}]


def forget_changes(state: State) -> None:
    """The ledger is on the disk."""
    with state.transaction():
        state.tell("DELETE FROM changed WHERE portal = ?", (state.portal,))


def take_in(state: State, lines: Iterable[dict[str, Any]]) -> int:
    """Makes the state know what a ledger says, in one transaction; the number of links. Raises
    `KeyError` for a line that is none of a ledger's."""
    count = 0
    with state.transaction():
        for line in lines:
            if "unread" in line:
                state.tell("DELETE FROM walks WHERE portal = ?", (state.portal,))
                for page in (*line["unread"], *line.get("ended", ())):
                    row = (state.portal, page["section"], page["path"], page.get("page", 0))
                    state.tell("INSERT INTO walks VALUES (?, ?, ?, ?)", row)
                _is_told(state, WALKS)
            else:
                _put(state, line)
                count += 1
    return count


def _line(state: State, identifier: str) -> dict[str, Any]:
    rows = state.ask(f"SELECT {', '.join(_COLUMNS)} FROM links WHERE id = ?", (identifier,))
    line = dict(zip(_COLUMNS, rows[0], strict=True))
    read = state.ask("SELECT last_seen FROM articles WHERE id = ?", (identifier,))
    line["read_at"] = read[0][0] if read else None
    shown = state.ask(
        "SELECT section, path, run FROM sightings WHERE id = ? ORDER BY section, path",
        (identifier,),
    )
    line["shown"] = [{"section": s, "path": p, "run": r} for s, p, r in shown]
    return line


def _pages(state: State) -> list[dict[str, Any]]:
    rows = state.ask(
        "SELECT section, path, page FROM walks WHERE portal = ? ORDER BY section, path, page",
        (state.portal,),
    )
    return [{"section": s, "path": p, "page": n} for s, p, n in rows]


def _put(state: State, line: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(_COLUMNS))
    state.tell(
        f"INSERT OR REPLACE INTO links ({', '.join(_COLUMNS)}) VALUES ({marks})",
        [line[name] for name in _COLUMNS],
    )
    for sight in line["shown"]:
        state.tell(
            "INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?, ?)",
            (state.portal, sight["section"], sight["path"], line["id"], sight["run"]),
        )
    if line["read_at"]:
        state.tell("UPDATE articles SET last_seen = ? WHERE id = ?", (line["read_at"], line["id"]))
    _is_told(state, line["id"])


def _is_told(state: State, identifier: str) -> None:
    """What a ledger says needs no other."""
    state.tell("DELETE FROM changed WHERE portal = ? AND id = ?", (state.portal, identifier))
