"""The site of the bench as a forward proxy, http and https: its answers are made before the first.

It counts what it served, in its own process, so that both sides of a comparison are measured with
one rule: `GET /counts` on the server itself gives the counts as JSON and starts them afresh,
`GET /quit` ends it. Certificates are signed by the `ca.pem` it leaves in `--folder`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import time
from pathlib import Path

from tests.authority import Authority
from tests.bench.site import ROBOTS, articles, listings

__all__ = ["main"]

KINDS = ("articles", "listings", "robots", "missing", "tunnels")
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


def answer(body: bytes, status: str = "200 OK", kind: str = "text/html") -> bytes:
    head = f"HTTP/1.1 {status}\r\nServer: nginx\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Store:
    """Answers by address without scheme, and the counts since they were last asked for."""

    def __init__(self, pages: int, folder: Path) -> None:
        self.authority = Authority(folder)
        self.answers: dict[bytes, tuple[str, bytes]] = {
            url.encode().partition(b"://")[2]: (kind, answer(body))
            for kind, made in (("articles", articles(pages)), ("listings", listings(pages)))
            for url, body in made
        }
        self.answers[b"www.ecns.cn/robots.txt"] = "robots", answer(ROBOTS, kind="text/plain")
        self.missing = "missing", answer(b"<h1>404 Not Found</h1>", "404 Not Found")
        self.stopped = asyncio.Event()
        self.start()

    def start(self) -> None:
        self.counts = dict.fromkeys(KINDS, 0)
        self.seen: dict[bytes, None] = {}
        self.first = self.last = 0.0

    def respond(self, url: bytes) -> bytes:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        kind, data = self.answers.get(url.partition(b"://")[2], self.missing)
        self.counts[kind] += 1
        if kind == "articles":
            self.seen[url] = None
        return data

    def control(self, target: bytes) -> bytes:
        if target == b"/quit":
            self.stopped.set()
        seen = [url.decode() for url in self.seen]
        counts = {**self.counts, "seen": seen, "seconds": self.last - self.first}
        self.start()
        return answer(json.dumps(counts).encode(), kind="application/json")


class Keeper(asyncio.Protocol):
    """One connection, kept alive; requests have no body."""

    def __init__(self, store: Store, origin: bytes = b"") -> None:
        self.store = store
        self.origin = origin
        """Scheme and host, inside a tunnel."""
        self.transport: asyncio.Transport | None = None
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        # A tunnel may bring its first request before its transport is known.
        while self.transport and (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            method, _, rest = self.buffer[:end].partition(b" ")
            target = rest.partition(b" ")[0]
            self.buffer = self.buffer[end + 4 :]
            if method == b"CONNECT":
                self.transport.pause_reading()
                self.transport.write(ESTABLISHED)
                self.upgrade = asyncio.ensure_future(self.tunnel(target.partition(b":")[0]))
            elif self.origin:
                self.transport.write(self.store.respond(self.origin + target))
            elif target.startswith(b"/"):
                self.transport.write(self.store.control(target))
            else:
                self.transport.write(self.store.respond(target))

    async def tunnel(self, host: bytes) -> None:
        assert self.transport is not None
        self.store.counts["tunnels"] += 1
        inner = Keeper(self.store, b"https://" + host)
        context = self.store.authority.context(host.decode())
        try:
            inner.transport = await asyncio.get_running_loop().start_tls(
                self.transport, inner, context, server_side=True
            )
        except OSError:
            return  # the client does not trust the certificate
        inner.data_received(b"")


async def serve(pages: int, folder: Path) -> None:
    store = Store(pages, folder)
    gc.freeze()
    server = await asyncio.get_running_loop().create_server(
        lambda: Keeper(store), "127.0.0.1", 0, backlog=256
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await store.stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(serve(options.pages, options.folder))


if __name__ == "__main__":
    main()
