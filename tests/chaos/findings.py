"""What a check finds: a verdict a subject, and where it is not so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Verdict"]

_SHOWN = 5


@dataclass
class Verdict:
    """One subject; good while nothing speaks against it."""

    subject: str
    checked: str = ""
    """How much was looked at."""
    problems: list[str] = field(default_factory=list)

    def need(self, good: bool, problem: str) -> bool:
        """Notes `problem` unless `good`."""
        if not good:
            self.problems.append(problem)
        return good

    def same(self, found: Iterable[str], wanted: Iterable[str], what: str) -> None:
        """Notes what of two collections is not in the other."""
        have, want = set(found), set(wanted)
        self.problems += [f"{what} missing: {one}" for one in sorted(want - have)]
        self.problems += [f"{what} not expected: {one}" for one in sorted(have - want)]

    def lines(self) -> list[str]:
        """For a person."""
        mark = "FAILED" if self.problems else "good"
        shown = [f"    {problem}" for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            shown.append(f"    … and {len(self.problems) - _SHOWN} more")
        return [f"  {self.subject:58} {mark:6} {self.checked}", *shown]
