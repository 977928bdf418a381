"""A run that is stopped ends within seconds, whatever it waits for, and loses nothing."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.crawling import QUICK, ROOT, Done, archived, environment, reports, scrapy, small_site
from tests.proxy import Page, running_proxy

CRAWL = ("crawl", "ecns", "-a", "section=news", *QUICK)


def stopped(
    env: dict[str, str], begun: Callable[[], bool], number: int, *more: str
) -> tuple[Done, float]:
    """A crawl that gets a signal once it has `begun`; how it ended, and how long it took to."""
    command = [sys.executable, "-m", "scrapy", *CRAWL, *more]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True) as run:
        deadline = time.monotonic() + 20
        while not begun():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.3)
        began = time.monotonic()
        run.send_signal(number)
        out, err = run.communicate(timeout=60)
        return Done(run.returncode, out, err), time.monotonic() - began


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_while_a_server_does_not_answer(tmp_path: Path, number: int) -> None:
    site, urls = small_site(12)
    hanging = urls[5:9]
    kept = {url: site[url] for url in hanging}
    for url in hanging:
        site[url] = Page(delay=60)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        ended, seconds = stopped(env, lambda: len(proxy.urls) >= 10, number)
        assert ended.code == 0, ended.out + ended.err
        assert seconds < 9
        assert "Traceback" not in ended.err
        [report] = reports(tmp_path)
        assert report["finish_reason"] == "shutdown"
        assert report["articles"]["failed"] == {}
        assert report["sections"]["news"]["pending"] == len(hanging)
        for url, page in kept.items():
            site[url] = page
        assert scrapy(*CRAWL, env=env).code == 0
    assert sorted(record["url"] for record in archived(tmp_path)) == sorted(urls)
    assert scrapy("verify", env=environment(None, tmp_path)).code == 0


def test_while_a_host_rests(tmp_path: Path) -> None:
    site, urls = small_site(30)
    refused = Page(status=429, headers=[("Retry-After", "500")])
    site[urls[3]] = [refused, site[urls[3]]]  # type: ignore[list-item]
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        one = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1", "-s", "BACKOFF_SECONDS=500")
        ended, seconds = stopped(env, lambda: len(proxy.urls) >= 6, signal.SIGTERM, *one)
        assert ended.code == 0, ended.out + ended.err
        assert seconds < 4
        assert scrapy(*CRAWL, env=env).code == 0
    assert len(archived(tmp_path)) == len(urls)


def test_while_requests_wait_for_their_delay(tmp_path: Path) -> None:
    site, urls = small_site(30)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        delay = ("-s", "DOWNLOAD_DELAY=3")
        ended, seconds = stopped(env, lambda: len(proxy.urls) >= 2, signal.SIGTERM, *delay)
        assert ended.code == 0, ended.out + ended.err
        assert seconds < 4
        assert scrapy(*CRAWL, env=env).code == 0
    assert len(archived(tmp_path)) == len(urls)


def test_while_nobody_says_hello(tmp_path: Path) -> None:
    """A proxy that takes the connection and says nothing: no handshake is ever done."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        env = environment(None, tmp_path) | {"http_proxy": address, "https_proxy": address}
        with ExitStack() as open_connections:

            def connected() -> bool:
                open_connections.enter_context(silent.accept()[0])
                return True

            ended, seconds = stopped(env, connected, signal.SIGTERM)
    assert seconds < 12
    assert "Traceback" not in ended.err
    [report] = reports(tmp_path)
    assert report["finish_reason"] == "shutdown"


def test_the_second_signal_ends_at_once(tmp_path: Path) -> None:
    site, urls = small_site(12)
    kept, site[urls[5]] = site[urls[5]], Page(delay=60)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        command = [sys.executable, "-m", "scrapy", *CRAWL]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as run:
            while urls[5] not in proxy.urls:
                time.sleep(0.01)
            for _ in range(2):
                time.sleep(0.3)
                run.send_signal(signal.SIGINT)
            began = time.monotonic()
            run.wait(20)
            assert time.monotonic() - began < 3
        site[urls[5]] = kept
        assert scrapy(*CRAWL, env=env).code == 0
    assert sorted(record["url"] for record in archived(tmp_path)) == sorted(urls)


