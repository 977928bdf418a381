"""Addresses of articles of China.org.cn: host, scheme and page number do not matter."""

from __future__ import annotations

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "identified"]

_HOSTS = ("www.china.org.cn", "china.org.cn")
_FOLDERS = r"(?P<section>(?:[\w.-]+/)*)"
ADDRESSES = (
    AddressForm(
        hosts=_HOSTS,
        path=rf"/{_FOLDERS}(?P<date>\d{{4}}-\d\d/\d\d)/content_(?P<id>\d{{7,10}})"
        r"(?:_(?P<page>\d{1,3}))?\.(?P<end>s?html?)",
        url="https://www.china.org.cn/{section}{date}/content_{id}.{end}",
    ),
    AddressForm(
        hosts=_HOSTS,
        path=rf"/english/{_FOLDERS}(?P<id>\d{{1,6}})\.html?",
        url="https://www.china.org.cn/english/{section}{id}.htm",
    ),
)


def identified(url: str) -> Address | None:
    """The article that `url` names."""
    return identify(url, ADDRESSES)
