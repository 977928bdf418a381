"""Addresses of Xinhua's English articles, from 2003 to today."""

from __future__ import annotations

from crawler.urls import AddressForm

__all__ = ["ADDRESSES", "KINDS"]

_SECTION = r"(?P<section>(?:[\w-]+/)*)"
_HEX = r"(?P<id>[0-9A-Fa-f]{32})/c(?:_(?P<page>\d{1,3}))?\.html"
_ENGLISH = r"/(?P<root>english(?:2010)?)/" + _SECTION + r"(?P<date>\d{4}-\d\d/\d\d)/"
_OLD_HOSTS = (
    "xinhuanet.com",
    "www.xinhuanet.com",
    "news.xinhuanet.com",
    "news.cn",
    "www.news.cn",
    "www.chinaview.cn",
)

KINDS = {"photo": "photo", "photos": "photo", "video": "video", "videos": "video"}
"""Kind of what stands in a folder; `article` in all others."""

_OLD = "{root}/{section}{date}"
# Addresses of July to October 2026 name the old host again: chinaview.cn/20260827/<32 hex>/c.html.
_NEW_HOSTS = ("english.news.cn", "www.chinaview.cn", "chinaview.cn")
_NEW = "{section}{date}/{id}/c.html"
_MOVED = "{section}20211015/{id}/c.html"
ADDRESSES = (
    # Moved here from the older systems: the day in the address is that of the move. Of 951 items
    # of the North America list, 407 of 2020-10 to 2021-12-22 have it, with their ids in capitals.
    AddressForm(
        hosts=_NEW_HOSTS,
        path=f"/{_SECTION}20211015/{_HEX}",
        url=f"https://english.news.cn/{_MOVED}",
        fetch=f"https://{{host}}/{_MOVED}",
        others=(f"https://english.news.cn/{_MOVED}",),
        folded=True,
    ),
    AddressForm(
        hosts=_NEW_HOSTS,
        path=rf"/{_SECTION}(?P<date>\d{{8}})/{_HEX}",
        url=f"https://english.news.cn/{_NEW}",
        fetch=f"https://{{host}}/{_NEW}",
        others=(f"https://english.news.cn/{_NEW}",),
        folded=True,
    ),
    AddressForm(
        hosts=("news.cn", "www.news.cn", "www.xinhuanet.com"),
        path=rf"/(?P<root>english)/{_SECTION}(?P<date>\d{{8}})/{_HEX}",
        url="https://www.news.cn/{root}/{section}{date}/{id}/c.html",
        fetch="https://{host}/{root}/{section}{date}/{id}/c.html",
        folded=True,
    ),
    # One article is at these hosts by turns: the directory moved from `news.` to `www.` in 2017
    # and to news.cn in 2021; the one on xinhuanet.com answered 403 on 2026-10-03.
    AddressForm(
        hosts=_OLD_HOSTS,
        path=_ENGLISH + r"c_(?P<id>\d{7,12})(?:_(?P<page>\d{1,3}))?\.htm",
        native="c_{id}",
        url=f"https://www.xinhuanet.com/{_OLD}/c_{{id}}.htm",
        fetch=f"https://{{host}}/{_OLD}/c_{{id}}.htm",
        others=(
            f"https://www.news.cn/{_OLD}/c_{{id}}.htm",
            f"https://www.xinhuanet.com/{_OLD}/c_{{id}}.htm",
            f"http://news.xinhuanet.com/{_OLD}/c_{{id}}.htm",
        ),
    ),
    AddressForm(
        hosts=_OLD_HOSTS,
        path=_ENGLISH + r"content_(?P<id>\d{5,9})(?:_(?P<page>\d{1,3}))?\.htm",
        native="content_{id}",
        url=f"https://news.xinhuanet.com/{_OLD}/content_{{id}}.htm",
        fetch=f"https://{{host}}/{_OLD}/content_{{id}}.htm",
        others=(
            f"http://news.xinhuanet.com/{_OLD}/content_{{id}}.htm",
            f"https://www.xinhuanet.com/{_OLD}/content_{{id}}.htm",
        ),
    ),
)
"""Article pages; the two series of numbers and the hexadecimal ids are told apart in the id."""
