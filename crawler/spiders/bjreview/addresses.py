"""Addresses of Beijing Review's articles, of both its systems, on both its domains."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "identified"]

_HOSTS = ("www.bjreview.com", "bjreview.com", "www.bjreview.com.cn", "bjreview.com.cn")
_FOLDERS = r"/(?P<section>(?:[\w.-]+/)+?)"
_TRS = r"\d{6}/t(?P<date>\d{8})_(?P<id>\d{6,12})(?:_(?P<page>\d{1,2}))?\.html"
_OLD = r"(?P<date>\d{4}-\d\d/\d\d)/content_(?P<id>\d{1,9})(?:_(?P<page>\d{1,2}))?\.html?"


def _form(path: str, end: str) -> AddressForm:
    hosts = ("www.bjreview.com", "www.bjreview.com.cn")
    return AddressForm(
        hosts=_HOSTS,
        path=_FOLDERS + path,
        url="https://www.bjreview.com/{section}" + end,
        fetch="https://{host}/{section}" + end,
        others=tuple(f"https://{host}/{{section}}{end}" for host in hosts),
    )


# The month of the first folder is that of the day.
ADDRESSES = (
    _form(_TRS.replace(r"\d{6}/", r"(?P<month>\d{6})/", 1), "{month}/t{date}_{id}.html"),
    _form(_OLD, "{date}/content_{id}.htm"),
)
_TRS_PAGE = re.compile(r"/t\d{8}_\d+_\d+\.html(?:[?#].*)?$")


def identified(url: str) -> Address | None:
    """As `identify`; the second page of the newer system is `…_1.html`."""
    address = identify(url, ADDRESSES)
    if address and _TRS_PAGE.search(url):
        return replace(address, page=address.page + 1)
    return address
