"""Datelines: place and agency at the head of a paragraph, `MANILA, Nov. 24 (Xinhua) --`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.moments import MONTH
from crawler.outlets import control, is_known
from crawler.pipelines.names import read_authors, split_names, unlabelled_byline
from crawler.text import collapse

__all__ = ["Dateline", "read_bare_dateline", "read_dateline"]

_NUMERAL = re.compile(r"I{2,3}|IV|[^AEIOUVY]{2}")


@dataclass(frozen=True, slots=True)
class Dateline:
    """The head of a paragraph, `MANILA, Nov. 24 (Xinhua) --`, its agency by the controlled name,
    and a byline printed before it in the same paragraph."""

    text: str
    place: str | None
    agency: str | None
    byline: str | None = None


_MARK = re.compile(
    r"(?:[(（]\s?(?P<agency>[^()（）/]{2,30}?)\s?[)）]|/(?P<wire>[\w -]{2,30})/)"
    r"\s?(?:[-–—―](?:\s?[-–—―])+|[–—―]|-(?=[\sA-Z\"“]|$))"
)
# Xinhua's typing errors: `SYDNEY. Feb. 7`, `June 7(Xinhua)`, `May, 12`, `Aug.16`, no place at all.
_DAY = re.compile(rf"(?:^|[\s,.])\s?(?i:{MONTH})[.,]{{0,2}}\s?[0-9]{{1,2}}(?:, ?[0-9]{{4}})?,?$")
_SMALL = re.compile(r"the|of|de|da|do|del|la|le|el|al|and|an|on|der|den")
_PLACE_LETTERS = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’,/\- ]){1,79}")


# A place whose agency and day were cut off (C4): a dash, or the double blank that it left
_BARE_DATELINE = re.compile(
    r"\s*(?P<place>[A-Z][A-Z .'’/-]*[A-Z](?P<land>, [A-Z][A-Za-z. ]*[a-z])?)"
    r"(?:\s+[-–—]{1,2}\s+|(?(land)[\s\xa0]{2,}|(?!)))(?=[\"“'A-Z0-9])"
)
_NO_PLACE = re.compile(
    r"(?:UPDATE|VIDEO|PHOTOS?|FEATURE|INTERVIEW|FLASH|URGENT|ANALYSIS|OPINION)\b"
)


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline at the head of a paragraph; `None` where there is none beyond doubt."""
    paragraph = collapse(paragraph[:500])
    for mark in _MARK.finditer(paragraph, 0, 260):
        agency = mark["agency"] or mark["wire"]
        if not is_known(agency):
            continue
        head = paragraph[: mark.start()].rstrip()
        day = _DAY.search(head)
        before = _tidy(head[: day.start()]) if day else head
        if not before:
            return Dateline(paragraph[: mark.end()], None, control(agency))
        if re.match(r"by\s", before, re.IGNORECASE):
            byline, place = _split_byline(before, dated=bool(day))
            if byline is None:
                return None
        else:
            byline, place = None, before
            # The portal's own copy has its places in small letters, too: `Beijing (CNS) --`.
            own = control(agency) == "ECNS" and place.count(" ") < 3 and not is_known(place)
            if not _is_place(place, capitals=not (day or own)):
                return None
        text = paragraph[len(byline or "") : mark.end()].strip()
        return Dateline(text, place, control(agency), byline)
    return None


def read_bare_dateline(paragraph: str) -> Dateline | None:
    """A place whose agency and day were cut off, `TOKYO - …`: China Daily's."""
    bare = _BARE_DATELINE.match(paragraph)
    if not bare or _NO_PLACE.match(bare["place"]):
        return None
    return Dateline(bare[0].strip(), bare["place"], None)


def _tidy(place: str) -> str:
    """A place without the mark that parts it from the day; the last dot of `D.C.` stays."""
    place = place.rstrip(" ,")
    return place[:-1] if re.search(r"[^\W\d_]{3,}\.$", place) else place


def _split_byline(text: str, *, dated: bool) -> tuple[str | None, str | None]:
    """`By Li Lan BEIJING` as byline and place, parted where the capitals begin."""
    for blank in re.finditer(" ", text):
        byline, place = text[: blank.start()], text[blank.end() :]
        last = byline.rsplit(" ", 1)[-1]
        if last.isupper() and len(last.rstrip(".")) > 1 and not _NUMERAL.fullmatch(last):
            break  # a name in capitals: where the place begins can't be told
        if re.match(r"I{2,3}\b|IV\b", place):
            continue  # belongs to the name
        if _is_place(place, capitals=True) and read_authors(byline):
            return byline, place
    names = split_names(unlabelled_byline(text))
    if dated or any(name.isupper() and name.count(" ") > 1 for name in names):
        return None, None
    return (text, None) if read_authors(text) else (None, None)


def _is_place(text: str, *, capitals: bool) -> bool:
    if not _PLACE_LETTERS.fullmatch(text) or (capitals and not text.split(",")[0].isupper()):
        return False
    return all(
        word[0].isupper() or _SMALL.fullmatch(word) for word in re.split(r"[ ,/]+", text) if word
    )
