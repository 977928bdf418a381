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


class OffsiteMiddleware:
    """Instead of Scrapy's, which lets a request with `dont_filter` go anywhere, redirected ones
    among them. The hosts are those of `allowed_domains` and below."""

    def __init__(self, domains: list[str]) -> None:
        self._domains = domains

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(list(getattr(crawler.spider, "allowed_domains", None) or []))

    def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        if not any(host == domain or host.endswith(f".{domain}") for domain in self._domains):
            raise IgnoreRequest(f"{ANOTHER_SITE}: {host}")
