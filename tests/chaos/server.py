"""The site of `tests.chaos.site` as a forward proxy in a process of its own, which counts.

The killed clients cannot lose what is counted here. `GET /counts` on the server itself gives, by
address, how often each page was asked for since the start; `GET /quit` ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from tests.authority import Authority
from tests.bench.server import Keeper, Store
from tests.chaos.site import Page, Site

__all__ = ["Server", "running_server"]

ROOT = Path(__file__).parents[2]


class Pages:
    """What `tests.bench.server.Keeper` asks of its store."""

    def __init__(self, articles: int, folder: Path) -> None:
        self.authority = Authority(folder)
        self.stopped = asyncio.Event()
        self.counts: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self._pages = Site(articles).pages
        self._missing = Page("missing", b"<h1>404 Not Found</h1>", status="404 Not Found")

    def respond(self, target: bytes) -> bytes:
        url = target.decode("latin-1")
        self.asked[url] += 1
        return self._pages.get(url, self._missing).wire

    def control(self, target: bytes) -> bytes:
        if target == b"/quit":
            self.stopped.set()
        return Page("counts", json.dumps(self.asked).encode()).wire


class Server:
    """The running server, as seen by who started it."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        proxy = f"http://127.0.0.1:{port}"
        self.env = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
        self.env["SSL_CERT_FILE"] = str(folder / "ca.pem")

    def get(self, target: str = "/counts") -> Counter[str]:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            client.request("GET", target)
            return Counter(json.loads(client.getresponse().read()))
        finally:
            client.close()


@contextmanager
def running_server(articles: int, folder: Path) -> Iterator[Server]:
    """The server while the block runs; its certificates are in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.chaos.server", str(articles), str(folder)]
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        server = Server(int(process.stdout.readline()), folder)
        try:
            yield server
        finally:
            server.get("/quit")


async def serve(articles: int, folder: Path) -> None:
    pages = Pages(articles, folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: Keeper(cast(Store, pages)), "127.0.0.1", 0, backlog=256
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await pages.stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.server", description=__doc__)
    parser.add_argument("articles", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    asyncio.run(serve(options.articles, options.folder))


if __name__ == "__main__":
    main()
