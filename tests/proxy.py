"""A forward proxy on loopback that answers for the portals, over http and https.

A crawl that has `Proxy.env` in its environment runs unchanged, robots.txt, TLS and all, against
the pages of a `Site`, and an address the site does not know is a 404: nothing leaves the machine.
Certificates are signed by an authority made at start, which `SSL_CERT_FILE` makes OpenSSL trust in
place of its own file (Scrapy verifies only with `DOWNLOAD_VERIFY_CERTIFICATES = True`).

`python -m tests.proxy FOLDER…` serves the pages of fixture folders until it is stopped and prints
the environment to crawl through it by hand.
"""

from __future__ import annotations

import argparse
import gzip
import http
import json
import shlex
import signal
import socket
import socketserver
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.authority import Authority

__all__ = ["Page", "Proxy", "Request", "Site", "running_proxy"]

Headers = Mapping[str, str] | Sequence[tuple[str, str]]

FRAMING = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})
NO_BODY = frozenset({100, 101, 103, 204, 304})
CHUNK = 4096


@dataclass(kw_only=True, frozen=True)
class Request:
    """A request as it arrived; those for a tunnel are in `Proxy.tunnels` instead."""

    method: str
    url: str
    """Absolute, with the scheme it was asked over."""
    headers: tuple[tuple[str, str], ...]
    """In the order and case they came in."""
    body: bytes
    time: float
    """`time.monotonic()` at its arrival."""

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)


