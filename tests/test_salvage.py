"""What a killed run has captured is not asked for again."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from crawler.stores.members import members
from tests.crawling import QUICK, ROOT, archived, environment, reports, scrapy, small_site
from tests.proxy import running_proxy

# A crawl whose archive pipeline stops for good at its fifth article, with captures going on.
STUCK = """
import sys, time
from scrapy.cmdline import execute
from crawler.pipelines.archive import ArchivePipeline

counted = []
keep = ArchivePipeline.process_item

def process_item(self, item):
    counted.append(item)
    if len(counted) > 5:
        print("stuck", flush=True)
        self._run.settle()
        time.sleep(60)
    return keep(self, item)

ArchivePipeline.process_item = process_item
execute(["scrapy", *sys.argv[1:]])
"""


def test_a_page_that_was_captured_and_not_archived_is_not_asked_for_again(tmp_path: Path) -> None:
    site, urls = small_site(30)
    crawl = ("crawl", "ecns", "-a", "section=news", *QUICK)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        command = [sys.executable, "-c", STUCK, *crawl]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == b"stuck\n"
            time.sleep(0.2)
            victim.send_signal(signal.SIGKILL)
        served = set(proxy.urls)
        assert archived(tmp_path) == []
        done = scrapy(*crawl, env=env)
        assert done.code == 0, done.err
        twice = [u for u, n in Counter(proxy.urls).items() if n > 1 and u in urls]
    report = reports(tmp_path)[-1]
    # Five were archived. Those under way when the process died, and these only, are asked for again.
    assert report["recovered"]["pages"] == len(served & set(urls)) - len(twice) - 5
    assert report["recovered"]["pages"] > 1
    assert len(twice) <= 8
    records = archived(tmp_path)
    assert sorted(record["url"] for record in records) == sorted(urls)
    assert report["pages"]["captured"] == report["pages"]["fetched"] - report["recovered"]["pages"]
    done = scrapy("verify", "--deep", env=environment(None, tmp_path))
    assert done.code == 0, done.out


def killed_after_capture(env: dict[str, str], *crawl: str) -> None:
    """A crawl that is killed once pages are captured which are not archived."""
    with subprocess.Popen(
        [sys.executable, "-c", STUCK, *crawl], cwd=ROOT, env=env, stdout=subprocess.PIPE
    ) as victim:
        assert victim.stdout is not None
        victim.stdout.readline()
        time.sleep(0.2)
        victim.kill()


def test_a_page_that_is_asked_for_by_name_is_asked_for(tmp_path: Path) -> None:
    site, urls = small_site(12)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        killed_after_capture(env, "crawl", "ecns", "-a", "section=news", *QUICK)
        [part] = tmp_path.glob("archive/*/*/*.part")
        kept = part.read_text(encoding="utf-8")
        waiting = next(url for url in urls if url in proxy.urls and url not in kept)
        proxy.clear()
        done = scrapy("crawl", "ecns", "-a", f"url={waiting}", *QUICK, env=env)
        assert done.code == 0, done.err + done.out
        assert waiting in proxy.urls


def test_what_was_captured_long_ago_is_asked_for(tmp_path: Path) -> None:
    site, urls = small_site(12)
    crawl = ("crawl", "ecns", "-a", "section=news", *QUICK)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        killed_after_capture(env, *crawl)
        [part] = tmp_path.glob("raw/*/*/*.part")
        dated = (gzip.decompress(one.raw) for one in members(part))
        aged = [re.sub(rb"(WARC-Date: )20\d\d", rb"\g<1>2020", one, count=1) for one in dated]
        part.write_bytes(b"".join(map(gzip.compress, aged)))
        proxy.clear()
        assert scrapy(*crawl, env=env).code == 0
        assert len([url for url in proxy.urls if url in urls]) == len(urls) - 5
    assert len(archived(tmp_path)) == len(urls)
