"""Bare Scrapy, run by `scrapy runspider`: fetches the addresses of a file and does nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response


class BareSpider(Spider):
    name = "bare"
    urls = ""
    """`-a urls=FILE`: one address a line."""

    async def start(self) -> AsyncIterator[Request]:
        for url in Path(self.urls).read_text("utf-8").split():
            yield Request(url)

    def parse(self, response: Response) -> None:
        pass
