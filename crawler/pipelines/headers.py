"""Takes the header, lead or tail line of any portal apart: authors, source, editors, dates.

One table holds every form seen, under the names of `docs/bylines.md`; the first form of a portal
that fits the whole text wins, and a text that fits none gives nothing. A form that only
the portal's own desk writes names the portal as its source (`own`). Photo credits fit no form.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from crawler.moments import MONTH, Moment, parse_moment
from crawler.outlets import control, is_known
from crawler.pipelines.datelines import read_bare_dateline, read_dateline
from crawler.pipelines.dates import from_buddhist_era
from crawler.pipelines.names import outlet_of, read_authors, read_editors
from crawler.pipelines.sources import read_sources

__all__ = ["FORMS", "Form", "Header", "read_header"]

_ISO = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_SLASHED = r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_NAMED = rf"{MONTH}\.? [0-9]{{1,2}}, [0-9]{{4}}"
_TWELVE = rf"{_NAMED} [0-9]{{1,2}}:[0-9]{{2}} [AP]M"
_DASHED = r"[0-9]{1,2}:[0-9]{2}, [0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{4}"
_CLOCK_FIRST = rf"[0-9]{{1,2}}:[0-9]{{2}},? {_NAMED}"
_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%b %d, %Y",
    "%b %d, %Y %I:%M %p",
    "%H:%M, %d-%b-%Y",
    "%H:%M, %b %d, %Y",
    "%H:%M %b %d, %Y",
    "%m/%d/%Y",  # China Daily's print slug only
    "%d-%m-%y %H:%M",  # CCTV only
)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a header: `pattern` must fit the whole text."""

    id: str
    portal: str | None
    """`None` where every portal prints it."""
    pattern: re.Pattern[str]
    own: str | None = None
    """The source of the form where it prints none."""


def _form(id: str, portal: str | None, *parts: str, own: str | None = None) -> Form:
    return Form(id, portal, re.compile(rf"\s*(?:{''.join(parts)})\s*"), own)


def _published(date: str) -> str:
    return rf"(?P<published>{date})"


def _updated(date: str) -> str:
    return rf"(?P<updated>{date})"


_BYLINE = r"(?:(?P<byline>By [^\n|]+?)\s+)?"
_SOURCE = r"(?P<source>[^\n|]+?)"
_EDITOR = r"(?:Web )?Editor\s*[:：]\s*(?P<editor>[^\n|]+?)"
_BAR = r"\s*[\n| ]\s*"
_PRINTED = r"(?:[A-Z][A-Z.'’-]*|and|(?:in|at)\s+[A-Z][\w'’.-]*(?: [A-Z][a-z]\w*)*)"
_OFFICE = (
    r"(?:[\w' -]+ )?(?i:ambassador|consul|professor|researcher|fellow|scholar|director|commentator"
    r"|columnist|economist|analyst|lecturer)\b"
)

