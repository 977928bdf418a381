"""Lines that stand among the paragraphs of an article and are none: bylines, credits, end marks.

All portals print each other's copy, so the forms are those of all of them. Each form has been
seen, on a page or in `docs/bylines.md`; a line that is not surely one of these is a paragraph.
"""

from __future__ import annotations

import re

from crawler.outlets import PATTERN
from crawler.text import collapse

__all__ = [
    "cut_end_mark",
    "is_byline",
    "is_contributors",
    "is_editor_line",
    "is_source_line",
    "split_credit",
]

_OUTLET = PATTERN
_WORDS = r"[^()\[\]（）【】]"

# Credits
_PICTURE = (
    r"(?:Photos?|Pictures?|Screen ?shots?|Images?|Graphics?|Illustrations?|Infographics?"
    r"|Cartoons?|Videos?)"
)
_KIND = rf"(?:All|File|Old|Combo|Composite|Web|Internet|Courtesy|{_OUTLET})"
_CREDIT = (
    rf"(?:{_KIND} ?)?{_PICTURE}(?:\s*[:：/|]{_WORDS}*"
    rf"|\s+(?:by|from|via|provided|courtesy|source|credit)\b{_WORDS}*|)"
    rf"|(?:Provided (?:to|by)|Courtesy of)\s{_WORDS}+"
    rf"|{_WORDS}{{2,120}} via {_OUTLET}"
    rf"|{_OUTLET}\s*[/|]{_WORDS}+"
    rf"|[^\W\d_][\w.'’ -]{{1,60}}?\s*/\s*(?:for )?{_OUTLET}"
)
_BRACKETS = ("(", "[", "（")
_OPEN, _CLOSE = r"[(\[（【]", r"[)\]）】(]*\.?"
_BRACKETED = re.compile(rf"\s*{_OPEN}\s*(?P<credit>{_CREDIT})\s*{_CLOSE}$", re.IGNORECASE)
_BARE_OUTLET = re.compile(rf"\s*{_OPEN}\s*(?P<credit>{_OUTLET})\s*{_CLOSE}$", re.IGNORECASE)
# Without brackets, as below pictures of Global Times (`Photo: VCG`, `Illustration: NAME/GT`)
# and China Daily (`NAME / CHINA DAILY`).
_OPEN_CREDIT = re.compile(
    r"(?:^|(?<=[.!?”\"])\s|\s(?=Photos?\s*[:/]))"
    r"(?P<credit>(?:File )?(?:Screenshot|Illustration|Graphic)s?\s*[:/]\s*[^.:]{2,60}"
    r"|(?:File )?Photos?\s*[:/]\s*(?=(?-i:[A-Z]))(?:[^.:]|\.(?=\w)){2,60}"
    rf"|[^\W\d_](?:(?!\. )[\w.'’ -]){{1,60}}\s*/\s*(?:for )?{_OUTLET})$",
    re.IGNORECASE,
)

# Bylines. A person's name: two to five words with capitals; in brackets one will do.
_WORD = r"(?:[A-Z][\w.'’-]*|de|van|von|bin|al|un)"
_NAME = rf"(?:{_WORD}(?: {_WORD})+)"
_ROLE = (
    r"(?:(?:[A-Z][\w.]* )?(?:[Ss]taff |[Cc]ontributing |[Ss]pecial )?"
    r"(?:[Ww]riters?|[Rr]eporters?|[Ii]nterns?|[Cc]orrespondents?|[Ss]portswriters?):? )?"
)
_DESK = rf"(?:{_OUTLET}(?: [Ss]taff)?(?: (?:[Rr]eporters?|[Ww]riters?|[Cc]orrespondents?))?)"
_LEAD = r"(?:(?:Written|Compiled|Reported|Reporting) )?(?:[Bb]y|BY):? "
_AND = r" ?(?:, and|,|/|;|、|&|and) ?"
_TAIL = rf"(?: in [A-Z][\w .,'’-]*| for {_OUTLET}| ?\| ?{_OUTLET}|, interns?| \({_OUTLET}\))?"
_BYLINE = re.compile(
    rf"{_LEAD}(?:{_ROLE}{_NAME}|{_DESK})(?:{_AND}(?:{_ROLE}{_NAME}|{_DESK}))*{_TAIL}"
)
_SIGNATURE = re.compile(
    rf"[(\[（]\s*{_LEAD}{_ROLE}(?:{_NAME}|{_WORD}|{_DESK})"
    rf"(?:{_AND}{_ROLE}(?:{_NAME}|{_WORD}|{_DESK}))*{_TAIL}\s*[)\]）]"
)
_CONTRIBUTORS = re.compile(
    r"[(\[（].{5,300}\bcontributed to (?:this|the) (?:report|story|article)\.?\s*[)\]）]\.?"
)

