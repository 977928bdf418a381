"""Text as a reader meets it: white space, captions and their credits, fingerprints."""

from __future__ import annotations

import hashlib
import re

__all__ = ["collapse", "is_byline", "is_end_mark", "printable", "sha256_of", "split_credit"]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")

_OUTLETS = (
    r"Xinhua|Xinhuanet|China News Service|CNS|ECNS|Ecns\.cn|China Daily|chinadaily\.com\.cn"
    r"|Global Times|GT|People['’]s Daily(?: Online)?|CGTN|CCTV|China\.org\.cn|AP|AFP|Agencies"
    r"|Reuters|VCG|CFP|IC|EPA|ChinaNews|Imaginechina"
)
_CREDIT_WORDS = (
    r"(?:All |File |Old |Combo |Composite )?(?:Photos?|Pictures?|Screen ?shots?|Images?|Graphics?"
    r"|Illustrations?|Infographics?|Cartoons?|Videos?)\b"
    r"|Provided (?:to|by)\b|Courtesy of\b|Source: *Internet\b"
)
# A bracket at the very end; the closing one may be missing, doubled or the wrong one:
# `(Photo/Xinhua(` is printed on ECNS pages of 2024.
_CREDIT = re.compile(
    rf"\s*[(\[（]\s*(?P<credit>(?:{_CREDIT_WORDS}|(?:{_OUTLETS})\s*[/|]"
    rf"|(?:{_OUTLETS})(?=\s*[)\]）(]))[^()\[\]（）]*?)\s*[)\]）(]*\s*$",
    re.IGNORECASE,
)


# A person's name: two to five words with capitals. An outlet may be one word.
_NAME = r"(?:(?:[A-Z][\w.'’-]*|de|van|von|bin|al|un)(?: (?:[A-Z][\w.'’-]*|de|van|von|bin|al))+)"
_ROLE = (
    r"(?:(?:[A-Z][\w.]* )?(?:[Ss]taff |[Cc]ontributing |[Ss]pecial )?"
    r"(?:[Ww]riters?|[Rr]eporters?|[Ii]nterns?|[Cc]orrespondents?|[Ss]portswriters?):? )?"
)
_DESK = rf"(?:(?:{_OUTLETS})(?: [Ss]taff)?(?: (?:[Rr]eporters?|[Ww]riters?|[Cc]orrespondents?))?)"
_BYLINE = re.compile(
    rf"(?:(?:Written|Compiled|Reported|Reporting) )?[Bb]y:? (?:{_ROLE}{_NAME}|{_DESK})"
    rf"(?: ?(?:, and|,|/|;|、|&|and) ?(?:{_ROLE}{_NAME}|{_DESK}))*(?: in [A-Z][\w .,'’-]*)?"
)
_END_MARK = re.compile(r"[■◆●]+|Enditem|[-–—(\[]* ?(?:The )?[Ee]nd ?[-–—)\]]+|#{2,}")


def collapse(text: str) -> str:
    """`text` with every run of white space (no-break, ideographic, …) as one blank, without
    zero-width characters and without white space at the ends."""
    return " ".join(text.translate(_INVISIBLE).split())


def printable(text: str, limit: int = 300) -> str:
    """`text` fit for one log line: no control or direction characters, at most `limit` long."""
    text = _CONTROL.sub(" ", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def split_credit(text: str) -> tuple[str | None, str | None]:
    """Caption and credit of a caption as printed, each `None` where absent.

    The credit is a bracket at the end that speaks of a photo or names an outlet before a slash:
    `(Photo: China News Service/Ke Ning)`, `[Photo provided to China Daily]`, `(Xinhua/Zhai Lan)`.
    """
    text = collapse(text)
    if match := _CREDIT.search(text):
        return text[: match.start()].rstrip() or None, collapse(match["credit"]) or None
    return text or None, None


def is_byline(text: str, *, bracketed: bool = False) -> bool:
    """Whether a paragraph is nothing but a byline, `By A and B`, or, if `bracketed`, a signature,
    `(By Intern A, B)`. Prose that begins with `By` is not: it goes on in lower case."""
    if bracketed:
        if len(text) < 2 or text[0] not in "([（" or text[-1] not in ")]）":
            return False
        text = text[1:-1].strip()
    return len(text) <= 200 and bool(_BYLINE.fullmatch(text))


def is_end_mark(text: str) -> bool:
    """Whether a paragraph is nothing but a mark that the text ends: `■`, `Enditem`."""
    return bool(_END_MARK.fullmatch(text))


def sha256_of(*parts: str) -> str:
    """SHA-256 of `parts` joined by line feeds, in hexadecimal."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
