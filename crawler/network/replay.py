"""A download handler that answers from recorded pages instead of the network.

Middlewares, signals, spiders and pipelines run as in production. A recorded page is a pair
`<case>.html` (or `.xml`, `.txt`) and `<case>.json` with `url`, `headers` and, where it is not
200, `status`; the scheme of an address does not matter. An address that is not recorded is 404.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["Recorded", "ReplayHandler", "load"]

_SUFFIXES = (".html", ".xml", ".txt", ".bin")


class Recorded:
    """A recorded page; its bytes are read when they are asked for."""

    def __init__(self, path: Path, facts: dict[str, object]) -> None:
        self.path = path
        self.url = str(facts["url"])
        self.status = int(str(facts.get("status", 200)))
        headers = facts.get("headers")
        self.headers = dict(headers) if isinstance(headers, dict) else {}

    def response(self, url: str) -> Response:
        """The page as the answer to a request for `url`."""
        body = self.path.read_bytes()
        headers = Headers(self.headers)
        kind = responsetypes.from_args(headers=headers, url=url, body=body)
        return kind(url, status=self.status, headers=headers, body=body)


def load(folder: Path) -> dict[str, Recorded]:
    """The recorded pages in `folder` and below, by address without scheme. Raises `OSError`,
    and `ValueError` naming the file for a pair that is not whole."""
    found = {}
    for facts_path in sorted(folder.glob("**/*.json")):
        pages = [facts_path.with_suffix(suffix) for suffix in _SUFFIXES]
        page = next((path for path in pages if path.exists()), None)
        if page is None:
            raise ValueError(f"{facts_path}: no page beside it")
        recorded = Recorded(page, json.loads(facts_path.read_text(encoding="utf-8")))
        found[_key(recorded.url)] = recorded
    if not found:
        raise ValueError(f"{folder}: no recorded pages")
    return found


def _key(url: str) -> str:
    return url.partition("#")[0].split("://", 1)[-1]


class ReplayHandler(BaseDownloadHandler):
    """Answers from the pages in `REPLAY_DIR`."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pages = load(Path(crawler.settings["REPLAY_DIR"]))

    async def download_request(self, request: Request) -> Response:
        if recorded := self._pages.get(_key(request.url)):
            return recorded.response(request.url)
        return Response(request.url, status=404, headers={"Content-Type": "text/plain"})