_EDITOR_LINE = re.compile(
    r"[(\[（]?\s*(?:(?:(?:Web|Copy|Responsible|Executive) ?)?Editors?\s*[:：]|(?:Copy)?[Ee]dited by )"
    r"[^.!?]{2,80}[)\]）]?",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(
    rf"[(\[（]?\s*Sources?(?:\(s\))?\s*[:：]\s*{_OUTLET}(?:\s*[/,]\s*{_OUTLET})*\s*[)\]）]?"
    rf"|[(\[（]\s*{_OUTLET}\s*[)\]）]",
    re.IGNORECASE,
)
_END_MARK = re.compile(r"(?:^|(?<=[\s.!?”\"')]))\s*(?:[■◆●]+|Enditem|(?<!.)#{2,})\s*$")
_END_WORD = re.compile(r"[-–—(\[]+ ?(?:The )?[Ee]nd ?[-–—)\]]+")


def split_credit(text: str, *, beside_picture: bool) -> tuple[str | None, str | None]:
    """Caption and credit of a line as printed, each `None` where absent.

    A credit stands at the end: `(Photo: China News Service/Ke Ning)`, `[Photo provided to China
    Daily]`, `(Xinhua/Zhai Lan)`, with its closing bracket missing or wrong at times. Beside a
    picture an outlet alone, `(Xinhua)`, and one without brackets, `Photo: VCG`, are credits, too.
    """
    text = collapse(text)
    tail = text[-160:]
    if not beside_picture and not any(bracket in tail for bracket in "([（【"):
        return text or None, None
    forms = (_BRACKETED, _BARE_OUTLET, _OPEN_CREDIT) if beside_picture else (_BRACKETED,)
    for form in forms:
        if match := form.search(text):
            return text[: match.start()].rstrip() or None, collapse(match["credit"]) or None
    return text or None, None


def is_byline(text: str, *, bracketed: bool = False) -> bool:
    """Whether a line is nothing but a byline, `By A and B`, or, if `bracketed`, a signature,
    `(By Intern A, B)`. Prose that begins with `By` is not: it goes on in lower case."""
    if len(text) > 200 or (text[:1] in _BRACKETS) != bracketed:
        return False
    return bool((_SIGNATURE if bracketed else _BYLINE).fullmatch(text))


def is_contributors(text: str) -> bool:
    """Whether a line names, in brackets, who contributed to the text."""
    return text[:1] in _BRACKETS and bool(_CONTRIBUTORS.fullmatch(text))


def is_editor_line(text: str) -> bool:
    """Whether a line is nothing but an editor line: `(Web editor: A, B)`, `Editor: A`."""
    return len(text) < 120 and bool(_EDITOR_LINE.fullmatch(text))


def is_source_line(text: str) -> bool:
    """Whether a line is nothing but a source: `Source: China Daily/Agencies`, `(Xinhua)`."""
    return len(text) < 120 and bool(_SOURCE_LINE.fullmatch(text))


def cut_end_mark(text: str) -> str:
    """`text` without the mark that the text ends, `■` or `Enditem`; empty if it is only that."""
    if len(text) < 20 and _END_WORD.fullmatch(text):
        return ""
    if not text.endswith(("■", "◆", "●", "Enditem", "##")):
        return text
    return _END_MARK.sub("", text).rstrip()
