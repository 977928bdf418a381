"""Addresses of articles of english.www.gov.cn: host, scheme and page number do not matter."""

from __future__ import annotations

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "identified"]

_HOSTS = ("english.www.gov.cn", "english.gov.cn")
_FOLDERS = r"/(?P<section>(?:[\w.-]+/)*)"
ADDRESSES = (
    AddressForm(
        hosts=_HOSTS,
        path=_FOLDERS + r"(?P<date>\d{6}/\d\d)/content_(?P<id>WS[0-9a-f]{24})"
        r"(?:_(?P<page>\d{1,3}))?\.html?",
        url="https://english.www.gov.cn/{section}{date}/content_{id}.html",
    ),
    AddressForm(
        hosts=_HOSTS,
        path=_FOLDERS + r"(?P<date>\d{4}/\d\d/\d\d)/content_(?P<id>\d{6,18})"
        r"(?:_(?P<page>\d{1,3}))?\.html?",
        url="https://english.www.gov.cn/{section}{date}/content_{id}.htm",
        fetchable=False,
    ),
)


def identified(url: str) -> Address | None:
    """The article that `url` names."""
    return identify(url, ADDRESSES)
