"""The queue of requests: no host takes another's place in the downloader.

The downloader holds `CONCURRENT_REQUESTS` requests at most, those that wait for their host's delay
or its robots.txt among them: one host that rests would soon hold them all. Here no more requests of
a host leave the queue than are sent at once, and one that waits to be next. What waits is also
still in the order of its priority.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface

__all__ = ["HostQueue"]


class _Room(DownloaderInterface):
    """Knows of the hosts only those that have room in the downloader."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._most = self.downloader.domain_concurrency + 1

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        held = Counter(map(self.downloader.get_slot_key, self.downloader.active))
        return [(held[slot], slot) for slot in possible_slots if held[slot] < self._most]


class HostQueue(DownloaderAwarePriorityQueue):
    """Scrapy's, but for the hosts that have no room: `pop` gives `None` while there is no other."""

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = _Room(crawler)

    def push(self, request: Request) -> None:
        # A redirected request still names the slot of the host that it was redirected from.
        request.meta.pop("download_slot", None)
        super().push(request)