@dataclass(kw_only=True)
class Page:
    """An answer. Headers go out as given, in their order and case, and may repeat; only a missing
    `Content-Length`, `Transfer-Encoding` or `Content-Encoding` is added, after them."""

    status: int = 200
    reason: str | None = None
    """`None` for the usual words."""
    headers: Headers = (("Content-Type", "text/html"),)
    body: bytes | str = b""
    gzip: bool = False
    chunked: bool = False
    delay: float = 0.0
    """Seconds to wait before the first byte."""
    truncate: int | None = None
    """Close the connection after so many bytes of the body; the headers promise all of it."""
    reset: bool = False
    """Reset the connection instead of answering."""
    raw: bytes | None = None
    """The whole answer from the status line on, byte for byte, and the end of the connection."""

    def wire(self, method: str = "GET") -> tuple[bytes, bool]:
        """The bytes of the answer, and whether the connection may live on after them."""
        if self.raw is not None:
            return self.raw, False
        body = self.body.encode() if isinstance(self.body, str) else self.body
        headers = list(pairs(self.headers))
        given = {name.lower(): value for name, value in headers}
        if self.gzip:
            body = gzip.compress(body, mtime=0)
            if "content-encoding" not in given:
                headers.append(("Content-Encoding", "gzip"))
        keep = given.get("connection", "").lower() != "close"
        if self.chunked:
            parts = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)] + [b""]
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
            if "transfer-encoding" not in given:
                headers.append(("Transfer-Encoding", "chunked"))
        elif "content-length" in given:
            keep = keep and given["content-length"] == str(len(body))
        elif "transfer-encoding" not in given and self.status not in NO_BODY:
            headers.append(("Content-Length", str(len(body))))
        if self.truncate is not None:
            body, keep = body[: self.truncate], False
        if method == "HEAD" or self.status in NO_BODY:
            body = b""
        lines = [f"HTTP/1.1 {self.status} {phrase(self.status, self.reason)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + body, keep


Answer = Page | list[Page] | Callable[[Request], Page]
"""A page, pages to answer one after the other (the last one from then on), or what decides."""


def pairs(headers: Headers) -> Iterable[tuple[str, str]]:
    return headers.items() if isinstance(headers, Mapping) else headers


def phrase(status: int, reason: str | None) -> str:
    if reason is not None:
        return reason
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def place(url: str) -> str:
    """Host, path and query of an address with or without its scheme; a default port is dropped."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host = parts.netloc.lower()
    if host.endswith((":80", ":443")):
        host = host.rpartition(":")[0]
    return host + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class Site:
    """What is at each address. Keys are addresses with or without a scheme: the page is the same
    over http and https, unless it is a callable that looks at `request.url`."""

    def __init__(self, pages: Mapping[str, Answer] | None = None) -> None:
        self.default: Answer = Page(status=404, body="<h1>404 Not Found</h1>")
        self._pages: dict[str, Answer] = {}
        self._lock = threading.Lock()
        for url, answer in (pages or {}).items():
            self[url] = answer

    @classmethod
    def from_fixtures(cls, *folders: Path | str) -> Site:
        """Every `<case>.json` below the folders and the page beside it, under its `url`. Headers of
        how it was transferred are left out: a fixture holds the body as read."""
        site = cls()
        cases: dict[str, Path] = {}
        for case in sorted(path for folder in folders for path in Path(folder).rglob("*.json")):
            facts = json.loads(case.read_text("utf-8"))
            page = next(
                (p for s in (".html", ".xml", ".txt") if (p := case.with_suffix(s)).exists()), None
            )
            if page is None or "url" not in facts:
                raise ValueError(f"{case} has no page beside it, or no url")
            first = cases.setdefault(place(facts["url"]), case)
            if first is not case:
                raise ValueError(f"{first} and {case} have the same url: {facts['url']}")
            headers = facts.get("headers", {"Content-Type": "text/html"})
            site[facts["url"]] = Page(
                status=facts.get("status") or 200,
                headers=[(n, v) for n, v in pairs(headers) if n.lower() not in FRAMING],
                body=page.read_bytes(),
            )
        return site

    def __setitem__(self, url: str, answer: Answer) -> None:
        with self._lock:
            self._pages[place(url)] = list(answer) if isinstance(answer, list) else answer

    def __getitem__(self, url: str) -> Answer:
        return self._pages[place(url)]

    def __delitem__(self, url: str) -> None:
        with self._lock:
            del self._pages[place(url)]

    def __contains__(self, url: str) -> bool:
        return place(url) in self._pages

    def __len__(self) -> int:
        return len(self._pages)

    def answer(self, request: Request) -> Page:
        with self._lock:
            answer = self._pages.get(place(request.url), self.default)
            if isinstance(answer, list):
                answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer if isinstance(answer, Page) else answer(request)


class Connection(socketserver.BaseRequestHandler):
    """One connection of a client, before and after it became a tunnel."""

    server: Proxy

    def handle(self) -> None:
        self.sock: socket.socket = self.request
        self.tunnel = ""
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while self.serve():
                pass
        except OSError:
            pass  # the client went away, or does not trust the certificate
        finally:
            self.sock.close()
            self.server.replace(self.sock, None)

    def serve(self) -> bool:
        """Answer until the connection ends (false) or becomes a tunnel (true)."""
        with self.sock.makefile("rb") as reader:
            while line := reader.readline().decode("latin-1").strip():
                method, target, version = line.split()
                headers = []
                while field := reader.readline().decode("latin-1").rstrip("\r\n"):
                    name, _, value = field.partition(":")
                    headers.append((name, value.strip()))
                if method == "CONNECT":
                    break
                request = self.read(method, target, headers, reader)
                page = self.server.respond(request)
                if not self.send(page, request, version):
                    return False
            else:
                return False
        self.server.record_tunnel(target)
        self.sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        host, _, port = target.rpartition(":")
        self.tunnel = host if port == "443" else target
        context = self.server.authority.context(host.strip("[]"))
        plain = self.sock
        try:
            self.sock = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        except OSError as error:
            close_what_ssl_left(error)
            raise
        self.server.replace(plain, self.sock)
        self.sock.do_handshake()  # type: ignore[attr-defined]
        return True

    def read(
        self, method: str, target: str, headers: list[tuple[str, str]], reader: Iterable[bytes]
    ) -> Request:
        found = {name.lower(): value for name, value in headers}
        if self.tunnel:
            target = f"https://{self.tunnel}{target}"
        elif target.startswith("/"):
            target = f"http://{found.get('host', '')}{target}"
        body = reader.read(int(found.get("content-length", 0)))  # type: ignore[attr-defined]
        return Request(
            method=method, url=target, headers=tuple(headers), body=body, time=time.monotonic()
        )

    def send(self, page: Page, request: Request, version: str) -> bool:
        """Answer; false where that ends the connection."""
        if self.server.stopping.wait(page.delay):
            return False
        if page.reset:
            linger = struct.pack("ii", 1, 0)  # close at once: the kernel sends a reset
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return False
        answer, keep = page.wire(request.method)
        self.sock.sendall(answer)
        wish = request.header("Connection") or request.header("Proxy-Connection") or ""
        return keep and version == "HTTP/1.1" and wish.lower() != "close"


def close_what_ssl_left(error: OSError) -> None:
    """Closes the socket that `wrap_socket` had made when the client went away: where that is reset
    within a moment of the wrapping, the standard library leaves it open (CPython 3.11 to 3.13)."""
    trace = error.__traceback__
    while trace is not None:
        made = trace.tb_frame.f_locals.get("self")
        if isinstance(made, ssl.SSLSocket):
            made.close()
        trace = trace.tb_next


class Proxy(socketserver.ThreadingTCPServer):
    """The server; `running_proxy` starts and stops it."""

    request_queue_size = 128

    def __init__(self, site: Site, folder: Path, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Connection)
        self.site = site
        self.authority = Authority(folder)
        self.stopping = threading.Event()
        self.errors: list[Exception] = []
        """What callables of the site raised; `running_proxy` raises the first of them."""
        self._requests: list[Request] = []
        self._tunnels: list[str] = []
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="proxy")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def ca_file(self) -> str:
        return str(self.authority.ca_file)

    @property
    def env(self) -> dict[str, str]:
        """What to add to `os.environ` for a crawl through the proxy."""
        return {
            "http_proxy": self.url,
            "https_proxy": self.url,
            "no_proxy": "",
            "SSL_CERT_FILE": self.ca_file,
        }

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in their order."""
        with self._lock:
            return list(self._requests)

    @property
    def urls(self) -> list[str]:
        """Their addresses."""
        return [request.url for request in self.requests]

    @property
    def tunnels(self) -> list[str]:
        """`host:port` of every CONNECT so far."""
        with self._lock:
            return list(self._tunnels)

    def clear(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._requests.clear()
            self._tunnels.clear()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, cut every connection and wait for all threads."""
        self.shutdown()
        self._thread.join()
        self.stopping.set()
        with self._lock:
            for sock in self._sockets:
                with suppress(OSError):
                    # Not SSLSocket's own, which takes the session from under a reading thread.
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
        self.server_close()

    def record_tunnel(self, target: str) -> None:
        with self._lock:
            self._tunnels.append(target)

    def respond(self, request: Request) -> Page:
        with self._lock:
            self._requests.append(request)
        try:
            return self.site.answer(request)
        except Exception as error:  # noqa: BLE001 - raised when the proxy stops
            self.errors.append(error)
            return Page(status=500, body=f"{type(error).__name__}: {error}")

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        with self._lock:
            self._sockets.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def replace(self, old: socket.socket, new: socket.socket | None) -> None:
        """Know a connection by its new socket, so that `stop` can cut it."""
        with self._lock:
            self._sockets.discard(old)
            if new is not None:
                self._sockets.add(new)
                if self.stopping.is_set():
                    socket.socket.shutdown(new, socket.SHUT_RDWR)


@contextmanager
def running_proxy(site: Site | None = None, port: int = 0) -> Iterator[Proxy]:
    """A proxy for the site while the block runs; pages may be added meanwhile."""
    with tempfile.TemporaryDirectory(prefix="proxy-") as folder:
        proxy = Proxy(Site() if site is None else site, Path(folder), port)
        proxy.start()
        try:
            yield proxy
        finally:
            proxy.stop()
    if proxy.errors:
        raise proxy.errors[0]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.proxy", description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="fixtures, searched below it")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any)")
    options = parser.parse_args(arguments)
    site = Site.from_fixtures(*options.folders)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with running_proxy(site, options.port) as proxy:
        for name, value in proxy.env.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"# {len(site)} pages; stop with Ctrl-C", flush=True)
        stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
