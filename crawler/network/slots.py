"""The downloader's slots, one a host: how long a host rests, and what waits there.

Scrapy sends the next request of a slot once `delay` seconds have passed since `lastseen`, looks at
`lastseen` only where there is a delay, and forgets a slot that was idle for a minute (2.19).
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from scrapy.core.downloader import Downloader, Slot
from twisted.python.failure import Failure

__all__ = ["drop_waiting", "hold", "rest_of", "sent_last", "waits_for_its_delay"]


def hold(downloader: Downloader, key: str, delay: float, until: float) -> None:
    """Lets `delay` seconds at least pass between two requests to the host `key`, and none be sent
    before `until` (of `time.monotonic`)."""
    known = downloader.per_slot_settings.get(key, {})
    delay = max(delay, float(known.get("delay", 0.0)))
    downloader.per_slot_settings[key] = known | {"delay": delay, "jitter": 0.0}
    slot = downloader.slots.get(key)
    if slot is not None:
        slot.delay = max(slot.delay, delay)
        slot.jitter = 0.0
        slot.lastseen = max(slot.lastseen, until - slot.delay)


def rest_of(slot: Slot) -> float:
    """Seconds for which nothing will be sent from a slot."""
    return slot.lastseen + slot.delay - monotonic() if slot.delay else 0.0


def waits_for_its_delay(slot: Slot) -> bool:
    """Whether a slot holds requests that will be sent by themselves."""
    return bool(slot.queue and slot.latercall)


def sent_last(slot: Slot, now: float) -> float:
    """When the last request of a slot was sent; 0 if its host rests, which hides it."""
    return slot.lastseen if slot.lastseen <= now else 0.0


def drop_waiting(slot: Slot, error: Callable[[], Exception]) -> None:
    """Lets the requests that wait in a slot fail; those that are under way go on."""
    while slot.queue:
        _, waiting = slot.queue.popleft()
        waiting.errback(Failure(error()))  # type: ignore[no-untyped-call]
