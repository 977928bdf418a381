"""No request leaves the portal's hosts, whatever a page or a redirect says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from crawler.urls import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["ANOTHER_SITE", "OffsiteMiddleware"]

ANOTHER_SITE = "another site"
"""How the reason begins for which a request is ignored."""
_PORTS = {"http": "80", "https": "443"}


class OffsiteMiddleware:
    """Instead of Scrapy's, which lets a request with `dont_filter` go anywhere, redirected ones
    among them. The hosts are those of `allowed_domains` and below, on their usual ports, and none
    is shown a user's name or password."""

    def __init__(self, domains: list[str]) -> None:
        self._domains = domains

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(list(getattr(crawler.spider, "allowed_domains", None) or []))

    def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        if not any(host == domain or host.endswith(f".{domain}") for domain in self._domains):
            raise IgnoreRequest(f"{ANOTHER_SITE}: {host}")
        scheme, _, place = request.url.partition("://")
        place = place.partition("/")[0].partition("?")[0].partition("#")[0]
        if "@" in place:
            raise IgnoreRequest(f"{ANOTHER_SITE}: {host} with a user's name")
        if place.lower() not in (host, f"{host}:{_PORTS.get(scheme, '')}"):
            # Another port is another server's, whatever the host.
            raise IgnoreRequest(f"{ANOTHER_SITE}: {place}")
