"""Text: white space, what may go into a log line, fingerprints."""

from __future__ import annotations

import hashlib
import re

__all__ = ["collapse", "printable", "sha256_of"]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+"
)


def collapse(text: str) -> str:
    """`text` with every run of white space (no-break, ideographic, …) as one blank, without
    zero-width characters and without white space at the ends."""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())


def printable(text: str, limit: int = 300) -> str:
    """`text` fit for one log line: no control or direction characters, at most `limit` long."""
    text = _CONTROL.sub(" ", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def sha256_of(*parts: str) -> str:
    """SHA-256 of `parts` joined by line feeds, in hexadecimal."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
