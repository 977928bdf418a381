"""Runs at once over one data folder: two portals go on together, two runs of one do not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.crawling import (
    HOME,
    QUICK,
    ROOT,
    archived,
    environment,
    listing,
    reports,
    scrapy,
    small_site,
)
from tests.proxy import running_proxy

BOTH = ("-s", "SPIDER_MODULES=crawler.spiders,tests.two_hosts")


def test_two_portals_at_once_over_one_folder(tmp_path: Path) -> None:
    site, urls = small_site(80)
    site[f"{HOME}/news/"] = listing(urls[:20])
    small = (
        "-s",
        "ARCHIVE_SEGMENT_BYTES=9000",
        "-s",
        "SEGMENT_SECONDS=0.3",
        "-s",
        "DOWNLOAD_DELAY=0.02",
    )
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        commands = [
            ["crawl", "ecns", "-a", "section=news"],
            ["crawl", "two", "-a", "section=www", *BOTH],
        ]
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "scrapy", *command, *QUICK, *small],
                cwd=ROOT,
                env=env,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for command in commands
        ]
        ended = [one.communicate(timeout=60) for one in running]
    assert [one.returncode for one in running] == [0, 0], ended
    count = Counter(record["portal"] for record in archived(tmp_path))
    assert count == {"ecns": len(urls), "two": 20}
    first, second = reports(tmp_path)
    assert first["started_at"] <= second["ended_at"]
    assert second["started_at"] <= first["ended_at"]
    done = scrapy("verify", "--deep", *BOTH, env=environment(None, tmp_path))
    assert done.code == 0, done.out + done.err


def test_the_second_run_of_a_portal_says_who_holds_the_lock(tmp_path: Path) -> None:
    site, _ = small_site(40)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        crawl = ("crawl", "ecns", "-a", "section=news", *QUICK)
        command = [sys.executable, "-m", "scrapy", *crawl, "-s", "DOWNLOAD_DELAY=0.1"]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as running:
            while not proxy.urls:
                time.sleep(0.01)
            second = scrapy(*crawl, env=env)
            assert second.code == 3
            assert f"ecns.lock: held by pid {running.pid} on " in second.err
            assert " since 20" in second.err
            running.kill()
        # The lock of a dead process is taken over.
        done = scrapy(*crawl, env=env)
    assert done.code == 0, done.err
    assert len(archived(tmp_path)) == 40
