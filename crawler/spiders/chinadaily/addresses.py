"""Addresses of China Daily articles: two forms, on all hosts of the site."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.urls import Address, AddressForm, identify

__all__ = ["ADDRESSES", "CHINESE", "CHINESE_HOSTS", "KINDS", "clock_of", "identified"]

CHINESE = "cn"
"""The section that articles on hosts of the Chinese edition are put in."""
# In the navigation of the Chinese edition (page of 2023-11-17); its own pages name themselves on
# china. and cn. there. language. and caijing. are in it, too: those are told by their layout.
CHINESE_HOSTS = tuple(
    f"{name}.chinadaily.com.cn"
    for name in ("cn", "china", "world", "fashion", "kan", "column", "cartoon", "pic")
)

KINDS = {"photo": "photo", "video": "video"}
"""Kind of what stands in a folder; `article` in all others."""

_HOSTS = ("chinadaily.com.cn", ".chinadaily.com.cn")
_PAGE = r"(?:_(?P<page>\d{1,3}))?"
_STORY = rf"/a/(?P<date>\d{{6}}/\d\d)/(?P<id>WS[0-9a-f]{{24}}){_PAGE}\.html"
_CONTENT = (
    r"/(?P<section>(?:[\w.-]+/)*)(?P<date>\d{4}-\d\d/\d\d)/"
    rf"content_(?P<id>\d{{5,9}}){_PAGE}\.html?"
)

ADDRESSES = (
    # The Chinese edition is on hosts of its own: what it has is not on www.
    AddressForm(
        hosts=CHINESE_HOSTS,
        path=_STORY,
        url="https://{host}/a/{date}/{id}.html",
    ),
    AddressForm(
        hosts=CHINESE_HOSTS,
        path=_CONTENT,
        url="https://{host}/{section}{date}/content_{id}.htm",
    ),
    AddressForm(
        hosts=_HOSTS,
        path=_STORY,
        url="https://www.chinadaily.com.cn/a/{date}/{id}.html",
        fetch="https://{host}/a/{date}/{id}.html",
        others=("https://www.chinadaily.com.cn/a/{date}/{id}.html",),
    ),
    AddressForm(
        hosts=_HOSTS,
        path=_CONTENT,
        url="https://www.chinadaily.com.cn/{section}{date}/content_{id}.htm",
        fetch="https://{host}/{section}{date}/content_{id}.htm",
        others=("https://www.chinadaily.com.cn/{section}{date}/content_{id}.htm",),
    ),
)


def clock_of(native: str) -> datetime | None:
    """When an article was made, by the first eight digits of a `WS` id: seconds since 1970."""
    if not native.startswith("WS"):
        return None
    return datetime.fromtimestamp(int(native[2:10], 16), UTC)


def identified(url: str) -> Address | None:
    """The article that `url` names."""
    return identify(url, ADDRESSES)
