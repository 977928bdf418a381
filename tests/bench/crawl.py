"""Pages a second: this project's crawl of ECNS against bare Scrapy, over one loopback site.

A run is a whole process, from its start to its end. Pages are article pages the server sent;
listings and robots.txt are not counted, though our side fetches them as well. Bare Scrapy gets the
addresses our side asked for, with the scheme it asked with.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.site import articles

__all__ = ["Server", "Side", "compare", "environment", "failure", "running_server"]

ROOT = Path(__file__).parents[2]
BARE = Path(__file__).with_name("bare.py")
SCRAPY = [sys.executable, "-m", "scrapy"]
SETTINGS = {
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "ERROR",
}


@dataclass
class Side:
    """What one of two contestants did, round by round."""

    name: str
    rates: list[float] = field(default_factory=list)
    """Per second of the whole process."""
    inner: list[float] = field(default_factory=list)
    """Per second between the first and the last request, where there were any."""
    notes: set[str] = field(default_factory=set)
    """What went otherwise than it should."""


@dataclass
class Server:
    """The site in its own process."""

    port: int
    folder: Path
    """Where its `ca.pem` is."""
    urls: list[str]
    """Addresses of the articles, with the scheme to ask for them."""
    pages: int
    size: float
    """Mean bytes of an article page."""

    def get(self, target: str) -> Any:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        client.request("GET", target)
        data = client.getresponse().read()
        client.close()
        return json.loads(data)

    def alone(self) -> float:
        """Pages a second to one client that asks for one page after the other."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        start = time.perf_counter()
        for url in self.urls:
            client.request("GET", url)
            client.getresponse().read()
        elapsed = time.perf_counter() - start
        client.close()
        self.get("/counts")
        return len(self.urls) / elapsed

    def env(self) -> dict[str, str]:
        proxy = f"http://127.0.0.1:{self.port}"
        authority = str(self.folder / "ca.pem")
        return {"http_proxy": proxy, "https_proxy": proxy, "SSL_CERT_FILE": authority}


@contextmanager
def running_server(pages: int) -> Iterator[Server]:
    made = [(url, len(body)) for url, body in articles(pages)]
    command = [sys.executable, "-m", "tests.bench.server", "--pages", str(pages)]
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        subprocess.Popen(
            [*command, "--folder", folder], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout is not None
        server = Server(
            port=int(process.stdout.readline()),
            folder=Path(folder),
            urls=[url for url, _ in made],
            pages=pages,
            size=sum(size for _, size in made) / pages,
        )
        try:
            yield server
        finally:
            server.get("/quit")


def environment(**more: str) -> dict[str, str]:
    """The caller's environment without what would steer Scrapy otherwise."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SCRAPY_", "PYTHONWARNINGS")) and name != "DATA_DIR"
    }
    return {**kept, "no_proxy": "", **more}


def failure(command: list[str], done: subprocess.CompletedProcess[str]) -> RuntimeError:
    tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
    return RuntimeError(f"{' '.join(command)}\nended with {done.returncode}:\n{tail}")


def options(settings: dict[str, object]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]


def measure(side: Side, server: Server, command: list[str], cwd: Path, *, timed: bool) -> list[str]:
    """Run, note the rate, and give the article addresses asked for."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(**server.env()),
        capture_output=True,
        text=True,
        check=False,
    )
    elapsed = time.perf_counter() - start
    counts = server.get("/counts")
    seen: list[str] = counts.pop("seen")
    if done.returncode or not seen:
        raise RuntimeError(f"{failure(command, done)}\nthe server sent: {counts}")
    if not len(seen) == counts["articles"] == server.pages:
        side.notes.add(
            f"fetched {counts['articles']} article pages, {len(seen)} of the {server.pages}"
        )
    if timed:
        side.rates.append(len(seen) / elapsed)
        side.inner.append(len(seen) / counts["seconds"])
    return seen


def run_bare(side: Side, server: Server, folder: Path, *, timed: bool) -> None:
    """In a folder outside the project, so that only Scrapy's defaults and SETTINGS count."""
    urls = folder / "urls.txt"
    urls.write_text("\n".join(server.urls), "utf-8")
    command = [*SCRAPY, "runspider", str(BARE), "-a", f"urls={urls}", *options(SETTINGS)]
    measure(side, server, command, folder, timed=timed)


def run_ours(side: Side, server: Server, data: Path, *, timed: bool) -> None:
    command = [*SCRAPY, "crawl", "ecns", "-a", "section=business", "-a", "pages=100"]
    command += options({**SETTINGS, "DATA_DIR": data})
    server.urls = measure(side, server, command, ROOT, timed=timed)
    lines = sum(len(path.read_bytes().splitlines()) for path in data.rglob("archive/**/*.jsonl"))
    if lines != server.pages:
        side.notes.add(f"archived {lines} of {server.pages} articles")
    if not list(data.rglob("raw/**/*.warc.gz")):
        side.notes.add("wrote no WARC")


def compare(server: Server, rounds: int, keep: Path) -> tuple[Side, Side]:
    """Both sides, in turns, each first as often as the other, after a round that does not count.
    The data of our last run stay under `keep`."""
    ours, bare = Side("scrapy crawl ecns"), Side("bare Scrapy")
    for number in range(rounds + 1):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            data = keep if number == rounds else folder / "data"

            def one(data: Path = data, timed: bool = number > 0) -> None:
                run_ours(ours, server, data, timed=timed)

            def other(folder: Path = folder, timed: bool = number > 0) -> None:
                run_bare(bare, server, folder, timed=timed)

            for run in (other, one) if number % 2 else (one, other):
                run()
    return ours, bare
