"""The portals of the project: the spiders that Scrapy's loader finds and that are portals."""

from __future__ import annotations

from scrapy.spiderloader import SpiderLoaderProtocol

from crawler.portal import PortalSpider

__all__ = ["portals_of"]


def portals_of(loader: SpiderLoaderProtocol) -> dict[str, type[PortalSpider]]:
    """The portals that `loader` knows, by name."""
    spiders = {name: loader.load(name) for name in sorted(loader.list())}
    return {name: spider for name, spider in spiders.items() if issubclass(spider, PortalSpider)}
