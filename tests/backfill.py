"""Small invented portals that reach back, and runs over them that are killed, for the tests."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tests.crawling import QUICK, ROOT, Done, archived, environment, reports, scrapy
from tests.pages import FIXTURES, facts_of
from tests.proxy import Page, Proxy, Request, Site

__all__ = ["Deadly", "Numbers", "Runs", "asks", "days_site", "people_url", "window", "years_site"]

XML = [("Content-Type", "text/xml")]


class Deadly(Site):
    """A site that kills the run which asks for what `kills` says."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site
        self.kills: Callable[[Request], bool] | None = None
        self.pid = 0

    def answer(self, request: Request) -> Page:
        if self.kills is not None and self.kills(request):
            self.kills = None
            os.kill(self.pid, signal.SIGKILL)
        return self.site.answer(request)


@dataclass
class Runs:
    """Runs of one portal over one data folder."""

    portal: str
    proxy: Proxy
    data_dir: Path

    def crawl(self, *arguments: str) -> Done:
        """A run that comes to its end; the requests of the one before are forgotten."""
        self.proxy.clear()
        done = scrapy("crawl", self.portal, *QUICK, *arguments, env=self._env)
        assert "Traceback" not in done.err, done.err
        return done

    def killed(self, kills: Callable[[Request], bool], *arguments: str) -> None:
        """A run that is killed when it asks for what `kills` says."""
        site = self.proxy.site
        assert isinstance(site, Deadly)
        self.proxy.clear()
        process = self._start("-m", "scrapy", "crawl", self.portal, *QUICK, *arguments)
        site.pid, site.kills = process.pid, kills
        assert process.wait(30) == -signal.SIGKILL
        time.sleep(0.2)  # what it had sent arrives

    def killed_within(self, step: str, nth: int, *arguments: str) -> None:
        """A run that is killed at the nth statement of SQL within a step of the frontier."""
        self.proxy.clear()
        life = json.dumps({"kind": "walk", "step": step, "nth": nth, "last": 10**6})
        note = self.data_dir.with_suffix(".note")
        command = ("crawl", self.portal, *QUICK, *arguments)
        process = self._start("-m", "tests.chaos.victim", life, str(note), *command)
        assert process.wait(30) == -signal.SIGKILL

    def verify(self) -> None:
        """The archive is whole, and made anew the state is the same."""
        for more in ((), ("--rebuild-state",)):
            done = scrapy("verify", *more, env=self._env)
            assert done.code == 0, done.out + done.err

    def command(self, *arguments: str) -> str:
        """What another command prints."""
        return scrapy(*arguments, env=self._env).out

    def ids(self) -> list[str]:
        """Ids of the records, of which there is one each."""
        found = [record["id"] for record in archived(self.data_dir)]
        assert len(found) == len(set(found)), "archived twice"
        return sorted(found)

    def not_reached(self) -> list[list[str]]:
        """What the last report says of that."""
        found: list[list[str]] = reports(self.data_dir)[-1]["reach"]["not_reached"]
        return found

    def links(self) -> dict[str, int]:
        """Numbers of links by state, after the last run."""
        found: dict[str, int] = reports(self.data_dir)[-1]["links"]
        return found

    def pending(self) -> int:
        return self.links().get("pending", 0)

    def asked(self, pattern: str) -> list[str]:
        """What the last run asked for of what a regular expression matches."""
        return [url for url in self.proxy.urls if re.search(pattern, url)]

    @property
    def _env(self) -> dict[str, str]:
        return environment(self.proxy, self.data_dir)

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self._env, stdout=quiet, stderr=quiet
        )


def asks(part: str, nth: int = 1) -> Callable[[Request], bool]:
    """Whether a request is the nth for an address with `part` in it."""
    left = iter(range(nth))

    def is_it(request: Request) -> bool:
        return part in request.url and next(left, -1) == nth - 1

    return is_it


def window(since: str, until: str, *more: str) -> tuple[str, ...]:
    return ("-a", f"since={since}", "-a", f"until={until}", *more)


def printed(portal: str, case: str, text: str, url: str = "") -> bytes:
    """The page of a fixture with another date on it, and its own address, if it prints that."""
    path = FIXTURES / portal / f"{case}.html"
    facts = facts_of(path.with_suffix(".json"))
    before = facts["expect"]["published_text"]
    page = path.read_text("utf-8")
    assert before in page
    if url:
        page = page.replace(urlsplit(facts["url"]).path, urlsplit(url).path)
    return page.replace(before, text).encode()


def people_url(day: date, number: int) -> str:
    return f"http://en.people.cn/n/{day:%Y/%m%d}/c90882-{8840000 + day.day * 10 + number}.html"


def days_site(first: date, count: int, beside: str = "") -> Site:
    """Days of People's Daily, two articles on each; `beside` is linked on all of them."""
    site = Site()
    for day in (first + timedelta(days=n) for n in range(count)):
        urls = [people_url(day, number) for number in (1, 2)]
        for url in urls:
            text = f"07:58, {day:%B %d, %Y}"
            site[url] = Page(body=printed("peoplesdaily", "article-2015-no-byline", text))
        links = "".join(f"<li><a href='{url}'>Story {url[-6]}</a></li>" for url in urls)
        if beside:
            links += f"<li><a href='{beside}'>Most read</a></li>"
        site[f"http://en.people.cn/review/{day:%Y%m%d}.html"] = Page(
            body=f"<html><body><div class='p1_content'><ul>{links}</ul></div></body></html>"
        )
    return site


def years_site() -> Site:
    """CGTN's sitemap of 2021 in two files: an article in each of March, June, September."""
    site = Site()
    files = {"": (3, 6), "_2": (9,)}
    for end, months in files.items():
        entries = ""
        for month in months:
            day = date(2021, month, 5)
            url = f"https://news.cgtn.com/news/{day}/Story-13w82KdUK{month:02d}/index.html"
            text = f"19:49, {day:%d-%b-%Y}"
            site[url] = Page(body=printed("cgtn", "article-2019-two-pictures", text, url))
            entries += (
                f"<url><loc>{url}</loc><news:news><news:publication_date>{day}T11:49:00Z"
                "</news:publication_date><news:title>Story</news:title></news:news></url>"
            )
        site[f"https://www.cgtn.com/sitemap_archived_2021{end}.xml"] = Page(
            headers=XML,
            body='<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
            f"{entries}</urlset>",
        )
    return site


class Numbers(Site):
    """Articles of Global Times, `a_day` of them each day from the number of a day on. Every third
    number is nobody's."""

    def __init__(self, day: date, number: int, a_day: int) -> None:
        super().__init__()
        self._day, self._number, self._a_day = day, number, a_day

    def day(self, number: int) -> date:
        return self._day + timedelta(days=(number - self._number) // self._a_day)

    def of(self, day: date) -> set[str]:
        """Ids of the articles of a day."""
        start = self._number + (day - self._day).days * self._a_day
        numbers = range(start, start + self._a_day)
        return {f"globaltimes:{number}" for number in numbers if number % 3}

    def answer(self, request: Request) -> Page:
        match = re.search(r"/page/(\d{6})/(\d+)\.shtml$", request.url)
        if match is None or not int(match[2]) % 3:
            return super().answer(request)
        day = self.day(int(match[2]))
        if f"{day:%Y%m}" != match[1]:
            return super().answer(request)
        text = f"{day:%b %d, %Y} 09:15 AM"
        return Page(body=printed("globaltimes", "article-2022-xinhua", text))
