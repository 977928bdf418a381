"""The proxy that stands in for the portals keeps what it promises to the other tests."""

from __future__ import annotations

import gc
import gzip
import http.client
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proxy import Page, Proxy, Request, Site, running_proxy

ROOT = Path(__file__).parents[1]
HERE = "http://www.ecns.cn/"

SPIDER = """
import scrapy

class Two(scrapy.Spider):
    name = "two"
    custom_settings = {"DOWNLOAD_VERIFY_CERTIFICATES": True, "RETRY_ENABLED": False}

    async def start(self):
        for url in ("http://www.ecns.cn/a", "https://www.ecns.cn/a"):
            yield scrapy.Request(url, errback=self.failed)

    def parse(self, response):
        yield {"url": response.url, "text": response.text}

    def failed(self, failure):
        yield {"url": failure.request.url, "text": repr(failure.value)}
"""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with running_proxy(Site({"www.ecns.cn/a": Page(body="é")})) as running:
        yield running


def plain(proxy: Proxy) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", proxy.server_address[1], timeout=10)


def tunnel(proxy: Proxy, ca_file: str, host: str = "www.ecns.cn") -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=ca_file)
    client = http.client.HTTPSConnection(*proxy.server_address, context=context, timeout=10)
    client.set_tunnel(host, 443)
    return client


