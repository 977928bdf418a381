"""Whether a run was well, and the exit code that says so to cron."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

__all__ = ["LOCKED", "STORAGE", "UNHEALTHY", "USAGE", "WELL", "exit_code", "problems_of"]

WELL, UNHEALTHY, USAGE, LOCKED, STORAGE = 0, 1, 2, 3, 4

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

    `expected` are sections that always have articles: they must be there; another section may be
    missing (404), but one that answers must not be empty.
    """
    if unreachable:
        return [f"cannot be reached ({unreachable})"]
    found = []
    pages = report["pages"]
    if walked and not pages["statuses"].get("200"):
        found.append("nothing fetched")
    refused = total(report["articles"]["refused"])
    read = report["articles"]["archived"] + report["articles"]["unchanged"] + refused
    if refused and refused / read > refused_max and (read >= _FEWEST or refused == read):
        found.append(f"{refused} of {read} articles refused")
    failed = total(report["articles"]["failed"])
    tried = read + failed
    if failed and failed / tried > refused_max and (tried >= _FEWEST or failed == tried):
        found.append(f"{failed} of {tried} articles failed")
    for name in walked:
        section = report["sections"].get(name, {})
        if section.get("listings_refused"):
            found.append(f"section {name}: {section['listings_refused']} listing pages refused")
        if section.get("listings") and not section.get("listed"):
            found.append(f"section {name}: empty")
        elif not section.get("listings") and name in expected:
            found.append(f"section {name}: no listing page read")
    if report["log"].get("ERROR"):
        found.append(f"{report['log']['ERROR']} errors logged")
    if report["finish_reason"] not in ("finished", "shutdown"):
        found.append(f"ended early: {report['finish_reason']}")
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
