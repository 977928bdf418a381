"""Addresses of SHINE, and what is known of those of Shanghai Daily."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "identified"]

ADDRESSES = (
    AddressForm(
        hosts=("www.shine.cn", "shine.cn"),
        path=r"/(?P<section>(?:[a-z][\w-]*/)+)(?P<id>\d{10})/?",
        url="https://www.shine.cn/{section}{id}/",
    ),
    AddressForm(
        hosts=("www.shanghaidaily.com", "shanghaidaily.com"),
        path=r"/(?P<section>(?:[\w-]+/)+)(?P<id>[^/]*[A-Za-z][^/]*)/shdaily\.shtml",
        url="http://www.shanghaidaily.com/{section}{id}/shdaily.shtml",
        fetchable=False,
    ),
)


def identified(url: str) -> Address | None:
    """As `identify`, with the day that the number tells."""
    address = identify(url, ADDRESSES)
    if address is None or not address.fetchable:
        return address
    year, month, day = (int(address.native[at : at + 2]) for at in (0, 2, 4))
    try:
        return replace(address, day=date(2000 + year, month, day))
    except ValueError:
        return address
