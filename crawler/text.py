"""Text: white space, what may go into a log line, what was decoded wrongly, fingerprints."""

from __future__ import annotations

import hashlib
import re
from string import ascii_letters as _LETTERS

__all__ = ["collapse", "is_misread", "printable", "sha256_of"]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]+"
)


# What stands for bytes of no character, half of a pair, what has no meaning (private use to efff:
# the pairs of GB 18030 that have no character give e000 to e864, so do bytes of Big5 read as such),
# and the C1 controls, which are the bytes 80 to 9f of another encoding; NEL, `\x85`, is white space.
# Private use from f000 on is what Word makes of the bullets of its symbol fonts, and Apple's logo.
# ESC, SO and SI begin another encoding, or a terminal's commands.
_UNDECODABLE = re.compile("[\ufffd\ud800-\udfff\ue000-\uefff\x0e\x0f\x1b\x80-\x84\x86-\x9f]")
# `’` and `é` in UTF-8, read as windows-1252 (`â€™`, `Ã©`) or as GB 18030 (`鈥`).
_TWICE = re.compile("â[€–]|[ÂÃ][\xa1-\xbf]|鈥")
# The quotes of windows-1252, 91 to 94, with the letter after them, read as GB 18030: `China抯`.
_GLUED = re.compile(r"[A-Za-z][\u4e00-\u9fff]|[\u4e00-\u9fff][A-Za-z]")


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


def is_misread(text: str) -> bool:
    """Whether `text` was decoded by another encoding than it was written in, here or, where the
    page itself prints `â€™` in UTF-8, by the portal. Where that is so in part of the text it
    can't be told what the rest was, so it is not mended."""
    if _UNDECODABLE.search(text) or _TWICE.search(text):
        return True
    if text.isascii():
        return False
    for pair in _GLUED.findall(text):
        quote, letter = pair.strip(_LETTERS).encode("gb18030")[:2]
        if 0x91 <= quote <= 0x94 and chr(letter) in _LETTERS:
            return True
    for encoding in ("cp1252", "gb18030"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        # Two letters of two bytes may be UTF-8 by chance: `一` is, in GB 18030.
        if any(character >= "\u0800" for character in meant):
            return True
    return False


def sha256_of(*parts: str) -> str:
    """SHA-256 of `parts` joined by line feeds, in hexadecimal."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