# The ids are those of docs/bylines.md. Order matters: what every portal prints comes last.
FORMS: tuple[Form, ...] = (
    # ECNS: three spans without a separator, `2018-05-03 16:06XinhuaEditor: Li Lan`
    _form("E1", "ecns", _published(_ISO), r"\s*(?P<source>[^\n|<>]*?)\s*", rf"(?:{_EDITOR})?",
          r"(?:\s*ECNS App Download)?"),
    # … stamps of its two systems; the second is when the page was made
    _form("E2", "ecns", r"<!--\s*\[[0-9]+,[0-9]+,[0-9]+\] published at ", _published(_ISO),
          r" from #[0-9]+ by (?P<editor>\S+)\s*-->"),
    _form("E3", "ecns", r"<!--\s*publish at ", _updated(_ISO), r"\s*-->"),
    # … feed, list, and signature after the text `(By Intern Li Lan, Wu You)`
    _form("E5", None, "<pubDate>", _published(_ISO), "</pubDate>"),
    _form("E6", "ecns", _published(_NAMED)),
    _form("E7", "ecns", r"\((?P<byline>By [^()\n]+)\)"),
    # China Daily: `By X in City | China Daily | Updated: …`, either of the first two may be absent
    _form("C1", "chinadaily", r"(?:(?P<byline>By\b[^|]+|[^|]+(?=\|[^|]+\|))\|\s*)?",
          r"(?:(?P<source>[^|]+?)\s*\|\s*)?",
          rf"(?:Updated:\s*{_updated(_ISO)}|Published:\s*{_published(_ISO)})"),
    # … slug of the print edition, month first
    _form("C2", None, r"\((?P<source>China Daily|HK Edition)(?:\s[A-Za-z ]+)?\s",
          _published("[0-9]{2}/[0-9]{2}/[0-9]{4}"), r"\s+page\s?[0-9]+\)"),
    _form("C3", "chinadaily", r"(?P<byline>BYLINE: [^\n|]+)"),
    # … print edition: names in capitals, over several lines, with a mail address below
    _form("C5", "chinadaily", rf"(?P<byline>By {_PRINTED}(?:[\s,/]+{_PRINTED})*)",
          r"(?:\n\S+@[\w.]+)?", own="China Daily"),
    # Global Times: 2009, 2020, list
    _form("G1", "globaltimes", _BYLINE, rf"Source:\s?{_SOURCE}\s+Published:\s*",
          _published(_SLASHED), rf"(?:\s+(?:Last )?Updated:\s*{_updated(_SLASHED)})?"),
    _form("G2", "globaltimes", _BYLINE, r"Published:\s*", _published(_TWELVE),
          rf"(?:\s+Updated:\s*{_updated(_TWELVE)})?"),
    _form("G3", "globaltimes", rf"(?:(?P<byline>By [^\n|]+?)|Source: ?{_SOURCE}) \| ",
          _published(_SLASHED), own="Global Times"),
    # Xinhua: source, editor and time, parted by line ends, bars or blanks; in 2007 an address
    _form("X1", "xinhua", rf"Source:\s*{_SOURCE}{_BAR}(?:{_EDITOR}{_BAR})?", _published(_ISO)),
    _form("X1", "xinhua", rf"Source:\s*{_SOURCE}{_BAR}", _published(_ISO), rf"{_BAR}{_EDITOR}"),
    _form("X1b", "xinhua", r"(?P<source>www\.[\w.]+)\s+", _published(_ISO), r"(?:\s*Print)?"),
    # … contributors, neither authors nor editors; the guest whom only the note names
    _form("X4", "xinhua", r"\((?:(?:Xinhua|Video) (?:reporters?|correspondents?|writers?)\b[^()]+",
          r"|[A-Z][^()]+ contributed to (?:this report|the story)\.?)\)", own="Xinhua"),
    _form("X5", "xinhua", r"Editor['’]s note: (?P<byline>[^\W\d_a-z][\w.'’-]*(?: [\w.'’-]+){1,4}?)",
          rf" is (?:the|an?)\s{_OFFICE}[^\n]*", own="Xinhua"),
    # CGTN: article, list
    _form("N1", "cgtn", rf"(?:{_published(_DASHED)}\s*)?Updated:?\s*", _updated(_DASHED),
          r"(?:\s*\n(?P<byline>[^\n|]+))?", own="CGTN"),
    _form("N2", "cgtn", r"(?:(?P<byline>[^\n|]+)\n\s*)?[A-Z][\w &-]*?\s+", _published(_DASHED),
          own="CGTN"),
    # People's Daily Online
    _form("P1", "peoplesdaily", _BYLINE, r"(?:\((?P<source>[^()\n]+)\)\s*)?",
          _published(_CLOCK_FIRST)),
    # China.org.cn, with the furniture that stands on the same line
    _form("O1", "chinaorgcn", _BYLINE, r"(?:[0-9]* ?Comment\(s\)\s*)?(?:Print\s*)?(?:E-mail\s*)?",
          r"(?P<source>[A-Z][^\n|,]*), ", _published(_NAMED), r"(?:\s*Adjust font size:)?"),
    # Beijing Review: header, tail
    _form("B1", "bjreview", r"(?:(?P<editor>Edited by [^·\n]+?)|(?P<byline>[Bb]y [^·\n]+?))\s+·\s+",
          _published("[0-9]{4}-[0-9]{2}-[0-9]{2}"), r"\s+·\s+Source:\s*\|?(?P<source>[^\n|]*)"),
    _form("B2", "bjreview", r"(?P<editor>Copyedited by [^\n]+)(?:\s+Comments to \S+)?"),
    # CCTV: day, month, year of two digits
    _form("T1", "cctv", rf"Source:\s*{_SOURCE}\s+",
          _updated("[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}"), r"\s+Updated BJT"),
    # Any portal: an editor line (T2, P2), a source line, a byline (P3) `By A, B, People's Daily`
    _form("T2", None, r"\(?(?:(?:Web|Copy) )?[Ee]ditors?\s*[:：]\s*(?P<editor>[^\n()|]+)\)?"),
    _form("S1", None, rf"Source(?:\(s\))?\s*[:：]\s*{_SOURCE}"),
    _form("P3", None, r"(?P<byline>[Bb]y [^\n|]{2,200})"),
)  # fmt: skip

