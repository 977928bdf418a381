"""Addresses of the articles of People's Daily Online: the last number is the id, on all hosts."""

from __future__ import annotations

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "KINDS", "LISTING_DATES", "identified"]

_HOSTS = (
    "en.people.cn",
    "english.people.com.cn",
    "english.peopledaily.com.cn",
    "en.people.com.cn",
    "english.people.cn",
)
# 9716018 is the page "About", which every page links to (rhetoric-corpus, October 2026).
_ID = r"(?P<id>(?!9716018(?!\d))\d{6,9})"
_PAGE = r"(?:-(?P<page>\d{1,3}))?"


def _form(path: str, canonical: str) -> AddressForm:
    """Old addresses answer on the new host (/90882/7560758.html); if one does not, the host that
    was named is asked."""
    return AddressForm(
        hosts=_HOSTS,
        path=path,
        url="https://en.people.cn" + canonical,
        others=("http://{host}" + canonical,),
    )


ADDRESSES = (
    _form(
        r"/(?P<system>n\d?)/(?P<date>\d{4}/\d{4})/c(?P<section>\d+)-" + _ID + _PAGE + r"\.html?",
        "/{system}/{date}/c{section}-{id}.html",
    ),
    _form(
        r"/(?!review/)(?P<section>(?:\d{5,6}|[a-z]{2,20})/(?:\d{5,6}/){0,3})"
        + _ID
        + _PAGE
        + r"\.html?",
        "/{section}{id}.html",
    ),
    _form(
        r"/(?P<folder>(?:english/)?)(?P<date>\d{6}/\d\d)/eng(?P<stamp>\d{8})_(?P<id>\d{4,9})"
        + _PAGE
        + r"\.(?P<end>s?html?)",
        "/{folder}{date}/eng{stamp}_{id}.{end}",
    ),
)

KINDS = {"90783": "photo"}
"""Kind of what stands in a node: 90783 is `Photos` in the navigation of December 2007."""

LISTING_DATES = ("%Y-%m-%d %H:%M", "%H:%M, %b %d, %Y")
"""Dates beside the links of lists (2023) and of the archive of 1 May 2004."""


def identified(url: str) -> Address | None:
    """The article that `url` names."""
    return identify(url, ADDRESSES)
