"""Which deaths a crawl dies, and when: all of it from one seed."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, field

__all__ = ["KINDS", "Life", "lives"]

KINDS = {
    "any": "any moment, by the clock from the start of the process",
    "walk": "within the walking of a listing, between two statements of the state",
    "warc": "within a WARC record, after a part of its bytes",
    "line": "within a line of the archive, after a part of its bytes",
    "finish": "around fsync, link and unlink of a file that is finished",
    "commit": "during a COMMIT",
    "recovery": "within recovery, between two operations",
    "report": "within the writing of a report and the closing after it",
}
_SHARES = {
    "any": 11,
    "walk": 8,
    "warc": 9,
    "line": 8,
    "finish": 9,
    "commit": 10,
    "recovery": 8,
    "report": 6,
}
_SMALL = ("SEGMENT_SECONDS=1", "ARCHIVE_SEGMENT_BYTES=20000", "RAW_SEGMENT_BYTES=50000")
_STEPS = (
    ("fsync", "before"),
    ("link", "before"),
    ("link", "after"),
    ("unlink", "after"),
    ("fsync", "after"),
    ("open", "before"),
)


@dataclass
class Life:
    """One start of the crawl, and how it is to end."""

    kind: str
    """A kind of `KINDS`; or `sigterm`, `rival`, `none` for those that are not killed."""
    at: float = 0.0
    """Seconds after the start (`any`), or after the first page of the life (`sigterm`)."""
    nth: int = 1
    """Which occurrence of what is waited for."""
    part: float = 0.0
    """Share of the bytes that are written still; of a COMMIT, of the time it takes."""
    step: str = ""
    """The operation that is waited for; empty for any of the kind."""
    moment: str = ""
    """`before` or `after` it; of a COMMIT, `clock` or `byte`."""
    last: int = 60
    """Lines of the archive after which the life is killed in any case."""
    stop: int = 0
    """Lines after which the life gets SIGTERM, so that it closes; 0 for never."""
    settings: list[str] = field(default_factory=list)

    def plan(self) -> str:
        return json.dumps(asdict(self))


def lives(
    seed: int, kills: int, *, scale: float = 1.0, terms: int = 3, rivals: int = 2
) -> list[Life]:
    """A plan of `kills` deaths of all kinds, and some lives that end otherwise. `scale` shortens
    the lives."""
    pick = random.Random(seed)
    sure = [_sure(_life(kind, pick, scale)) for kind in list(KINDS)[:kills]]
    names = pick.choices(list(_SHARES), list(_SHARES.values()), k=kills - len(sure))
    names += ["sigterm"] * terms + ["rival"] * rivals
    plan = sure + [_life(name, pick, scale) for name in names]
    pick.shuffle(plan)
    # A listing is read first where nothing is left to be fetched, and recovery needs a dead life.
    first = [life for life in sure if life.kind in ("walk", "commit")]
    return first + [life for life in plan if all(life is not one for one in first)]


def _sure(life: Life) -> Life:
    """A moment of its kind that no life misses."""
    if life.kind in ("walk", "commit"):
        life.step, life.nth = "walking" if life.kind == "walk" else "", 3
    elif life.kind == "line":
        life.step, life.stop = "", 0
    elif life.kind == "report":
        life.step, life.nth, life.stop = "own", min(life.nth, 6), max(2, life.stop)
    elif life.kind == "finish":
        life.step, life.moment, life.nth = "link", "before", 1
    elif life.kind == "recovery":
        life.nth = min(life.nth, 8)
    return life


def _life(kind: str, pick: random.Random, scale: float) -> Life:
    def some(low: int, high: int) -> int:
        least = max(1, round(low * scale))
        return pick.randint(least, max(least, round(high * scale)))

    life = Life(kind, last=some(45, 70), part=round(pick.random(), 4))
    if pick.random() < (0.75 if kind == "finish" else 0.35):
        life.settings = list(_SMALL)
    if kind == "any":
        # A third of them while the process is still starting.
        life.at = round(pick.uniform(0.1, 0.7 if pick.random() < 0.3 else 0.7 + 1.3 * scale), 3)
    elif kind == "sigterm":
        life.at = round(pick.uniform(0.0, 0.8 * scale), 3)
    elif kind == "walk":
        life.step, most = pick.choice([("walking", 12), ("admit", 250), ("walked", 12)])
        life.nth = some(1, most)
    elif kind in ("warc", "line"):
        life.nth = some(2, 50)
        if kind == "line" and pick.random() < 0.2:
            # A line of a ledger of links, which is written when the run ends.
            life.step, life.nth, life.stop = "ledger", pick.randint(1, 2), some(5, 30)
    elif kind == "finish":
        life.step, life.moment = pick.choice(_STEPS)
        life.nth, life.stop = some(1, 4), some(3, 30)
        if not life.settings:
            life.nth = pick.randint(1, 2)
    elif kind == "commit":
        life.step, life.nth = pick.choice([("admit", 1), ("admit", 2), ("", 3), ("", some(1, 12))])
        life.moment = pick.choice(["clock", "byte"])
    elif kind == "recovery":
        life.nth = pick.randint(1, 30)
    elif kind == "report":
        life.step = pick.choice(["own", "own", "others"])
        life.stop = some(2, 20) if life.step == "own" else 0
        life.nth = pick.randint(1, 15 if life.step == "own" else 10)
    return life
