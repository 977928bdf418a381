"""Which sections of a portal its recorded pages hold, for the demo and the end-to-end tests."""

from __future__ import annotations

from crawler.network.replay import load
from crawler.portal import PortalSpider
from tests.pages import FIXTURES
from tests.proxy import place

__all__ = ["recorded_sections"]


def recorded_sections(spider: type[PortalSpider]) -> list[str]:
    """The sections of which a first listing page is recorded."""
    recorded = {place(page.url) for page in load(FIXTURES / spider.name).values()}
    portal = spider()
    return [
        name
        for name, section in spider.sections.items()
        if any(
            place(address) in recorded
            for path in section.paths
            for address in portal.listing_addresses(path, 1)
        )
    ]
