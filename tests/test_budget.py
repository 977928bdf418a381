"""Runs that end before their work does: within `-a budget=`, at once, and to be gone on with."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.crawling import ROOT, Done, archived, article, environment, reports, scrapy, small_site
from tests.proxy import Page, Proxy, running_proxy


def crawl(proxy: Proxy, data_dir: Path, *more: str) -> tuple[Done, Any, float]:
    """A run, its report, and the seconds that the crawl took."""
    settings = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "RETRY_TIMES=1", "-s", "BACKOFF_SECONDS=0.02")
    env = environment(proxy, data_dir)
    started = time.monotonic()
    done = scrapy("crawl", "ecns", "-a", "section=news", *settings, *more, env=env)
    assert "Traceback" not in done.err, done.err
    return done, reports(data_dir)[-1], time.monotonic() - started


def goes_on(proxy: Proxy, data_dir: Path, count: int) -> None:
    """The next run archives what is left."""
    done, report, _ = crawl(proxy, data_dir)
    assert done.code == 0, done.err + done.out
    assert report["finish_reason"] == "finished"
    assert len(archived(data_dir)) == count
    assert report["links"].get("pending", 0) == 0


@pytest.mark.parametrize(("pages", "delay"), [(1, 0.01), (4, 0.6), (20, 0.01)])
def test_a_budget_of_pages_is_never_passed_and_used_to_the_full(
    pages: int, delay: float, tmp_path: Path
) -> None:
    site, urls = small_site(30)
    site[urls[0]] = [Page(status=500), Page(status=302, headers={"Location": urls[1]})]
    site[urls[2]] = [Page(status=429), article(2)[1]]
    with running_proxy(site) as proxy:
        done, report, _ = crawl(
            proxy, tmp_path, "-a", f"budget={pages}pages", "-s", f"DOWNLOAD_DELAY={delay}"
        )
        assert len(proxy.urls) == pages
        assert done.code == 0, done.out
        assert report["finish_reason"] == "budget"
        assert report["problems"] == []
        assert report["articles"]["failed"] == {}
        news = report["sections"].get("news", {})
        assert news.get("pending", 0) == news.get("new", 0) - news.get("archived", 0)
        assert news.get("listings_failed", 0) == 0
        site[urls[0]] = Page(status=302, headers={"Location": urls[1]})
        goes_on(proxy, tmp_path, 29)


def test_pages_that_wait_for_a_long_delay_are_still_sent(tmp_path: Path) -> None:
    site, urls = small_site(20)
    for url in urls:
        page = site[url]
        assert isinstance(page, Page)
        page.delay = 1.5
    with running_proxy(site) as proxy:
        delay = ("-s", "DOWNLOAD_DELAY=5.5", "-s", "DOWNLOAD_DELAY_JITTER=0")
        done, report, _ = crawl(proxy, tmp_path, "-a", "budget=4pages", *delay)
        assert len(proxy.urls) == 4
    assert (done.code, report["finish_reason"]) == (0, "budget")
    assert len(archived(tmp_path)) == 2  # besides robots.txt and the listing
    assert report["pages"]["errors"] == {}


def test_pages_that_wait_are_not_sent_once_a_signal_asks_for_the_end(tmp_path: Path) -> None:
    site, _ = small_site(20)
    pipe = subprocess.PIPE
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        asked = ("-a", "section=news", "-a", "budget=4pages", "-s", "LOG_LEVEL=INFO")
        delay = ("-s", "DOWNLOAD_DELAY=5", "-s", "DOWNLOAD_DELAY_JITTER=0")
        command = [sys.executable, "-m", "scrapy", "crawl", "ecns", *asked, *delay]
        with subprocess.Popen(command, cwd=ROOT, env=env, stderr=pipe, text=True) as run:
            assert run.stderr is not None
            for line in run.stderr:
                if "the budget is used up" in line:
                    break
            began, sent = time.monotonic(), len(proxy.urls)
            run.send_signal(signal.SIGTERM)
            run.communicate(timeout=60)
            assert time.monotonic() - began < 3
            assert run.returncode == 0
        assert len(proxy.urls) == sent < 4


def test_a_budget_that_is_enough(tmp_path: Path) -> None:
    site, _ = small_site(3)
    with running_proxy(site) as proxy:
        done, report, _ = crawl(proxy, tmp_path, "-a", "budget=6pages,1GB,1h")
        assert (done.code, report["finish_reason"]) == (0, "finished")
        assert len(proxy.urls) == 6  # robots.txt, three articles, a listing, and none behind it


def test_a_budget_of_bytes(tmp_path: Path) -> None:
    site, urls = small_site(12)
    for url in urls[4:]:
        page = site[url]
        assert isinstance(page, Page)
        assert isinstance(page.body, bytes)
        site[url] = Page(body=page.body.replace(b"</body>", b" " * 20_000 + b"</body>"))
    with running_proxy(site) as proxy:
        done, report, _ = crawl(proxy, tmp_path, "-a", "budget=50kB")
        assert done.code == 0, done.out
        assert report["finish_reason"] == "budget"
        assert 50_000 <= report["pages"]["bytes"] < 95_000
        assert report["sections"]["news"]["pending"] >= 4
        goes_on(proxy, tmp_path, 12)


def test_answers_that_break_off_count(tmp_path: Path) -> None:
    site, urls = small_site(6)
    for url in urls:
        site[url] = Page(body=b"x" * 60_000, truncate=40_000)
    with running_proxy(site) as proxy:
        done, report, _ = crawl(proxy, tmp_path, "-a", "budget=100kB", "-s", "RETRY_TIMES=0")
        assert len(proxy.urls) <= 6
    assert report["finish_reason"] == "budget", done.out


RESTING = Page(status=429, headers={"Retry-After": "300"})


@pytest.mark.parametrize(
    ("bound", "reason", "code"),
    [
        (("-a", "budget=1s"), "budget", 0),
        (("-s", "CLOSESPIDER_TIMEOUT=1"), "closespider_timeout", 1),
        (("-a", "budget=5pages"), "budget", 0),
        (("-s", "CLOSESPIDER_PAGECOUNT=3"), "closespider_pagecount", 1),
        (("-s", "CLOSESPIDER_ITEMCOUNT=2"), "closespider_itemcount", 1),
    ],
    ids=["seconds", "timeout", "pages", "pagecount", "itemcount"],
)
def test_a_run_ends_at_once_though_its_host_rests(
    bound: tuple[str, ...], reason: str, code: int, tmp_path: Path
) -> None:
    site, urls = small_site(20)
    whole = site[urls[2]]
    site[urls[2]] = RESTING
    with running_proxy(site) as proxy:
        done, report, took = crawl(proxy, tmp_path, *bound)
        assert took < 5
        assert done.code == code, done.out
        assert report["finish_reason"] == reason
        assert [p for p in report["problems"] if "ended early" not in p] == []
        news = Counter(report["sections"]["news"])
        assert news["pending"] == 20 - news["archived"] > 15
        assert report["articles"]["failed"] == {}
        assert report["log"].get("ERROR", 0) == 0
        if reason == "closespider_timeout":
            site[urls[2]] = whole
            goes_on(proxy, tmp_path, 20)


def test_a_budget_goes_with_one_article(tmp_path: Path) -> None:
    site, urls = small_site(2)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        asked = ("-a", f"url={urls[0]}", "-a", "budget=2pages")
        done = scrapy("crawl", "ecns", *asked, "-s", "DOWNLOAD_DELAY=0.01", env=env)
    assert done.code == 0, done.err
    assert len(archived(tmp_path)) == 1
