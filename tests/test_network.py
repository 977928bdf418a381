"""What a network does to a crawl: tried again, then failed with a reason; the run goes on."""

from __future__ import annotations

import gzip
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.exceptions import CloseSpider
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.failures import stop_if_unreachable
from crawler.network.offsite import OffsiteMiddleware
from tests.crawling import HOME, Done, archived, article, environment, reports, scrapy, small_site
from tests.proxy import Page, Proxy, running_proxy
from tests.test_compression import bomb

HTML = {"Content-Type": "text/html"}
GZIP = HTML | {"Content-Encoding": "gzip"}
TRIES = 2


def crawl(
    proxy: Proxy, data_dir: Path, *more: str, portal: str = "ecns", **env: str
) -> tuple[Done, Any]:
    settings = {
        "DOWNLOAD_DELAY": "0",
        "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
        "RETRY_TIMES": str(TRIES - 1),
        "DOWNLOAD_TIMEOUT": "0.7",
        "DOWNLOAD_MAXSIZE": "300000",
        "REFUSED_MAX": "1",
        "LOG_LEVEL": "INFO",
    } | dict(setting.split("=", 1) for setting in more)
    options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    chosen = f"section={'news' if portal == 'ecns' else 'www'}"
    done = scrapy("crawl", portal, "-a", chosen, *options, env=environment(proxy, data_dir, **env))
    assert "Traceback" not in done.err, done.err
    report = reports(data_dir)[-1]
    assert report["log"].get("ERROR", 0) == 0, done.err
    assert report["finish_reason"] == "finished"
    return done, report


def page_of(number: int) -> bytes:
    body = article(number)[1].body
    assert isinstance(body, bytes)
    return body


WHOLE = page_of(0)
PACKED = gzip.compress(WHOLE)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