def get(proxy: Proxy, url: str, method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
    client = plain(proxy)
    try:
        client.request(method, url)
        response = client.getresponse()
        return response, response.read()
    finally:
        client.close()


def crawl(spider: Path, env: dict[str, str]) -> dict[str, str]:
    """What a plain Scrapy spider got at each address."""
    out = spider.with_suffix(".jsonl")
    command = [sys.executable, "-m", "scrapy", "runspider", spider.name, "-O", out.name]
    subprocess.run(
        [*command, "-s", "LOG_LEVEL=ERROR"],
        cwd=spider.parent,
        env={**os.environ, **env},
        check=True,
        timeout=60,
    )
    lines = out.read_text().splitlines()
    return {item["url"]: item["text"] for item in map(json.loads, lines)}


def test_http_keeps_the_connection_and_records_requests(proxy: Proxy) -> None:
    client = plain(proxy)
    for path in ("a", "b?page=2"):
        client.request("GET", HERE + path, headers={"X-Path": path})
        response = client.getresponse()
        assert response.read() == ("é".encode() if path == "a" else b"<h1>404 Not Found</h1>")
    client.close()
    first, second = proxy.requests
    assert (first.method, first.url, first.header("x-path")) == ("GET", HERE + "a", "a")
    assert second.url == HERE + "b?page=2"
    assert ("X-Path", "b?page=2") in second.headers
    assert first.time <= second.time <= time.monotonic()
    proxy.clear()
    assert proxy.requests == []


def test_https_verifies_against_the_authority(proxy: Proxy) -> None:
    client = tunnel(proxy, proxy.ca_file)
    for _ in range(2):
        client.request("GET", "/a")
        assert client.getresponse().read() == "é".encode()
    client.close()
    assert proxy.tunnels == ["www.ecns.cn:443"]
    assert proxy.urls == ["https://www.ecns.cn/a"] * 2


def test_another_authority_is_not_trusted(proxy: Proxy) -> None:
    with running_proxy() as stranger:
        client = tunnel(proxy, stranger.ca_file)
        with pytest.raises(ssl.SSLCertVerificationError):
            client.request("GET", "/a")
        client.close()
    assert proxy.requests == []


def test_scrapy_over_both_schemes_with_verification(proxy: Proxy, tmp_path: Path) -> None:
    spider = tmp_path / "two.py"
    spider.write_text(SPIDER)
    addresses = {"http://www.ecns.cn/a", "https://www.ecns.cn/a"}
    assert crawl(spider, proxy.env) == dict.fromkeys(addresses, "é")
    with running_proxy() as stranger:
        got = crawl(spider, {**proxy.env, "SSL_CERT_FILE": stranger.ca_file})
    assert got["http://www.ecns.cn/a"] == "é"
    assert "certificate verify failed" in got["https://www.ecns.cn/a"]


def test_headers_go_out_as_given(proxy: Proxy) -> None:
    headers = [("sErver", "nginx"), ("Set-Cookie", "b=2"), ("set-cookie", "a=1"), ("ETAG", "é")]
    proxy.site[HERE] = Page(status=299, reason="As It Is", headers=headers, body=b"\xff")
    with socket.create_connection(proxy.server_address, timeout=10) as client:
        client.sendall(b"GET http://www.ecns.cn/ HTTP/1.1\r\nConnection: close\r\n\r\n")
        got = b"".join(iter(lambda: client.recv(65536), b""))
    expected = "HTTP/1.1 299 As It Is\r\nsErver: nginx\r\nSet-Cookie: b=2\r\nset-cookie: a=1\r\n"
    assert got == (expected + "ETAG: é\r\nContent-Length: 1\r\n\r\nÿ").encode("latin-1")
    proxy.site[HERE] = Page(raw=b"HTTP/1.0 200\r\n\r\nuntil the end")
    assert get(proxy, HERE)[1] == b"until the end"


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
def test_transfer(proxy: Proxy, zipped: bool, chunked: bool) -> None:
    text = "".join(map(str, range(5000)))
    proxy.site[HERE] = Page(body=text, gzip=zipped, chunked=chunked)
    response, body = get(proxy, HERE)
    assert (gzip.decompress(body) if zipped else body).decode() == text
    assert response.getheader("Content-Encoding") == ("gzip" if zipped else None)
    assert response.getheader("Transfer-Encoding") == ("chunked" if chunked else None)
    assert get(proxy, HERE, "HEAD")[1] == b""


def test_sequences_and_callables(proxy: Proxy) -> None:
    def moved(request: Request) -> Page:
        return Page(status=301, headers={"Location": request.url.replace("http:", "https:")})

    proxy.site[HERE + "s"] = [Page(status=503, headers={"Retry-After": "1"}), Page()]
    proxy.site[HERE + "m"] = moved
    assert [get(proxy, HERE + "s")[0].status for _ in range(3)] == [503, 200, 200]
    assert get(proxy, HERE + "m")[0].getheader("Location") == "https://www.ecns.cn/m"


def test_an_error_of_a_callable_is_raised_at_the_end() -> None:
    def wrong(request: Request) -> Page:
        raise LookupError(request.url)

    with pytest.raises(LookupError, match=HERE), running_proxy(Site({HERE: wrong})) as proxy:
        assert get(proxy, HERE)[0].status == 500


def test_broken_answers(proxy: Proxy) -> None:
    proxy.site[HERE + "short"] = Page(body=b"x" * 100, truncate=40)
    proxy.site[HERE + "cut"] = Page(body=b"x" * 100, truncate=40, chunked=True)
    proxy.site[HERE + "long"] = Page(body=b"x" * 40, headers={"content-length": "100"})
    proxy.site[HERE + "reset"] = Page(reset=True)
    for path in ("short", "cut", "long"):
        with pytest.raises(http.client.IncompleteRead):
            get(proxy, HERE + path)
    with pytest.raises(ConnectionResetError):
        get(proxy, HERE + "reset")
    client = tunnel(proxy, proxy.ca_file)
    with pytest.raises(ConnectionResetError):
        client.request("GET", "/reset")
        client.getresponse()
    client.close()


def test_delay(proxy: Proxy) -> None:
    proxy.site[HERE] = Page(delay=0.1)
    start = time.monotonic()
    get(proxy, HERE)
    get(proxy, HERE)
    assert time.monotonic() - start >= 0.2
    first, second = proxy.requests
    assert second.time - first.time >= 0.1


def test_stop_cuts_idle_connections_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with running_proxy(Site({HERE: Page(delay=60)})) as proxy:
        clients = [plain(proxy), tunnel(proxy, proxy.ca_file)]
        clients[0].request("GET", HERE)
        clients[1].request("GET", "/elsewhere")
        clients[1].getresponse().read()
        while len(proxy.requests) < 2:
            time.sleep(0.01)
    assert threading.active_count() == before
    assert not Path(proxy.ca_file).exists()
    for client in clients:
        client.close()


def test_from_fixtures(tmp_path: Path) -> None:
    facts = {"url": HERE + "a", "headers": {"content-type": "text/html", "Content-Length": "9"}}
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "a.json").write_text(json.dumps(facts))
    (tmp_path / "portal" / "a.html").write_bytes(b"\xb9\xfa")
    (tmp_path / "gone.json").write_text(json.dumps({"url": HERE + "rss/rss.xml", "status": 410}))
    (tmp_path / "gone.xml").write_bytes(b"<rss/>")
    site = Site.from_fixtures(tmp_path)
    assert len(site) == 2
    with running_proxy(site) as proxy:
        response, body = get(proxy, HERE + "a")
        assert (response.getheaders()[0], body) == (("content-type", "text/html"), b"\xb9\xfa")
        assert get(proxy, HERE + "rss/rss.xml")[0].status == 410
    (tmp_path / "again.json").write_text(json.dumps(facts))
    (tmp_path / "again.txt").touch()
    with pytest.raises(ValueError, match="same url"):
        Site.from_fixtures(tmp_path)


def test_command_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"url": HERE + "a"}))
    (tmp_path / "a.html").write_text("here")
    command = [sys.executable, "-m", "tests.proxy", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(5)]
        exports = dict(line.removeprefix("export ").split("=", 1) for line in lines[:4])
        port = int(exports["http_proxy"].rpartition(":")[2])
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        client.request("GET", HERE + "a")
        assert client.getresponse().read() == b"here"
        client.close()
        assert Path(exports["SSL_CERT_FILE"]).exists()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert not Path(exports["SSL_CERT_FILE"]).exists()


def test_clients_that_go_away_leave_nothing_open() -> None:
    with running_proxy(Site()) as proxy:
        port = int(proxy.url.rpartition(":")[2])
        for _ in range(150):
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(b"CONNECT www.ecns.cn:443 HTTP/1.1\r\nHost: www.ecns.cn:443\r\n\r\n")
            # Closed by a reset, whatever the proxy is at.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
    gc.collect()  # what is still open would be an error here, as all warnings are
    assert 0 < len(proxy.tunnels) <= 150
