"""`scrapy savefixture URL`: one page as a fixture, with what the rules read for a person to correct.

The page is fetched as a crawl fetches it, with its manners; no archive is written. What is saved is
red until a person has corrected it: it says `"unchecked": true`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.commands import ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from twisted.python.failure import Failure

from crawler.extensions.health import STORAGE, UNHEALTHY, USAGE
from crawler.failures import reason_of
from crawler.fixture import Fixture, fixture_of
from crawler.moments import stamp
from crawler.portal import PortalSpider
from crawler.portals import portals_of
from crawler.selection import UsageProblem
from crawler.stores.run import StorageError, storage_failure
from crawler.urls import host_of

__all__ = ["Command"]

_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FIXTURES = Path(__file__).parents[2] / "tests" / "fixtures"
_SUFFIXES = (".json", ".html", ".xml", ".txt", ".bin")
_OPTIONS = "-o (--name), --into, and those of every scrapy command"


class _One(Spider):
    """Fetches one page as its portal does."""

    address: ClassVar[str]
    response: ClassVar[Response | None] = None
    reason: ClassVar[str] = "nothing arrived"

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.address, self.arrived, errback=self.failed, dont_filter=True)

    def arrived(self, response: Response) -> None:
        type(self).response = response

    def failed(self, failure: Failure) -> None:
        type(self).reason = reason_of(failure)


class Command(ScrapyCommand):
    """Exit codes: 0 well, 1 the page did not arrive, 2 usage, also where the fixture is there
    already, 4 it cannot be written."""

    requires_project = True
    # Made once the arguments are known to be good.
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <url>"

    def short_desc(self) -> str:
        return "Save a page as a fixture, with what the rules read for a person to correct"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", "--name", metavar="CASE", help="name of the files (default: kind, year and id)"
        )
        parser.add_argument(
            "--into",
            metavar="DIR",
            type=Path,
            default=_FIXTURES,
            help="folder of the portals' folders (default: tests/fixtures)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            url, portal = self._asked(args)
            if opts.name is not None:
                _check_free(opts.into / portal.name, opts.name)
            fetched = _fetch(url, portal, self.settings)
            if isinstance(fetched, str):
                self._end(UNHEALTHY, f"{url}: {fetched}; nothing was saved")
                return
            fixture = fixture_of(portal, fetched, self.settings, stamp(datetime.now(UTC)))
            case = opts.name or fixture.case
            folder = opts.into / portal.name
            _check_free(folder, case)
            page = _write(folder, case, fixture)
        except UsageProblem as problem:
            self._end(USAGE, str(problem))
        except StorageError as error:
            self._end(STORAGE, storage_failure(error, opts.into))
        else:
            if fetched.url != url:
                print(f"{url} led to {fetched.url}")
            print("\n".join(_said(fixture, page)))

    def _asked(self, args: list[str]) -> tuple[str, type[PortalSpider]]:
        """The address, and the portal that it is of."""
        assert self.settings is not None
        if len(args) != 1:
            raise UsageProblem("one address at a time")
        url = args[0]
        if url.startswith("-"):
            raise UsageProblem(f"no such option: {url}; there is: {_OPTIONS}")
        if urlsplit(url).scheme not in ("http", "https") or not host_of(url):
            raise UsageProblem(f"{url!r} is no address; it begins with http:// or https://")
        portals = portals_of(SpiderLoader.from_settings(self.settings))
        host = host_of(url)
        by_article = [one for one in portals.values() if one.fetchable(url)]
        by_host = [
            one
            for one in portals.values()
            if any(host == known or host.endswith(f".{known}") for known in one.allowed_domains)
        ]
        for portal in (*by_article, *by_host):
            return url, portal
        domains = sorted({domain for one in portals.values() for domain in one.allowed_domains})
        raise UsageProblem(f"no portal has {host}; their domains: {', '.join(domains)}")

    def _end(self, code: int, line: str) -> None:
        self.exitcode = code
        print(f"scrapy savefixture: {line}", file=sys.stderr)


def _fetch(url: str, portal: type[PortalSpider], settings: Settings) -> TextResponse | str:
    """The page, or why it is not there."""
    if "no contact" in settings["USER_AGENT"] and not settings["REPLAY_DIR"]:
        print("no contact in the user agent: set CONTACT in the environment", file=sys.stderr)
    spider: type[_One] = type(
        "One",
        (_One,),
        {
            "name": portal.name,
            "allowed_domains": portal.allowed_domains,
            "custom_settings": portal.custom_settings,
            "address": url,
        },
    )
    settings.setdict({"LOG_ENABLED": False, "LOG_FILE": None}, "cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(spider)
    process.start()
    response: Response | None = spider.response
    if response is None:
        return str(spider.reason)
    if response.status != 200:
        return f"status {response.status}"
    return response if isinstance(response, TextResponse) else "not a text page"


def _check_free(folder: Path, case: str) -> None:
    """Raises `UsageProblem` if a fixture cannot be named so, or one is."""
    if not _CASE.fullmatch(case):
        raise UsageProblem(f"{case!r} is no name: letters, digits, '.', '_' and '-'")
    for suffix in _SUFFIXES:
        path = folder / f"{case}{suffix}"
        if path.exists():
            raise UsageProblem(f"{path} is there already; -o gives another name")


def _write(folder: Path, case: str, fixture: Fixture) -> Path:
    """Writes the pair; the page's path. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    page, facts = folder / f"{case}{fixture.suffix}", folder / f"{case}.json"
    text = json.dumps(fixture.facts, ensure_ascii=False, indent=1) + "\n"
    with page.open("xb") as stream:
        stream.write(fixture.body)
    try:
        with facts.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError:
        page.unlink(missing_ok=True)
        raise
    return page


def _said(fixture: Fixture, page: Path) -> list[str]:
    """What was read, and what is to be done."""
    lines = [f"{page}, and {page.stem}.json: {fixture.facts['kind']}, {fixture.how}"]
    for name, value in (fixture.facts["expect"] or {}).items():
        if name == "links":
            lines.append(f"  {len(value)} links")
        elif value not in (None, []):
            shown = json.dumps(value, ensure_ascii=False)
            lines.append(f"  {name}: {shown if len(shown) <= 100 else shown[:99] + '…'}")
    return [
        *lines,
        "Open the page, and correct every field of `expect` by what is printed there, not by the",
        "output. Keep the markup; put invented text in the place of the portal's, on the page and in",
        "the JSON. Then take `unchecked` out: the tests are red until then.",
    ]
