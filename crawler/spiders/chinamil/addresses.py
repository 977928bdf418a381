"""Addresses of China Military Online: a number, under whatever folders and host."""

from __future__ import annotations

import re

from crawler.urls import AddressForm

__all__ = ["ADDRESSES", "HOME", "HOST", "kind_of"]

HOST = "eng.chinamil.com.cn"
HOME = f"http://{HOST}"
# english.chinamil.com.cn shows the same pages (seen 2017 and 2018); english.pladaily.com.cn does,
# too (/view/2019-07/16/content_9559469.htm, /view/2022-12/31/content_10210953.htm).
_HOSTS = (HOST, "english.chinamil.com.cn", "english.pladaily.com.cn")
_PAGE = r"(?:_(?P<page>\d{1,3}))?"

ADDRESSES = (
    AddressForm(
        hosts=_HOSTS,
        path=rf"/(?P<section>(?:[\w-]+/)+)(?P<id>\d{{7,9}}){_PAGE}\.html",
        url=HOME + "/{section}{id}.html",
    ),
    AddressForm(
        hosts=_HOSTS,
        path=r"/(?P<section>(?:[\w-]+/)*)(?P<date>\d{4}-\d\d/\d\d)/content_(?P<id>\d{5,9})"
        rf"{_PAGE}\.htm",
        url=HOME + "/{section}{date}/content_{id}.htm",
    ),
)

_VIDEO = re.compile(r"/Videos?(?:_\d+)?/|/M_\d+/V_\d+/", re.IGNORECASE)
_PHOTO = re.compile(
    r"/(?:Photos?|photo-\w+|Galler(?:y|ies))(?:_\d+)?/|/M_\d+/P_\d+/", re.IGNORECASE
)


def kind_of(url: str) -> str | None:
    """Kind of what stands in the folders of `url`, where one says it: `/MEDIA/Videos/` (2023),
    `/2025xb/M_251449/V_251467/` (its initials, 2025), `/news-channels/photo-reports/` (2016)."""
    if _VIDEO.search(url):
        return "video"
    return "photo" if _PHOTO.search(url) else None
