"""Addresses of CCTV English: an id with the kind in its first four letters."""

from __future__ import annotations

import re

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "identified", "kind_of"]

_PATH = r"/(?P<date>\d{4}/\d\d/\d\d)/(?P<id>(?:ARTI|VIDE|PHOA)[A-Za-z0-9]{13,32})\.shtml"
ADDRESSES = (
    AddressForm(
        hosts=("english.cctv.com",),
        path=_PATH,
        url="https://english.cctv.com/{date}/{id}.shtml",
    ),
    # Its host until 2016; whether what was there is on the newer one is not known.
    AddressForm(
        hosts=("english.cntv.cn",),
        path=_PATH,
        url="https://english.cctv.com/{date}/{id}.shtml",
        fetch="http://{host}/{date}/{id}.shtml",
        others=("https://english.cctv.com/{date}/{id}.shtml",),
    ),
)

_KINDS = {"ARTI": "article", "VIDE": "video", "PHOA": "photo"}
_KIND = re.compile(r"/(ARTI|VIDE|PHOA)[A-Za-z0-9]+\.shtml")


def kind_of(url: str) -> str | None:
    """Kind of what an address names, as its id says."""
    match = _KIND.search(url)
    return _KINDS[match[1]] if match else None


def identified(url: str) -> Address | None:
    """The article that `url` names."""
    return identify(url, ADDRESSES)
