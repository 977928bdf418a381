"""Whether a run was well, and the exit code that says so to cron."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from crawler.frontier import GONE

__all__ = ["LOCKED", "STORAGE", "UNHEALTHY", "USAGE", "WELL", "exit_code", "problems_of"]

WELL, UNHEALTHY, USAGE, LOCKED, STORAGE = 0, 1, 2, 3, 4

SHUTDOWN = "shutdown"
"""Why a run has ended that was stopped by a signal."""
BUDGET = "budget"
"""Why a run has ended that used up what `-a budget=` allows."""
_FEWEST = 5
"""Articles below which the share of refused ones says nothing, unless it is all of them."""


def problems_of(
    report: dict[str, Any],
    *,
    unreachable: str | None,
    refused_max: float,
    expected: Collection[str],
    walked: Collection[str],
) -> list[str]:
    """What is wrong with a run, one line each.

    `expected` are sections that must be there; another may be missing (404), but one that answers
    must not be empty, and no listing may fail otherwise. A run that was stopped, or has used up its
    budget, is well though it came to none of them.
    """
    if unreachable:
        return [f"cannot be reached ({unreachable})"]
    found = []
    stopped = report["finish_reason"] in (BUDGET, SHUTDOWN)
    if walked and not report["pages"]["listings_read"] and not stopped:
        found.append("nothing fetched")
    asked = report["sections"].get("url", {})
    well = sum(asked.get(end, 0) for end in ("archived", "unchanged", "outside"))
    if asked.get("new", 0) + asked.get("resumed", 0) and not well:
        found.append("the article asked for is not archived")
    for host, why in report["pages"]["robots_unreachable"].items():
        found.append(f"robots.txt of {host} unreachable ({why}): nothing fetched there")
    for host, why in report["pages"].get("hosts_left_alone", {}).items():
        found.append(f"{host} left alone ({why}): what is there is left to the next run")
    for name, newest in report.get("feeds_dead", {}).items():
        found.append(f"section {name}: dead feed, newest entry of {newest}")
    found += _articles(report["articles"], refused_max)
    for name in walked:
        must_be_there = name in expected and not stopped
        found += _section(name, report["sections"].get(name, {}), must_be_there)
    if report["log"].get("ERROR"):
        found.append(f"{report['log']['ERROR']} errors logged")
    if report["finish_reason"] not in ("finished", SHUTDOWN, BUDGET):
        found.append(f"ended early: {report['finish_reason']}")
    return found


def _articles(articles: dict[str, Any], refused_max: float) -> list[str]:
    """Too many articles that were refused, or that did not arrive. Dead links do not count: a
    portal's listings always have some."""
    found = []
    refused = total(articles["refused"])
    failed = total({why: n for why, n in articles["failed"].items() if why not in GONE})
    read = articles["archived"] + articles["unchanged"] + refused
    if refused and refused / read > refused_max and (read >= _FEWEST or refused == read):
        found.append(f"{refused} of {read} articles refused")
    tried = read + failed
    if failed and failed / tried > refused_max and tried >= _FEWEST:
        found.append(f"{failed} of {tried} articles failed")
    return found


def _section(name: str, section: dict[str, int], expected: bool) -> list[str]:
    """What is wrong with a section."""
    found = []
    if section.get("listings_refused"):
        found.append(f"section {name}: {section['listings_refused']} listing pages refused")
    if broken := section.get("listings_failed", 0) - section.get("listings_missing", 0):
        found.append(f"section {name}: {broken} listing pages failed")
    if section.get("listings") and not section.get("listed"):
        found.append(f"section {name}: empty")
    elif not section.get("listings") and expected:
        found.append(f"section {name}: no listing page read")
    return found


def total(counts: Any) -> int:
    """Sum of all numbers in a tree of counts."""
    if isinstance(counts, dict):
        return sum(total(value) for value in counts.values())
    return int(counts)


def exit_code(storage_failure: str | None, problems: Collection[str]) -> int:
    """0 well, 1 unhealthy, 4 storage failed (2 usage and 3 lock end a run before it begins)."""
    if storage_failure:
        return STORAGE
    return UNHEALTHY if problems else WELL