@pytest.mark.parametrize(
    ("bound", "reason", "code"),
    [
        (("-a", "budget=2s"), "budget", 0),
        (("-s", "CLOSESPIDER_TIMEOUT=2"), "closespider_timeout", 1),
    ],
    ids=["budget", "timeout"],
)
def test_while_it_ends_already(
    bound: tuple[str, ...], reason: str, code: int, tmp_path: Path
) -> None:
    """The report is made when the spider has closed, whoever asks for the end, and how often."""
    site, urls = small_site(12)
    site[urls[5]] = Page(delay=60)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        begun: list[float] = []

        def ending() -> bool:
            if not begun and urls[5] in proxy.urls:
                begun.append(time.monotonic())
            return bool(begun) and time.monotonic() - begun[0] > 3

        ended, seconds = stopped(env, ending, signal.SIGTERM, *bound)
    assert ended.code == code, ended.out + ended.err
    assert seconds < 7
    assert "Traceback" not in ended.err
    [report] = reports(tmp_path)
    assert report["finish_reason"] == reason
    assert report["sections"]["news"]["pending"] == 1
    assert report["links"]["pending"] == 1
    assert report["pages"]["errors"] == {}
    assert len(archived(tmp_path)) == len(urls) - 1


SLEEPING = """
import socket, sys, time
from scrapy.cmdline import execute

def never(*_, **__):
    print("asked", flush=True)
    time.sleep(60)

socket.getaddrinfo = socket.gethostbyname = never
execute(["scrapy", *sys.argv[1:]])
"""
SLOW_OPENING = """
import sys, time
from scrapy.cmdline import execute
import crawler.commands.crawl as crawl
import crawler.extensions.runs as runs

def slowly(work):
    def done(*args, **more):
        made = work(*args, **more)
        print("opening", flush=True)
        time.sleep(1.5)
        return made
    return done

if sys.argv.pop(1) == "run":
    crawl.Run.__init__ = slowly(crawl.Run.__init__)
else:
    runs.recover = slowly(runs.recover)
execute(["scrapy", *sys.argv[1:]])
"""


def told(env: dict[str, str], number: int, script: str, *args: str) -> tuple[Done, float]:
    """A script that gets a signal once it has printed a line; how it ended, and in how long."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script, *args]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=pipe, stderr=pipe, text=True) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(0.2)
        began = time.monotonic()
        run.send_signal(number)
        out, err = run.communicate(timeout=70)
        return Done(run.returncode, out, err), time.monotonic() - began


def test_while_the_name_of_a_host_is_looked_up(tmp_path: Path) -> None:
    env = environment(None, tmp_path)
    ended, seconds = told(env, signal.SIGTERM, SLEEPING, *CRAWL)
    assert ended.code == 0, ended.out + ended.err
    assert seconds < 9
    assert "Traceback" not in ended.err
    [report] = reports(tmp_path)
    assert report["finish_reason"] == "shutdown"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("where", ["run", "recovery"])
def test_while_it_opens(where: str, number: int, tmp_path: Path) -> None:
    site, urls = small_site(12)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        ended, seconds = told(env, number, SLOW_OPENING, where, *CRAWL)
        assert ended.code == 0, ended.out + ended.err
        assert seconds < 5
        assert "Traceback" not in ended.err
        if where == "run":
            assert (ended.out, ended.err) == ("", "scrapy crawl: stopped before it began\n")
            assert reports(tmp_path) == []
        else:
            assert [report["finish_reason"] for report in reports(tmp_path)] == ["shutdown"]
        assert list(tmp_path.rglob("*.part")) == []
        assert scrapy(*CRAWL, env=env).code == 0
    assert sorted(record["url"] for record in archived(tmp_path)) == sorted(urls)