BROKEN: dict[str, tuple[Page, str, int]] = {
    "an answer that does not come": (Page(delay=9), "DownloadTimeoutError", TRIES),
    "a reset": (Page(reset=True), "DownloadFailedError", TRIES),
    "an end at once": (Page(raw=b""), "DownloadFailedError", TRIES),
    "an end within the head": (Page(raw=HEAD), "DownloadFailedError", TRIES),
    "no HTTP": (Page(raw=b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "DownloadFailedError", TRIES),
    "a short body": (Page(body=WHOLE, truncate=100), "ResponseDataLossError", TRIES),
    "a short chunk": (
        Page(raw=HEAD + b"Transfer-Encoding: chunked\r\n\r\n400\r\n<html>"),
        "ResponseDataLossError",
        TRIES,
    ),
    "no chunk": (
        Page(raw=HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<html>"),
        "ResponseDataLossError",
        TRIES,
    ),
    "two lengths": (
        Page(raw=HEAD + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n<html>"),
        "DownloadFailedError",
        TRIES,
    ),
    "gzip cut short": (Page(headers=GZIP, body=PACKED[:-9]), "broken gzip body", TRIES),
    "gzip that fails its check": (
        Page(headers=GZIP, body=PACKED[:-8] + b"\0" * 8),
        "broken gzip body",
        TRIES,
    ),
    "no gzip": (Page(headers=GZIP, body=b"PK" + WHOLE), "broken gzip body", TRIES),
    "an empty gzip body": (Page(headers=GZIP), "broken gzip body", TRIES),
    "an unknown coding": (
        Page(headers=HTML | {"Content-Encoding": "compress"}, body=WHOLE),
        "unknown Content-Encoding",
        1,
    ),
    "a coding that was not asked for": (
        Page(headers=HTML | {"Content-Encoding": "br"}, body=WHOLE),
        "unknown Content-Encoding",
        1,
    ),
    "a bomb": (Page(headers=GZIP, body=bomb(20_000)), "larger than DOWNLOAD_MAXSIZE", 1),
    "a length beyond the bound": (Page(body=b"x" * 400_000), "larger than DOWNLOAD_MAXSIZE", 1),
    "chunks beyond the bound": (
        Page(body=b"x" * 400_000, chunked=True),
        "larger than DOWNLOAD_MAXSIZE",
        1,
    ),
    "a bound by promise": (
        Page(headers=HTML | {"Content-Length": str(2**40)}, body=b"<html>"),
        "larger than DOWNLOAD_MAXSIZE",
        1,
    ),
    "a missing page with a broken body": (
        Page(status=404, headers=GZIP, body=PACKED[:-9]),
        "404",
        1,
    ),
    "an error with a broken body": (Page(status=500, headers=GZIP, body=PACKED[:-9]), "500", TRIES),
}
WELL: dict[str, Page] = {
    "gzip, padded": Page(headers=GZIP, body=gzip.compress(page_of(90)) + b"\0" * 64),
    "x-gzip": Page(
        headers=HTML | {"Content-Encoding": "x-gzip"}, body=gzip.compress(page_of(91)), chunked=True
    ),
    "plain, said to be gzip": Page(headers=GZIP, body=page_of(93)),
    "no length": Page(raw=HEAD + b"\r\n" + page_of(92)),
}


def test_what_does_not_arrive_has_failed_with_a_reason(tmp_path: Path) -> None:
    site, urls = small_site(len(BROKEN) + len(WELL), per_page=100)
    broken = dict(zip(urls, BROKEN.items(), strict=False))
    for url, (_, (page, _, _)) in broken.items():
        site[url] = page
    for url, page in zip(urls[len(BROKEN) :], WELL.values(), strict=True):
        site[url] = page
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
        assert done.code == 0, done.out
        asked = Counter(proxy.urls)
        tries = {name: asked[url] for url, (name, _) in broken.items()}
        assert tries == {name: wanted for name, (_, _, wanted) in BROKEN.items()}
        expected = Counter(reason for _, reason, _ in BROKEN.values())
        assert report["articles"]["failed"] == dict(sorted(expected.items()))
        assert report["articles"]["refused"] == {}
        assert len(archived(tmp_path)) == len(WELL)
        for number, url in enumerate(urls):
            site[url] = article(number)[1]
        done, report = crawl(proxy, tmp_path)
    assert done.code == 0, done.out
    assert report["articles"]["archived"] == len(BROKEN)
    assert len(archived(tmp_path)) == len(urls)


HOPS = 7
REDIRECTS: dict[str, tuple[str, str]] = {
    "to itself": ("{self}", "max redirections reached"),
    "nowhere": ("", "max redirections reached"),
    "round and round": ("{home}/loop", "max redirections reached"),
    "a long chain": ("{home}/chain/1", "max redirections reached"),
    "to a script": ("javascript:alert(1)", "ValueError"),
    "to data": ("data:text/html,<h1>x</h1>", "302"),
    "to a file": ("file:///etc/passwd", "302"),
    "to ftp": ("ftp://www.ecns.cn/news/", "302"),
    "to another port": ("https://www.ecns.cn:8443/a", "another site: www.ecns.cn:8443"),
    "to the port of http": ("https://www.ecns.cn:80/a", "another site: www.ecns.cn:80"),
    "to a longer name": ("https://www.ecns.cn.evil.org/a", "another site: www.ecns.cn.evil.org"),
    "to a name that ends alike": ("https://evilecns.cn/a", "another site: evilecns.cn"),
    "to an address": ("http://127.0.0.1/a", "another site: 127.0.0.1"),
    "to the metadata": ("http://169.254.169.254/latest", "another site: 169.254.169.254"),
    "to a number": ("http://2130706433/a", "another site: 2130706433"),
    "to IPv6": ("http://[::1]/a", "another site: ::1"),
    "to half an address": ("http://[::1/a", "ValueError"),
    "with a password": (
        "https://me:secret@www.ecns.cn/a",
        "another site: www.ecns.cn with a user's name",
    ),
    "with a host as a password": ("https://www.ecns.cn@evil.org/", "another site: evil.org"),
    "with no scheme": ("//evil.org/a", "another site: evil.org"),
    "with no scheme, and slashes": ("////evil.org/a", "another site: evil.org"),
    "with backslashes": ("\\\\evil.org\\a", "404"),
    "to a long address": ("{home}/" + "a" * 9000, "404"),
    "to a long line": ("{home}/" + "a" * 70_000, "302"),
}


def test_redirects_lead_nowhere_else(tmp_path: Path) -> None:
    site, urls = small_site(len(REDIRECTS) + 2, per_page=100)
    leads = dict(zip(urls, REDIRECTS.items(), strict=False))
    for url, (_, (location, _)) in leads.items():
        where = location.format(home=HOME, self=url)
        site[url] = Page(status=302, headers={"Location": where})
    site[f"{HOME}/loop"] = Page(status=301, headers={"Location": f"{HOME}/loop2"})
    site[f"{HOME}/loop2"] = Page(status=307, headers={"Location": f"{HOME}/loop"})
    for hop in range(1, HOPS):
        site[f"{HOME}/chain/{hop}"] = Page(status=308, headers={"Location": f"/chain/{hop + 1}"})
    # One to the bare host, and one to the usual port, are well.
    plain, ported = urls[-2:]
    site[plain] = Page(
        status=302, headers={"Location": plain.replace("https://www.", "//").replace("/news", "/n")}
    )
    site[plain.replace("www.", "").replace("/news", "/n")] = Page(
        status=302, headers={"Location": plain + "?x"}
    )
    site[plain + "?x"] = article(len(REDIRECTS))[1]
    site[ported] = Page(
        status=302, headers={"Location": ported.replace("ecns.cn/", "ecns.cn:443/") + "?x"}
    )
    site[ported + "?x"] = article(len(REDIRECTS) + 1)[1]
    with running_proxy(site) as proxy:
        done, report = crawl(proxy, tmp_path)
        assert {url.split("/")[2] for url in proxy.urls} <= {
            "www.ecns.cn", "www.ecns.cn:443", "ecns.cn",
        }  # fmt: skip
        assert set(proxy.tunnels) == {"www.ecns.cn:443", "ecns.cn:443"}
        assert done.code == 0, done.out
        assert max(Counter(proxy.urls).values()) <= 24
        assert f"{HOME}/chain/{HOPS - 1}" not in proxy.urls
    expected = Counter(reason for _, reason in REDIRECTS.values())
    assert report["articles"]["failed"] == dict(sorted(expected.items()))
    assert len(archived(tmp_path)) == 2


def test_names_and_certificates_that_fail_on_the_way(tmp_path: Path) -> None:
    site, urls = small_site(4)
    site[f"{HOME}/news/"] = site[f"{HOME}/news/index.shtml"]
    site[urls[0]] = Page(status=302, headers={"Location": "http://nowhere.invalid/a"})
    site[urls[1]] = Page(status=302, headers={"Location": "https://stranger.ecns.cn/a"})
    site[urls[2]] = Page(status=302, headers={"Location": "http://stranger.ecns.cn/a"})
    with running_proxy(site) as proxy:
        context = proxy.authority.context

        def of_another(host: str) -> Any:
            return context("www.example.org" if host.startswith("stranger") else host)

        proxy.authority.context = of_another  # type: ignore[method-assign]
        two = ("SPIDER_MODULES=tests.two_hosts", "DOWNLOAD_TIMEOUT=5")
        direct = {"portal": "two", "no_proxy": "nowhere.invalid"}
        _, report = crawl(proxy, tmp_path, *two, "ROBOTSTXT_OBEY=False", **direct)
        assert report["articles"]["failed"] == {
            "404": 1,
            "CannotResolveHostError": 1,
            "DownloadFailedError": 1,
        }
        assert proxy.tunnels.count("stranger.ecns.cn:443") == TRIES
        assert [url for url in proxy.urls if "https://stranger" in url] == []
        assert len(archived(tmp_path)) == 1
        # With robots.txt obeyed, it is the host that is out of reach: its links wait.
        _, report = crawl(proxy, tmp_path, *two, **direct)
        assert report["pages"]["robots_unreachable"] == {
            "nowhere.invalid": "CannotResolveHostError",
            "stranger.ecns.cn": "DownloadFailedError",
        }


def test_a_connection_refused_after_the_first_page(tmp_path: Path) -> None:
    site, urls = small_site(5)

    def last(_: Any) -> Page:
        proxy.shutdown()
        proxy.socket.close()
        page = article(0)[1]
        return Page(headers={"Connection": "close"}, body=page.body)

    site[urls[0]] = last
    with running_proxy(site) as proxy:
        one = ("CONCURRENT_REQUESTS_PER_DOMAIN=1", "DOWNLOAD_DELAY=0.05", "DOWNLOAD_TIMEOUT=5")
        _, report = crawl(proxy, tmp_path, *one)
    assert report["articles"]["failed"] == {"DownloadConnectionRefusedError": 4}
    assert report["articles"]["archived"] == 1
    site[urls[0]] = article(0)[1]
    with running_proxy(site) as proxy:
        _, report = crawl(proxy, tmp_path)
    assert len(archived(tmp_path)) == 5


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        ("https://www.ecns.cn/a", True),
        ("https://ecns.cn", True),
        ("https://ecns.cn?a@b", True),
        ("https://WWW.ecns.cn:443/a@b:c", True),
        ("http://www.ecns.cn:80/", True),
        ("https://www.ecns.cn:/", True),
        ("http://www.ecns.cn:443/", False),
        ("https://www.ecns.cn:8080/", False),
        ("https://@www.ecns.cn/", False),
        ("https://a:b@www.ecns.cn/", False),
        ("https://www.ecns.cn./", False),
        ("https://xecns.cn/", False),
        ("https://www.ecns.cn.evil.org/", False),
    ],
)
def test_what_may_be_asked(url: str, passes: bool) -> None:
    from scrapy import Request
    from scrapy.exceptions import IgnoreRequest

    middleware = OffsiteMiddleware(["ecns.cn"])
    if passes:
        middleware.process_request(Request(url))
    else:
        with pytest.raises(IgnoreRequest, match=r"^another site: "):
            middleware.process_request(Request(url))


@pytest.mark.parametrize(
    ("answered", "salvaged", "ends"), [(0, 0, True), (3, 3, True), (4, 3, False), (1, 0, False)]
)
def test_what_a_file_answers_did_not_arrive(answered: int, salvaged: int, ends: bool) -> None:
    crawler = get_crawler(Spider)
    crawler.stats = StatsCollector(crawler)
    crawler.stats.set_value("downloader/response_count", answered)
    crawler.stats.set_value("salvage/pages", salvaged)
    with pytest.raises(CloseSpider) if ends else nullcontext():
        stop_if_unreachable(crawler, "DownloadTimeoutError")
