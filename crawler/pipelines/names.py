"""Names of persons in bylines and editor lines.

Bylines print persons, their places (`in Dushanbe, Tajikistan`), their roles (`Xinhua writers`) and
outlets or desks in one line; only persons are authors. Whatever is not recognised gives no name,
since the line as printed stays in the record. A name in capitals is written as names are; pen
names and desk aliases (`huaxia`) stay as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.outlets import PATTERN, control, is_known
from crawler.text import collapse

__all__ = [
    "PEN_NAMES",
    "is_pen_name",
    "outlet_of",
    "read_authors",
    "read_editors",
    "split_names",
    "unlabelled_byline",
]

PEN_NAMES: dict[str, tuple[str, str]] = {
    # Pen name: the outlet whose desk writes under it, and where that is said.
    "Zhong Sheng": (
        "People's Daily",
        (
            "`a pen name often used by People's Daily to express its views on foreign policy`, below"
            " its commentaries of 2019 (followcn.com); reprints of 2019 and 2026"
        ),
    ),
    "He Yin": ("People's Daily", "commentaries, reprints of January 2026 (thepublicpurview.com)"),
    "Zhong Yin": ("People's Daily", "commentaries (trackingpeoplesdaily.substack.com)"),
    "Ren Ping": (
        "People's Daily",
        "commentaries, January 2022 (trackingpeoplesdaily.substack.com)",
    ),
}
"""Names that no person has: those of columns. Who is called so elsewhere is a person."""

_ROLE = re.compile(
    rf"(?:(?P<outlet>{PATTERN})(?:['’]s)?\s+)?"
    r"(?:(?:our|own|special|staff|contributing|guest|freelance|senior|chief|trainee|intern|sports"
    r"|video)\s+)*"
    r"(?:writers?|reporters?|correspondents?|sports ?writers?|interns?|trainees?|commentators?"
    r"|columnists?|contributors?|staff)\b\s*:?\s*",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(
    rf"(?P<outlet>{PATTERN})(?: (?:America|Europe|Africa))?['’]s\s+", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:byline:|(?:(?:written|reported|reporting|compiled|text|story) )?by\b(?!-)\s*:?)\s*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[,;、，；/|]\s*(?:(?:and|&|with)\s+)?|\s+(?:and|&)\s+", re.IGNORECASE)
_PLACE = re.compile(r"\s+(?:in|at|from|[Ff]or)\s+(?=the\b|[^\Wa-z])")
_BRACKET = re.compile(r"\s*[(（]([^()（）]*)[)）]$")

# Further parts of a reporter's place that have several words and so look like a person:
# `in Cape Town, South Africa`, `in New York and Los Angeles`.
_LONG_PLACES = re.compile(
    r"(?:the )?(?:abu dhabi|addis ababa|british columbia|buenos aires|burkina faso"
    "|cape town|cape verde"
    "|costa rica|czech republic|dar es salaam|dominican republic|east timor|el salvador"
    "|equatorial guinea|great britain|ho chi minh city|hong kong|inner mongolia|ivory coast"
    "|kuala lumpur|las vegas|los angeles|mexico city|new delhi|new jersey|new mexico"
    "|new south wales|new york|new zealand|north carolina|north dakota|north korea"
    "|northern ireland|panama city|papua new guinea|phnom penh|port moresby|puerto rico"
    "|rhode island|rio de janeiro|san diego|san francisco|san jose|san salvador|sao paulo"
    "|saudi arabia|sierra leone|solomon islands|south africa|south carolina|south dakota"
    "|south korea|south sudan|sri lanka|tel aviv|ulan bator|united arab emirates"
    "|united kingdom|united nations|united states|washington dc|west virginia)",
    re.IGNORECASE,
)
_PLACE_WORD = re.compile(
    r"\b(?:province|prefecture|county|city|district|region|state|republic|islands?|territory"
    r"|village|township)$|^D\. ?C\.?$",
    re.IGNORECASE,
)
# No person: a desk, an outlet outside the table, a phrase. `An`, `To` and `On` are surnames, so
# the small words count only in small letters.
_NO_PERSON = re.compile(
    r"(?i:^(?:the|cgtn|cctv|gt)\b|\b(?:staff|reporters?|correspondents?|writers?|interns?|trainees?"
    r"|agency|agencies|desk|edition|editors?|edited|editorial|newsroom|bureau|team|website|daily"
    r"|times|news|media|network|online|weekly|journal|magazine|radio|tv|photos?|translated"
    r"|provided|courtesy|source|updated|published|spokes(?:person|man|woman)|director|embassy|ministry)\b)"
    r"|\b(?:a|an|by|of|with|for|to|on|is|was)\b"
)
# Ranks before a whole name: `Senior Colonel Tan Kefei` (China Military Online, 2022-12-31).
_RANK = re.compile(
    r"(?:(?:(?:Senior|Lieutenant|Major|Brigadier|Rear|Vice) )?(?:Colonel|Captain|General|Admiral)"
    r"|Major|Lieutenant)\s+(?=[A-Z][\w'’-]+ [A-Z])"
)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f.'’·\-‐ ])*(?:\([^\W\d_][^()\d]*\))?")
_EDITOR = re.compile(r"[^\W_][\w.'’·\-‐ ]*")
_DASH = re.compile(r"\s+[-–—]\s+")  # `AFP - GT`
_WORD = re.compile(r"[^\W\d_]+")
_KEPT = re.compile(r"I{2,3}|IV|[^AEIOUVY]{2}")
_SYLLABLE = re.compile(r"[BCDFGHJKLMNPQRSTWXYZ][AEIOUVY]|A[INO]|E[NR]|OU")
_SHORT = re.compile(r"DR|JR|MR|MS|NG|SR|ST")

_EDITOR_LABEL = re.compile(
    r"(?:(?:(?:web|copy|responsible|executive|chief) ?)?editors?\s*[:：]|(?:copy ?)?edited by\b:?"
    r"|(?:责任编辑|编辑)\s*[:：])\s*",
    re.IGNORECASE,
)
# `(Xinhua reporters A and B in Washington contributed to this report.)`: not its authors.
_CONTRIBUTED = re.compile(r"\bcontributed to\b", re.IGNORECASE)
_COMMENTS = re.compile(r"\s+Comments to\b.*")


def split_names(text: str) -> list[str]:
    """The parts of a list of names as printed, each still with its place and role."""
    return [part for part in _SEPARATOR.split(collapse(text)) if part]


def read_authors(text: str | None) -> list[str]:
    """Persons of a byline or signature as printed, in order: `(By Intern Li Lan, XU WEI)`."""
    names: list[str] = []
    if text and _CONTRIBUTED.search(text):
        return names
    in_place = False
    parts = split_names(_unlabelled(text, _LABEL))
    capitals = any(" " in part and _in_capitals(_PLACE.split(part)[0]) for part in parts)
    for part in parts:
        printed, *places = _PLACE.split(part)
        if in_place and not places and _goes_on(printed, capitals):
            continue
        in_place = bool(places)
        name = _person(printed)
        if name and name not in names:
            names.append(name)
    return names


def read_editors(text: str | None) -> list[str]:
    """Names of an editor line as printed, in order: `(Web editor: Li Lan, Wu You)`, `huaxia`."""
    line = _unlabelled(text, _EDITOR_LABEL)
    names = [_BRACKET.sub("", part) for part in split_names(line)]
    return list(
        dict.fromkeys(
            _cased(name) for name in names if _EDITOR.fullmatch(name) and not is_known(name)
        )
    )


def outlet_of(text: str | None) -> str | None:
    """Controlled name of the outlet a byline prints: `GT staff`, `Li Lan, People's Daily`."""
    for part in reversed(split_names(_unlabelled(text, _LABEL))):
        printed, *places = _PLACE.split(part)
        bracket = _BRACKET.search(printed)
        prefix = _ROLE.match(printed) or _POSSESSIVE.match(printed)
        named = [match[1] for match in (bracket, prefix) if match and match[1]]
        for candidate in (*reversed(places), printed, *named):
            if is_known(candidate):
                return control(candidate)
    return None


def _unlabelled(text: str | None, label: re.Pattern[str]) -> str:
    """A line without the brackets around it, its label and what follows the names."""
    line = _COMMENTS.sub("", collapse(text or ""))
    if line.startswith(("(", "[", "（", "【")):
        line = re.sub(r"[)\]）】]$", "", line[1:]).strip()
    found = label.match(line)
    return line[found.end() :] if found else line


def _goes_on(part: str, capitals: bool) -> bool:
    """Whether a part after a place is still the place: `in Dushanbe, Tajikistan`."""
    if _LONG_PLACES.fullmatch(part) or _PLACE_WORD.search(part):
        return True
    return not _in_capitals(part) if capitals else " " not in part


def _person(text: str) -> str | None:
    """The person of one part, without role and outlet; `None` where it is none."""
    name = text.strip(" :-–—")
    if not re.search(r"\b(?:[^\W\d_]|[JS]r)\.$", name):
        name = name.rstrip(".")
    bracket = _BRACKET.search(name)
    if bracket and (is_known(bracket[1]) or _NO_PERSON.search(bracket[1])):
        name = name[: bracket.start()]
    for prefix in (_ROLE, _POSSESSIVE, _RANK):
        if match := prefix.match(name):
            name = name[match.end() :]
    if (
        all(map(is_known, _DASH.split(name)))
        or _NO_PERSON.search(name)
        or not _NAME.fullmatch(name)
    ):
        return None
    words = name.split()
    acronym = len(words) == 1 and name.isupper() and len(name) < 5
    if acronym or len(words) > 6 or re.match(r"[a-z]+\b(?!-)", words[-1]):
        return None
    return _cased(name)


def _in_capitals(text: str) -> bool:
    return text.isupper() and len(text) > 3 and not is_known(text)


def _cased(name: str) -> str:
    """`XU WEI` as `Xu Wei`, `O'BRIEN` as `O'Brien`, `LIU YA'NAN` as `Liu Ya'nan`; `III` stays."""
    whole = name.isupper()

    def cased(match: re.Match[str]) -> str:
        word, before = match[0], name[: match.start()]
        if not word.isupper() or len(word) == 1:
            return word
        if before.endswith(("'", "’")) and len(before) > 2 and before[-3].isalpha():
            return word.lower()
        if len(word) == 2 and not whole and not _SYLLABLE.fullmatch(word):
            return word
        return word if _KEPT.fullmatch(word) and not _SHORT.fullmatch(word) else word.capitalize()

    return _WORD.sub(cased, name)


def is_pen_name(name: str, outlets: Iterable[str]) -> bool:
    """Whether `name` is a pen name of one of `outlets`, by their controlled names; its app and its
    site print the paper's."""
    outlet, _ = PEN_NAMES.get(name, ("", ""))
    return bool(outlet) and any(one.startswith(outlet) for one in outlets)


def unlabelled_byline(text: str) -> str:
    """A byline without its brackets and its label."""
    return _unlabelled(text, _LABEL)
