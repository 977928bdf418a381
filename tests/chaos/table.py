"""What a chaos came to, for a person."""

from __future__ import annotations

from collections import Counter

from tests.chaos.plan import KINDS
from tests.chaos.run import Result

__all__ = ["table"]

_NAMES = {
    "article": "article pages",
    "listing": "listing pages",
    "robots": "robots.txt",
    "missing": "pages behind the last",
}


def table(result: Result) -> str:
    """Some thirty lines."""
    kills, torn = result.kills, result.torn
    lines = [f"{'killed':80}kills"]
    lines += [f"  {kind:9} {said:68}{kills[kind]:5}" for kind, said in KINDS.items()]
    lines += [f"  {'all':78}{kills.total():5}", ""]
    lines.append(f"  COMMIT cut with {_commits(result)}")
    others = Counter(death.kind for death in result.deaths if death.kind not in KINDS)
    lines.append("  other lives: " + ", ".join(f"{many} {kind}" for kind, many in others.items()))
    for death in result.deaths:
        if death.kind == "sigterm":
            lines.append(f"  SIGTERM: {death.where}, exit code {death.code}")
    lines.append(f"  kills before the last article was fetched: {result.early}")
    lines.append(
        f"  left by dead lives: {torn['raw left']} WARC files, {torn['raw torn']} of them torn;"
        f" {torn['archive left']} archive files, {torn['archive torn']} torn;"
        f" {torn['links left']} ledgers, {torn['links torn']} torn;"
        f" {torn['report torn']} torn reports"
    )
    lines += ["", f"{'served':30}{'addresses':>10}{'requests':>10}{'twice':>10}{'too many':>10}"]
    for kind, name in _NAMES.items():
        pages = result.pages(kind)
        lines.append(f"  {name:28}" + "".join(f"{number:10}" for number in pages.values()))
    lines.append("  each life asks again for robots.txt and the first page of each listing")
    lines += ["", "checks"]
    for verdict in result.verdicts:
        lines += verdict.lines()
    bad = sum(bool(verdict.problems) for verdict in result.verdicts)
    end = f"{bad} of {len(result.verdicts)} checks failed" if bad else "all checks are good"
    many = len(result.deaths)
    lines += ["", f"{many} lives in {result.seconds:.0f} s; seed {result.options.seed}: {end}"]
    return "\n".join(lines)


def _commits(result: Result) -> str:
    """How many were cut before, within and behind what they write."""
    ends = Counter(
        death.where.split(": ")[1].removesuffix(" is in the log")
        for death in result.deaths
        if death.kind == "commit" and ": " in death.where
    )
    return ", ".join(
        f"{end} in the log: {ends[end]}" for end in ("no whole page", "a part", "all of it")
    )