_LONGEST = 2000
_BLANKS = re.compile(r"([^\S\n]{2})[^\S\n]+")
_CREDIT = re.compile(r"\W*(?i:photos?|pictures?|images?|illustrations?|graphics?|cartoons?)\b")


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says; absent parts are `None` or empty."""

    form: str | None = None
    """Id of the form that fitted."""
    authors: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    """Controlled names; one that is not in the table stands as printed."""
    editors: list[str] = field(default_factory=list)
    dateline: str | None = None
    """Place of the dateline."""
    published: Moment | None = None
    updated: Moment | None = None


def read_header(raw: str, portal: str, zone: str = "Asia/Shanghai") -> Header:
    """Take a header, lead or tail as printed (line ends kept) apart."""
    raw = _tidy(raw)
    if _CREDIT.match(raw) or len(raw) > _LONGEST:
        return Header()
    if raw.startswith("{"):
        return _read_row(raw, zone)
    if lead := _read_lead(raw, portal, zone):
        return lead
    for form in FORMS:
        if form.portal in (None, portal) and (match := form.pattern.fullmatch(raw)):
            return _read_match(form, match.groupdict(), zone)
    if is_known(raw):
        return Header("S2", sources=[control(raw)])
    return Header()


def _tidy(raw: str) -> str:
    """`raw` without empty lines and long rows of blanks; two blanks may stand for a lost dash."""
    lines = filter(None, map(str.strip, raw.splitlines()))
    return _BLANKS.sub(r"\1", "\n".join(lines))


def _read_match(form: Form, parts: dict[str, str | None], zone: str) -> Header:
    byline = parts.get("byline")
    own = outlet_of(byline) or form.own
    return Header(
        form.id,
        read_authors(byline),
        read_sources(parts.get("source")) or ([own] if own else []),
        read_editors(parts.get("editor")),
        None,
        _moment(parts.get("published"), zone),
        _moment(parts.get("updated"), zone),
    )


def _read_lead(raw: str, portal: str, zone: str) -> Header | None:
    """The head of a body: byline and dateline (E4, X2, X3, W1, W2), or a bare place (C4)."""
    first, _, rest = raw.partition("\n")
    authors: list[str] = []
    dateline = None
    if re.match("by ", first, re.IGNORECASE) and (dateline := read_dateline(rest)):
        authors = read_authors(first)
    if dateline or (dateline := read_dateline(raw)):
        wire = re.search(rf"({_NAMED}) ?/", dateline.text)
        return Header(
            "X3",
            authors or read_authors(dateline.byline),
            [dateline.agency] if dateline.agency else [],
            dateline=dateline.place,
            published=_moment(wire[1], zone) if wire else None,
        )
    bare = read_bare_dateline(raw) if portal == "chinadaily" else None
    return Header("C4", dateline=bare.place) if bare else None


def _read_row(raw: str, zone: str) -> Header:
    """A row of Xinhua's list in JSON, as it was from 2015 to 2021."""
    try:
        row = json.loads(raw)
    except ValueError:
        return Header()
    return Header(
        "XJ",
        read_authors(row.get("Author")),
        read_sources(row.get("SourceName")),
        read_editors(row.get("Editor")),
        published=_moment(row.get("PubTime"), zone),
    )


def _moment(text: str | None, zone: str) -> Moment | None:
    return parse_moment(from_buddhist_era(text)[0], _FORMATS, zone) if text else None
