"""One whole chaos: the plan lived through, the crawl let finish, everything checked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.archive import check_articles, check_leftovers, read_archive
from tests.chaos.findings import Verdict
from tests.chaos.killing import Death, Killer
from tests.chaos.own import check_rebuilt, check_verified
from tests.chaos.plan import KINDS, Life, lives
from tests.chaos.server import running_server
from tests.chaos.site import Site
from tests.chaos.state import check_files_named, check_reports, check_state
from tests.chaos.warcs import check_captures, check_members, check_replay

__all__ = ["Options", "Result", "check", "run"]

_MOMENT = 6.0
"""Seconds after which nothing can be taken for a living writer's that has just begun: recovery
leaves an empty file alone for five."""
_FEW = 8
"""Lives more that the crawl may need to end by itself."""


@dataclass
class Options:
    """What is asked for."""

    seed: int
    articles: int = 2000
    kills: int = 60
    delay: float = 0.015
    share: float = 0.03
    """Share of article pages that may have been fetched more than once."""
    terms: int = 3
    rivals: int = 2
    scale: float = 1.0
    """Of the length of lives."""
    settings: list[str] = field(default_factory=list)


@dataclass
class Result:
    """All figures."""

    options: Options
    deaths: list[Death] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    asked: dict[str, Counter[str]] = field(default_factory=dict)
    """By kind of page, how often each address was asked for."""
    seconds: float = 0.0
    early: int = 0
    """Kills before the last article was fetched."""

    @property
    def kills(self) -> Counter[str]:
        """By kind, those that were met."""
        return Counter(death.kind for death in self.deaths if death.kind in KINDS)

    @property
    def torn(self) -> Counter[str]:
        """How many files dead lives left, and how many of them torn."""
        found = {(kind, one) for d in self.deaths for kind, many in d.torn.items() for one in many}
        return Counter(kind for kind, _ in found)

    @property
    def failed(self) -> bool:
        return any(verdict.problems for verdict in self.verdicts)

    def pages(self, kind: str) -> dict[str, int]:
        """Addresses of a kind, requests, addresses asked for more than once, requests too many."""
        asked = self.asked.get(kind, Counter())
        return {
            "addresses": len(asked),
            "requests": asked.total(),
            "twice": sum(count > 1 for count in asked.values()),
            "too many": asked.total() - len(asked),
        }

    def figures(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "options": asdict(self.options),
            "seconds": round(self.seconds, 1),
            "kills": dict(self.kills),
            "early": self.early,
            "torn": dict(self.torn),
            "pages": {kind: self.pages(kind) for kind in self.asked},
            "lives": [asdict(death) for death in self.deaths],
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }


def run(options: Options, folder: Path, say: Callable[[str], None]) -> Result:
    """Everything, in `folder`: `data`, `logs` and what the server needs."""
    began = time.monotonic()
    site, result = Site(options.articles), Result(options)
    with running_server(options.articles, folder / "server") as server:
        settings = [f"DOWNLOAD_DELAY={options.delay}", *options.settings]
        killer = Killer(server, folder, settings, len(site.pages), say)
        result.deaths = killer.deaths
        plan = lives(
            options.seed,
            options.kills,
            scale=options.scale,
            terms=options.terms,
            rivals=options.rivals,
        )
        for life in plan:
            death = killer.live(life)
            fetched = len(site.articles & server.get().keys())
            if fetched < len(site.articles) and death.kind in KINDS:
                result.early += 1
            if death.number % 10 == 0:
                say(f"{death.number} of {len(plan)} lives, {fetched} article pages fetched")
        time.sleep(_MOMENT)
        _finish(killer, site, say)
        result.asked = _by_kind(server.get(), site)
    result.verdicts = [_lives(result), _twice(result), *check(folder / "data", site, result.deaths)]
    result.verdicts += [check_verified(folder / "data"), check_rebuilt(folder / "data", folder)]
    result.seconds = time.monotonic() - began
    return result


def _finish(killer: Killer, site: Site, say: Callable[[str], None]) -> None:
    """Lives that nobody kills, until one of them has nothing to do."""
    for _ in range(_FEW):
        before = killer.server.get()
        death = killer.live(Life("none"))
        new = killer.server.get() - before
        fetched = len(site.articles & new.keys())
        say(f"life {death.number} ended by itself with {fetched} article pages")
        if death.code == 0 and not fetched:
            return
    killer.deaths[-1].problems.append(f"still something to fetch after {_FEW} lives")


def check(data_dir: Path, site: Site, deaths: list[Death]) -> list[Verdict]:
    """What the data folder holds, beside what the site served."""
    lines, torn = read_archive(data_dir)
    captures, replay = check_replay(data_dir, site)
    return [
        check_articles(lines, site),
        torn,
        check_members(data_dir),
        replay,
        check_captures(lines, captures, site),
        check_state(data_dir, lines, site),
        check_reports(data_dir, deaths),
        check_files_named(data_dir),
        check_leftovers(data_dir),
    ]


def _by_kind(asked: Counter[str], site: Site) -> dict[str, Counter[str]]:
    kinds: dict[str, Counter[str]] = {}
    for url, count in asked.items():
        page = site.pages.get(url)
        kinds.setdefault(page.kind if page else "missing", Counter())[url] = count
    return kinds


def _lives(result: Result) -> Verdict:
    """Every kind of death met, every life ended as it should."""
    verdict = Verdict("every kind of moment met, every life ended as it should")
    for kind in KINDS:
        verdict.need(bool(result.kills[kind]), f"no life was killed {KINDS[kind]}")
    few = result.options.kills * 5 // 6
    verdict.need(result.kills.total() >= few, f"{result.kills.total()} kills, not {few}")
    for death in result.deaths:
        said = "; ".join(death.problems)
        verdict.need(not death.problems, f"life {death.number} ({death.kind}): {said}")
    verdict.checked = f"{len(result.deaths)} lives"
    return verdict


def _twice(result: Result) -> Verdict:
    """How much was fetched again."""
    pages = result.pages("article")
    share = pages["twice"] / max(1, pages["addresses"])
    verdict = Verdict(f"at most {result.options.share:.1%} of article pages fetched again")
    verdict.checked = f"{share:.2%}"
    verdict.need(share <= result.options.share, f"{pages['twice']} of {pages['addresses']}")
    return verdict
