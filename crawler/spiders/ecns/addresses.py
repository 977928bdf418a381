"""Addresses of ECNS articles: section path, host, `/m/` and page number do not matter."""

from __future__ import annotations

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "KINDS", "identified"]

_HOSTS = ("www.ecns.cn", "ecns.cn")
_PREFIX = r"/(?:m/)?(?P<section>(?:[\w-]+/)*)"

KINDS = {"hd": "photo", "photo": "photo", "visual": "photo", "video": "video"}
"""Kind of what stands in a folder; `article` in all others."""

ADDRESSES = (
    AddressForm(
        hosts=_HOSTS,
        path=_PREFIX
        + r"(?P<date>\d{4}-\d\d-\d\d)/detail-(?P<id>i[a-z]+\d+)(?:-p(?P<page>\d{1,3}))?\.shtml",
        url="https://www.ecns.cn/{section}{date}/detail-{id}.shtml",
    ),
    AddressForm(
        hosts=_HOSTS,
        path=_PREFIX + r"(?P<date>\d{4}/\d\d-\d\d)/(?P<id>\d{1,7})(?:-p(?P<page>\d{1,3}))?\.shtml",
        url="https://www.ecns.cn/{section}{date}/{id}.shtml",
    ),
    # The mobile page that desktop pages name since 2026, id without its `i`; no section, no day.
    AddressForm(
        hosts=("m.chinanews.com",),
        path=r"/wap/detail/ecnszw/(?P<id>[a-z]+\d+)\.shtml",
        native="i{id}",
        url="https://m.chinanews.com/wap/detail/ecnszw/{id}.shtml",
        fetchable=False,
    ),
)


def identified(url: str) -> Address | None:
    """The article that `url` names."""
    return identify(url, ADDRESSES)
