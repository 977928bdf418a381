"""Why a request came to nothing, in words that stay the same, and whose fault it was."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DownloadCancelledError, IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.network.compression import TOO_LARGE, BodyError
from crawler.network.offsite import ANOTHER_SITE
from crawler.network.robots import FORBIDDEN, UNREACHABLE
from crawler.network.throttle import LEFT_ALONE, REFUSED
from crawler.network.wire import ENDED

__all__ = ["is_of_the_host", "is_of_the_run", "reason_of", "stop_if_unreachable"]

_HOST = (UNREACHABLE, LEFT_ALONE, REFUSED)
_SAID = (*_HOST, ENDED, FORBIDDEN, ANOTHER_SITE, "max redirections reached")
"""What a request is ignored for, of all that is said."""


def reason_of(failure: Failure) -> str:
    """The status of an answer, or the name of what went wrong before there was one."""
    error = failure.value
    if isinstance(error, HttpError):
        return str(error.response.status)
    if isinstance(error, IgnoreRequest):
        said = str(error)
        return said if said.startswith(_SAID) else "ignored by Scrapy"
    if isinstance(error, DownloadCancelledError):
        # Scrapy cancels for this reason only (2.19).
        return TOO_LARGE
    if isinstance(error, BodyError):
        return str(error)
    return type(error).__name__


def is_of_the_host(reason: str) -> bool:
    """Whether the host is to blame, and not the link: it stays pending."""
    return reason.startswith(_HOST)


def is_of_the_run(reason: str) -> bool:
    """Whether the run had ended before: it is as if the request had not been made."""
    return reason == ENDED


def stop_if_unreachable(crawler: Crawler, reason: str) -> None:
    """Ends the run if a request has failed for good and nothing ever arrived. What a file of a
    killed run has answered (`crawler.salvage`) did not arrive."""
    assert crawler.stats is not None
    answered = crawler.stats.get_value("downloader/response_count", 0)
    if answered <= crawler.stats.get_value("salvage/pages", 0):
        crawler.stats.set_value("unreachable", reason)
        raise CloseSpider("unreachable")
