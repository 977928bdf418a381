"""What is done to a page, each with what it promises."""

from __future__ import annotations

from tests.mutants import harmful, harmless
from tests.mutants.changes import ADDED, MUTATIONS, PRINTED, SAME, SAME_OR_REFUSED

__all__ = ["ADDED", "MUTATIONS", "PRINTED", "SAME", "SAME_OR_REFUSED", "harmful", "harmless"]
