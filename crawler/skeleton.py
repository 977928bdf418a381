"""The skeleton of a page: its template, whatever is printed in it."""

from __future__ import annotations

import hashlib
import re

from crawler.blocks import Element

__all__ = ["skeleton_of"]


def skeleton_of(root: Element) -> str:
    """A fingerprint, eight hexadecimal digits, of the elements with an id or class and what they
    stand in, or of all where none has either. Repetition and numbers do not matter, so that two
    pages of one template agree."""
    marks, bare = set(), set()
    for node in root.iter("*"):
        if not isinstance(node.tag, str):
            continue
        mark = f"{node.get('id') or ''}.{' '.join(sorted((node.get('class') or '').split()))}"
        parent = node.getparent()
        place = f"{parent.tag if parent is not None else ''}>{node.tag}"
        bare.add(place)
        if mark != ".":
            marks.add(re.sub(r"\d+", "0", f"{place}#{mark}"))
    return hashlib.sha256("\n".join(sorted(marks or bare)).encode()).hexdigest()[:8]
