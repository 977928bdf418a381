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
