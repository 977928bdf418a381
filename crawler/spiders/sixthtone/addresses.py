"""Addresses of Sixth Tone."""

from __future__ import annotations

from crawler.urls import AddressForm

__all__ = ["ADDRESSES", "API", "HOME"]

HOME = "https://www.sixthtone.com"
API = "https://api.sixthtone.com"
_HOSTS = ("www.sixthtone.com", "sixthtone.com")
ADDRESSES = (
    AddressForm(hosts=_HOSTS, path=r"/news/(?P<id>\d{7})(?:/.*)?", url=f"{HOME}/news/{{id}}"),
    AddressForm(
        hosts=_HOSTS,
        path=r"/ht_news/(?P<id>\d{7})(?P<slug>/.*)?",
        url=f"{HOME}/news/{{id}}",
        fetch=f"{HOME}/ht_news/{{id}}{{slug}}",
        others=(f"{HOME}/news/{{id}}",),
    ),
)
