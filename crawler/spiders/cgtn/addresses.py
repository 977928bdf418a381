"""Addresses of CGTN articles: five files of one article, on the host that serves it."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime

from crawler.urls import AddressForm

__all__ = ["ADDRESSES", "clock_of"]

_REGIONAL = ("newsaf.cgtn.com", "newseu.cgtn.com", "newsus.cgtn.com")
_SERVING = ("news.cgtn.com", *_REGIONAL)
_OTHERS = ("www.cgtn.com", "cgtn.com")
_FILE = r"(?:index|p|share|share_p|share_amp)\.html"
# Since November 2019: `/news/2021-09-13/M6-0-earthquake-…-Argentina--13wkAJrVbTW/index.html`, with
# ids of 10 (September 2020: U6lLCpDYek) and 11 characters.
_DATED = r"/news/(?P<date>\d{4}-\d\d-\d\d)/(?P<slug>(?:[^/]*-)?)(?P<id>[0-9A-Za-z]{8,14})/" + _FILE
# Before: hexadecimal digits of base64, reversed.
_HEXADECIMAL = r"/news/(?P<id>(?:[0-9a-f]{2}){4,40})/" + _FILE
_DATED_URL, _HEXADECIMAL_URL = "/news/{date}/{slug}{id}/index.html", "/news/{id}/index.html"
# What links named until January 2019; articles of that time are linked and served as index.html.
_SHARED = "/news/{id}/share.html"
_PATHS = ((_DATED, _DATED_URL), (_HEXADECIMAL, _HEXADECIMAL_URL))

ADDRESSES = (
    # A host keeps its own articles: the same path on another one is 404 (checked 2026-10), and the
    # numbers of newsus.cgtn.com are a row of their own (News10000453, January 2019).
    AddressForm(hosts=_SERVING, path=_DATED, url="https://{host}" + _DATED_URL),
    AddressForm(
        hosts=_SERVING,
        path=_HEXADECIMAL,
        url="https://{host}" + _HEXADECIMAL_URL,
        others=("https://{host}" + _SHARED,),
    ),
    # Pages name themselves on www.cgtn.com, which serves no article.
    *(
        AddressForm(
            hosts=_OTHERS,
            path=path,
            url="https://news.cgtn.com" + canonical,
            others=tuple(f"https://{host}{canonical}" for host in _REGIONAL),
        )
        for path, canonical in _PATHS
    ),
)

_STAMPED = re.compile(r"[A-Z][a-z]+([0-9]{13})", re.ASCII)


def clock_of(native: str) -> datetime | None:
    """The moment in a hexadecimal id of `News` and milliseconds: that of News1573563030850 is
    2019-11-12 20:50 in Beijing. Ids with a running number, `News170692`, tell none."""
    try:
        text = bytes.fromhex(native)[::-1]
        decoded = base64.b64decode(text, validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        return None
    match = _STAMPED.fullmatch(decoded)
    return datetime.fromtimestamp(int(match[1]) // 1000, UTC) if match else None
