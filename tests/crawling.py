"""Runs of the project's commands as a user runs them, for the end-to-end tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.stores.jsonl import read_lines
from tests.proxy import Page, Proxy, Site

ROOT = Path(__file__).parents[1]
QUICK = (
    *("-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8"),
    *("-s", "RETRY_TIMES=1", "-s", "BACKOFF_SECONDS=0.05"),
    *("-s", "FEED_STALE_DAYS=0"),
)
"""Settings that spare a test the pauses a portal is owed; recorded feeds are as old as they are."""
HOME = "https://www.ecns.cn"


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


def environment(proxy: Proxy | None, data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of a command that reaches the portals through `proxy`."""
    bare = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    bare |= {"DATA_DIR": str(data_dir), "CONTACT": "mailto:archive@example.org"}
    bare |= {"SCRAPY_PROJECT": "default", "PYTHONPATH": str(ROOT)}
    bare.pop("SCRAPY_SETTINGS_MODULE", None)
    return bare | (proxy.env if proxy else {}) | more


def scrapy(*args: str | Path, env: dict[str, str], timeout: float = 60) -> Done:
    """Runs `scrapy ARGS` in the project."""
    ended = subprocess.run(
        [sys.executable, "-m", "scrapy", *map(str, args)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)


def archived(data_dir: Path) -> list[dict[str, Any]]:
    """All records of an archive."""
    paths = sorted((data_dir / "archive").glob("*/*/*.jsonl"))
    return [record for path in paths for record in read_lines(path)]


def reports(data_dir: Path) -> list[dict[str, Any]]:
    """All run reports, the oldest first."""
    paths = sorted((data_dir / "runs").glob("*/*/*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def listing(links: list[str]) -> Page:
    """A listing page of ECNS that shows `links`."""
    rows = "".join(
        f"<li><h3><a href='{link}'>Story {number}</a></h3><b></b></li>"
        for number, link in enumerate(links)
    )
    return Page(body=f"<html><body><ul class='bizlst'>{rows}</ul></body></html>".encode())


def article(number: int, *, text: str = "Nothing else happened") -> tuple[str, Page]:
    """Address and page of an invented ECNS article."""
    url = f"{HOME}/news/2026-11-{number % 28 + 1:02d}/detail-ihfzabcd{number:07d}.shtml"
    body = (
        "<html><head><meta charset='utf-8'><title>t</title></head><body>"
        "<h3 class='itemtit'><span>Home /</span><span>Society</span></h3>"
        f"<h1 class='contitle' id='contitle'>Harbour opens berth {number}</h1>"
        "<div class='downinfo'><span>2026-11-01 08:00:00</span><span>Xinhua</span>"
        "<span>Editor  : Li Lan</span></div>"
        "<div class='content' id='yanse'><!--正文分页开始-->"
        f"<p>{text}, said the harbour master of berth {number}.</p>"
        "<!--正文分页结束--></div></body></html>"
    )
    return url, Page(body=body.encode())


def small_site(count: int, per_page: int = 20) -> tuple[Site, list[str]]:
    """A site with one section, `news`, that lists `count` invented articles."""
    site = Site()
    urls = []
    for number in range(count):
        url, page = article(number)
        site[url] = page
        urls.append(url)
    for first in range(0, count, per_page):
        name = "index.shtml" if first == 0 else f"index_{first // per_page + 1}.shtml"
        site[f"{HOME}/news/{name}"] = listing(urls[first : first + per_page])
    site[f"{HOME}/robots.txt"] = Page(
        headers=[("Content-Type", "text/plain")], body=b"User-agent: *\nAllow: /\n"
    )
    return site, urls
