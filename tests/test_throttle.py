"""A host that refuses rests, is asked more slowly, or is left alone; no other host is held up."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.robotstxt import ProtegoRobotParser

from crawler.network.slots import rest_of
from crawler.network.throttle import Throttle, retry_after
from crawler.portal import PortalSpider
from tests.crawling import HOME, Done, archived, article, environment, listing, reports, scrapy
from tests.crawling import small_site as small
from tests.pages import crawler_of
from tests.proxy import Page, Proxy, Site, running_proxy

HOST = "www.ecns.cn"
ROBOTS = f"{HOME}/robots.txt"
LISTING = f"{HOME}/news/index.shtml"
CHALLENGE = (
    "<html><script>var arg1='274E1264B626E35EEB058EECE01149F3496502CE';"
    "document.cookie='acw_sc__v2='+arg1;location.reload()</script></html>"
)


def small_site(count: int) -> tuple[Site, list[str]]:
    """A site whose only listing page is the first: others are missing."""
    site, urls = small(count, per_page=100)
    return site, urls


def crawl(proxy: Proxy, data_dir: Path, *more: str, portal: str = "ecns") -> tuple[Done, Any]:
    """A run without pauses of its own, and its report."""
    chosen = ("-a", "section=news") if portal == "ecns" else ()
    settings = {
        "DOWNLOAD_DELAY": "0.01",  # without any, Scrapy sends more at once than it may (2.19)
        "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
        "RETRY_TIMES": "2",
        "BACKOFF_SECONDS": "0.02",
        "LOG_LEVEL": "INFO",
    }
    settings |= dict(setting.split("=", 1) for setting in more if "=" in setting)
    options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    done = scrapy("crawl", portal, *chosen, *options, env=environment(proxy, data_dir))
    assert "Traceback" not in done.err, done.err
    return done, reports(data_dir)[-1]


def gaps(proxy: Proxy, first: int = 0) -> list[float]:
    """Seconds between the requests, from number `first` on."""
    times = [request.time for request in proxy.requests][first:]
    return [later - sooner for sooner, later in pairwise(times)]


# Retry-After

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"0", 0.0),
        (b"120", 120.0),
        (b" 7 ", 7.0),
        (formatdate(NOW + 90, usegmt=True).encode(), 90.0),
        (formatdate(NOW - 90, usegmt=True).encode(), 0.0),
        (b"Tuesday, 14-Nov-23 22:14:20 GMT", 60.0),
        (b"Tue Nov 14 22:14:20 2023", 60.0),
        (b"9" * 5000, float("inf")),
        (None, None),
        (b"", None),
        (b"-5", None),
        (b"1.5", None),
        (b"soon", None),
        (b"2 minutes", None),
        (b"Tue, 99 Nov 2023 22:14:20 GMT", None),
        (b"Tue, 14 Nov 99999 22:14:20 GMT", None),
        ("٣".encode(), None),
    ],
)
def test_retry_after(value: bytes | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(value=st.one_of(st.binary(), st.text().map(str.encode)))
def test_retry_after_never_fails(value: bytes) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_a_host_is_asked_nothing_until_the_time_it_names(tmp_path: Path) -> None:
    site, urls = small_site(3)
    rules, shown = site[ROBOTS], site[LISTING]
    assert isinstance(rules, Page)
    assert isinstance(shown, Page)
    site[ROBOTS] = [Page(status=503, headers={"Retry-After": "1"}), rules]

    def later(_: Any) -> Page:
        site[LISTING] = shown
        return Page(status=429, headers={"Retry-After": formatdate(time.time() + 2, usegmt=True)})

    site[LISTING] = later
    site[urls[0]] = [Page(status=429, headers={"Retry-After": "yes"}), article(0)[1]]
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
    assert done.code == 0, done.err
    assert [url.removeprefix(HOME) for url in proxy.urls[:4]] == [
        "/robots.txt",
        "/robots.txt",
        "/news/index.shtml",
        "/news/index.shtml",
    ]
    first, _, second = gaps(proxy)[:3]
    assert 1.0 <= first < 1.8
    assert 0.95 <= second < 2.8  # a date has whole seconds
    assert len(archived(tmp_path)) == 3
    assert report["pages"]["refusals"] == {HOST: 3}
    assert report["pages"]["delays"] == {HOST: pytest.approx(0.08)}
    assert report["pages"]["hosts_left_alone"] == {}
    assert report["sections"]["news"]["archived"] == 3


def test_a_burst_counts_once_and_pauses_grow(tmp_path: Path) -> None:
    site, urls = small_site(6)
    for number, url in enumerate(urls):
        site[url] = [Page(status=429, delay=0.3), article(number)[1]]
    site[urls[5]] = [*[Page(status=429, delay=0.3)] * 2, article(5)[1]]
    with running_proxy(site) as proxy:
        done, report = crawl(
            proxy, tmp_path, "CONCURRENT_REQUESTS_PER_DOMAIN=8", "BACKOFF_SECONDS=0.2"
        )
    assert done.code == 0, done.err
    assert report["pages"]["refusals"] == {HOST: 2}
    assert report["pages"]["delays"] == {HOST: pytest.approx(0.4)}
    assert len(archived(tmp_path)) == 6
    times = [request.time for request in proxy.requests if request.url == urls[5]]
    assert times[2] - times[1] >= 0.3 + 0.4  # the answer's time, and the second pause
    again = gaps(proxy, first=[*proxy.urls].index(urls[0], 4) + 1)
    assert min(again) >= 0.19


def test_an_address_that_is_always_refused_ends(tmp_path: Path) -> None:
    site, urls = small_site(6)
    site[urls[0]] = Page(status=503)
    site[urls[1]] = Page(status=429)
    site[urls[2]] = [Page(body=CHALLENGE), article(2)[1]]
    site[urls[3]] = Page(body=CHALLENGE)
    with running_proxy(site) as proxy:
        quick = ("BACKOFF_SECONDS=0.01", "DOWNLOAD_DELAY=0.001", "RETRY_TIMES=1")
        done, report = crawl(proxy, tmp_path, *quick)
        assert done.code == 0, done.err
        asked = Counter(proxy.urls)
        assert [asked[url] for url in urls] == [2, 2, 2, 2, 1, 1]
        assert report["articles"]["failed"] == {"503": 1}
        assert report["articles"]["refused"] == {}
        assert report["sections"]["news"]["pending"] == 2
        assert report["links"]["pending"] == 2
        assert report["pages"]["hosts_left_alone"] == {}
        assert len(archived(tmp_path)) == 3


def test_a_host_that_goes_on_refusing_is_left_alone(tmp_path: Path) -> None:
    site, urls = small_site(30)
    for url in urls[4:]:
        site[url] = Page(status=429)
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
        assert done.code == 1
        assert len(proxy.urls) == 2 + 4 + 5
        why = "refused 5 times in a row, status 429"
        assert report["pages"]["hosts_left_alone"] == {HOST: why}
        line = f"{HOST} left alone ({why}): what is there is left to the next run"
        assert line in report["problems"]
        assert line in done.out
        assert report["articles"]["failed"] == {}
        assert report["sections"]["news"]["pending"] == 26
        assert report["sections"]["news"]["listings_failed"] == 1
        for number, url in enumerate(urls):
            site[url] = article(number)[1]
        # No attempt was counted: with one allowed, what has failed once is not tried again.
        del site[LISTING]
        crawl(proxy, tmp_path, "FAILED_ATTEMPTS=1")
    assert len(archived(tmp_path)) == 30


def test_a_host_that_asks_for_too_long_a_rest_is_left_alone(tmp_path: Path) -> None:
    site, urls = small_site(5)
    site[urls[0]] = Page(status=503, headers={"Retry-After": "86400"})
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
    assert done.code == 1
    assert proxy.urls[-1] == urls[0]
    assert report["pages"]["hosts_left_alone"] == {HOST: "Retry-After 86400"}
    assert report["sections"]["news"]["pending"] == 5


def test_nothing_lowers_the_delay_again(tmp_path: Path) -> None:
    site, urls = small_site(5)
    site[urls[0]] = [Page(status=429, headers={"Retry-After": "0"}), article(0)[1]]
    with running_proxy(site) as proxy:
        done, _ = crawl(
            proxy, tmp_path, "AUTOTHROTTLE_ENABLED=True", "AUTOTHROTTLE_START_DELAY=0.01",
            "BACKOFF_SECONDS=0.2",
        )  # fmt: skip
    assert done.code == 0, done.err
    later = gaps(proxy, first=proxy.urls.index(urls[0]))
    assert len(later) == 6
    assert min(later) >= 0.19


@pytest.mark.parametrize(
    "page",
    [Page(body=CHALLENGE), Page(status=429, headers={"Retry-After": "5000"})],
    ids=["challenge", "left alone"],
)
def test_a_refused_robots_txt_is_no_free_host(page: Page, tmp_path: Path) -> None:
    site, _ = small_site(3)
    site[ROBOTS] = page
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
    assert done.code == 1
    assert {url.rpartition("/")[2] for url in proxy.urls} == {"robots.txt"}
    assert list(report["pages"]["robots_unreachable"]) == [HOST]


# Two hosts


def two_sites(count: int) -> Site:
    site = Site({f"{HOST}/robots.txt": Page(status=404), "ecns.cn/robots.txt": Page(status=404)})
    for host in (HOST, "ecns.cn"):
        urls = []
        for number in range(count):
            url, page = article(number)
            urls.append(url.replace(HOST, host))
            site[urls[-1]] = page
        site[f"{host}/news/"] = listing(urls)
    return site


def test_one_host_that_rests_does_not_hold_up_the_other(tmp_path: Path) -> None:
    site = two_sites(30)
    first = article(0)[0]
    # Its articles are known when those of the other host have long waited.
    shown = site["ecns.cn/news/"]
    assert isinstance(shown, Page)
    site["ecns.cn/news/"] = Page(body=shown.body, delay=0.6)
    site[first] = [Page(status=429, headers={"Retry-After": "3"}), article(0)[1]]
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path, "SPIDER_MODULES=tests.two_hosts", portal="two")
    assert done.code == 0, done.err
    assert len(archived(tmp_path)) == 60
    asked: dict[str, list[float]] = {HOST: [], "ecns.cn": []}
    refused = next(request.time for request in proxy.requests if request.url == first)
    for request in proxy.requests:
        if request.time > refused:
            asked[request.url.split("/")[2]].append(request.time - refused)
    assert asked[HOST][0] >= 3.0
    assert len(asked["ecns.cn"]) >= 29
    assert asked["ecns.cn"][-1] < 2.5
    assert report["pages"]["refusals"] == {HOST: 1}
    assert list(report["pages"]["delays"]) == [HOST]


# Crawl-delay


def test_crawl_delay_is_kept(tmp_path: Path) -> None:
    site, _ = small_site(4)
    site[ROBOTS] = Page(
        headers={"Content-Type": "text/plain"},
        body="User-agent: *\nCrawl-delay: 0.25\nRequest-rate: 1/90\nVisit-time: 0200-0201\n",
    )
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
    assert done.code == 0, done.err
    assert min(gaps(proxy)) >= 0.24
    assert max(gaps(proxy)) < 2
    assert report["pages"]["delays"] == {HOST: 0.25}
    assert report["pages"]["refusals"] == {}


def test_a_crawl_delay_beyond_all_bounds(tmp_path: Path) -> None:
    site, _ = small_site(2)
    site[ROBOTS] = Page(body="User-agent: *\nCrawl-delay: 900\n")
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
    assert done.code == 1
    assert proxy.urls == [ROBOTS]
    assert report["pages"]["hosts_left_alone"] == {HOST: "Crawl-delay 900"}


class Idle(Downloader):
    """A downloader outside a reactor."""

    def _start_slot_gc(self) -> None: ...


class Engine:
    def __init__(self, crawler: Crawler) -> None:
        self.downloader = Idle(crawler)


@pytest.fixture
def throttle() -> Iterator[Throttle]:
    """A throttle over a downloader that downloads nothing, with a delay of 4 seconds."""
    from tests.pages import project_settings
    from tests.two_hosts import TwoHosts

    spider: type[PortalSpider] = TwoHosts
    crawler = crawler_of(spider, project_settings(DOWNLOAD_DELAY=4, REPLAY_DIR=""))
    crawler.settings.set("DOWNLOAD_HANDLERS", {"http": None, "https": None}, "cmdline")
    crawler.settings.set("DOWNLOADER_MIDDLEWARES_BASE", {}, "cmdline")
    crawler.settings.set("DOWNLOADER_MIDDLEWARES", {}, "cmdline")
    engine: Any = Engine(crawler)
    crawler.engine = engine
    yield Throttle.from_crawler(crawler)
    engine.downloader.close()


def parsed(throttle: Throttle, text: str, host: str = HOST) -> Any:
    """The slot of a host whose robots.txt says `text`."""
    request = Request(f"https://{host}/news/")
    throttle._downloader._get_slot(request)
    parser = ProtegoRobotParser.from_crawler(throttle._crawler, text.encode())
    throttle.robots_parsed(parser, request)
    return throttle._downloader._get_slot(request)[1]


@pytest.mark.parametrize(
    ("text", "delay", "jitter"),
    [
        ("User-agent: *\nCrawl-delay: 20\n", 20.0, 0.0),
        ("User-agent: *\nCrawl-delay: 3\n", 4.0, 0.0),
        ("User-agent: state-media-archive\nCrawl-delay: 20\n", 20.0, 0.0),
        ("User-agent: other\nCrawl-delay: 20\n", 4.0, 0.5),
        ("User-agent: *\nCrawl-delay: nan\n", 4.0, 0.5),
        ("User-agent: *\nCrawl-delay: inf\n", 4.0, 0.5),
        ("User-agent: *\nCrawl-delay: -20\n", 4.0, 0.5),
        ("User-agent: *\nCrawl-delay: 0\n", 4.0, 0.5),
        ("User-agent: *\nCrawl-delay: slowly\n", 4.0, 0.5),
        ("User-agent: *\nRequest-rate: 1/20\n", 4.0, 0.5),
        ("", 4.0, 0.5),
    ],
)
def test_the_larger_delay_is_the_hosts(
    throttle: Throttle, text: str, delay: float, jitter: float
) -> None:
    slot = parsed(throttle, text)
    assert (slot.delay, slot.jitter) == (delay, jitter)
    other = throttle._downloader._get_slot(Request("https://ecns.cn/"))[1]
    assert (other.delay, other.jitter) == (4.0, 0.5)


def test_a_parser_that_lets_anything_through(throttle: Throttle) -> None:
    class Parser:
        def crawl_delay(self, agent: str) -> float:
            return float("nan")

    parser: Any = Parser()
    throttle.robots_parsed(parser, Request("https://ecns.cn/"))
    assert throttle._downloader._get_slot(Request("https://ecns.cn/"))[1].delay == 4.0


def refuse(throttle: Throttle, request: Request, **headers: str) -> None:
    from scrapy.http import Response

    response = Response(request.url, status=429, headers=dict(headers))
    throttle.response_downloaded(response, request)


def test_delays_double_up_to_a_minute_and_a_slot_forgotten_keeps_its_own(
    throttle: Throttle,
) -> None:
    url = f"https://{HOST}/news/"
    delays = []
    for _ in range(4):
        key, slot = throttle._downloader._get_slot(Request(url))
        refuse(throttle, Request(url))
        delays.append(slot.delay)
        assert rest_of(slot) > 25
        del throttle._downloader.slots[key]
    assert delays == [8.0, 16.0, 32.0, 60.0]
    slot = throttle._downloader._get_slot(Request(url))[1]
    assert (slot.delay, slot.jitter) == (60.0, 0.0)
    assert throttle._downloader._get_slot(Request("https://ecns.cn/"))[1].delay == 4.0


def test_pauses_double_and_none_is_shorter_than_what_is_asked_for(throttle: Throttle) -> None:
    rests = []
    for seconds in (None, None, "100", "1", None):
        request = Request(f"https://{HOST}/news/")
        slot = throttle._downloader._get_slot(request)[1]
        slot.lastseen = 0.0
        headers = {} if seconds is None else {"Retry-After": seconds}
        refuse(throttle, request, **headers)
        rests.append(round(rest_of(slot)))
    assert rests[:4] == [30, 60, 100, 1]
    assert throttle._hosts[HOST].left_alone == "refused 5 times in a row, status 429"


def test_an_answer_from_before_the_pause_ends_no_row(throttle: Throttle) -> None:
    from scrapy.http import Response

    url = f"https://{HOST}/news/"
    throttle._downloader._get_slot(Request(url))
    for _ in range(4):
        refuse(throttle, Request(url))
        old = Request(url, meta={"sent_at": 0.0})
        throttle.process_response(old, Response(url, body=b"well"))
    assert throttle._hosts[HOST].in_a_row == 4
    new = Request(url, meta={"sent_at": time.monotonic()})
    throttle.process_response(new, Response(url, body=b"well"))
    assert throttle._hosts[HOST].in_a_row == 0


@pytest.mark.parametrize("meta", [{"salvaged": True}, {"salvaged": True, "sent_at": 1e12}, {}])
def test_a_page_from_a_file_ends_no_row(throttle: Throttle, meta: dict[str, Any]) -> None:
    from scrapy.http import Response

    url = f"https://{HOST}/news/"
    throttle._downloader._get_slot(Request(url))
    for _ in range(2):
        refuse(throttle, Request(url))
    salvaged = Request(url, meta=meta)
    answer = Response(url, body=b"well")
    assert throttle.process_response(salvaged, answer) is answer
    assert throttle._hosts[HOST].in_a_row == 2


def test_a_challenge_from_a_file_is_asked_for_and_refuses_nothing(throttle: Throttle) -> None:
    from scrapy.http import HtmlResponse

    request = Request(f"https://{HOST}/a", meta={"salvaged": True, "kept": 1})
    answer = HtmlResponse(request.url, body=CHALLENGE.encode())
    again = throttle.process_response(request, answer)
    assert isinstance(again, Request)
    assert (again.url, again.meta, again.dont_filter) == (request.url, {"kept": 1}, True)
    assert HOST not in throttle._hosts


def test_a_request_refused_behind_a_redirect_is_asked_from_the_start(throttle: Throttle) -> None:
    from scrapy.http import HtmlResponse

    meta = {"redirect_urls": [f"https://{HOST}/a"], "redirect_times": 1, "redirect_ttl": 4}
    request = Request(f"https://{HOST}/captcha", meta=meta | {"kept": 1}, priority=7)
    throttle._downloader._get_slot(request)
    answer = HtmlResponse(request.url, body=CHALLENGE.encode())
    again = throttle.process_response(request, answer)
    assert isinstance(again, Request)
    assert (again.url, again.priority) == (f"https://{HOST}/a", 7)
    assert again.meta == {"kept": 1, "refusals": 1}
