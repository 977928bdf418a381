"""End to end: crawls as a user runs them, through Scrapy's whole network stack, on loopback."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.stores.warc import read_responses
from tests.crawling import (
    HOME,
    QUICK,
    ROOT,
    archived,
    article,
    environment,
    listing,
    reports,
    scrapy,
    small_site,
)
from tests.pages import CAPTURES, FIXTURES, facts_of
from tests.proxy import Page, Proxy, Site, running_proxy

SECTIONS = "politics,business,cns-wire,home,scroll,photo,video,rss"


def article_facts() -> list[dict[str, Any]]:
    """The facts of all whole articles of the recorded site."""
    found = [facts_of(path) for path in sorted((FIXTURES / "ecns").glob("*.json"))]
    return [facts for facts in found if facts["kind"] in ("article", "photo", "video")]


def whole(value: Any) -> Any:
    """`value` with the scheme of pictures' addresses left out: where the page names none it is
    that of the link which led to the page, and listings mix both."""
    return json.loads(json.dumps(value).replace("http://image.", "https://image."))


@pytest.fixture(scope="module")
def recorded() -> Iterator[Proxy]:
    with running_proxy(Site.from_fixtures(FIXTURES / "ecns")) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def crawled(recorded: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a crawl of the recorded site and a second one."""
    data_dir = tmp_path_factory.mktemp("data")
    for _ in range(2):
        recorded.clear()
        env = environment(recorded, data_dir)
        done = scrapy("crawl", "ecns", "-a", f"section={SECTIONS}", *QUICK, env=env)
        assert done.code == 0, done.err + done.out
    return data_dir


def test_every_article_is_archived_as_a_person_reads_it(crawled: Path) -> None:
    records = {record["id"]: record for record in archived(crawled)}
    assert len(records) == len(archived(crawled))
    for facts in article_facts():
        record = records[facts["expect"]["id"]]
        expect = dict(facts["expect"])
        if "joined_body" in facts:
            expect["body"] = facts["joined_body"]
        if len([f for f in article_facts() if f["expect"]["id"] == record["id"]]) > 1:
            expect.pop("url")
        assert {name: whole(record[name]) for name in expect} == whole(expect)
    assert {facts["expect"]["id"] for facts in article_facts()} == set(records)


def test_second_run_fetches_no_article(crawled: Path, recorded: Proxy) -> None:
    assert [url for url in recorded.urls if re.search(r"/\d+\.shtml|detail-", url)] == []
    first, second = reports(crawled)
    assert first["articles"]["archived"] > 30
    assert second["articles"]["archived"] == 0


def test_every_record_stands_on_its_capture(crawled: Path) -> None:
    captures = {
        captured.record_id: captured
        for path in crawled.glob("raw/*/*/*.warc.gz")
        for captured in read_responses(path)
    }
    for record in archived(crawled):
        captured = captures[record["capture"]]
        assert captured.status == 200
        assert record["fetched_at"] == captured.date.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert captured.url.split("://")[1] == record["url"].split("://")[1]


def test_warc_files_pass_the_check_of_another_tool(crawled: Path) -> None:
    files = [str(path) for path in crawled.glob("raw/*/*/*.warc.gz")]
    check = "from warcio.cli import main; import sys; main(['check', *sys.argv[1:]])"
    ended = subprocess.run([sys.executable, "-c", check, *files], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stdout.decode() + ended.stderr.decode()
    assert len(files) == 2


def test_the_numbers_of_the_report_add_up(crawled: Path) -> None:
    report = reports(crawled)[0]
    ends = ("archived", "unchanged", "refused", "failed", "outside", "moved", "disallowed")
    fetched = Counter[str]()
    for name, section in report["sections"].items():
        count = Counter(section)
        assert count["listed"] == count["new"] + count["known"] + count["ignored"], name
        ended = sum(count[end] for end in (*ends, "pending"))
        assert count["new"] + count["resumed"] == ended, name
        fetched.update(section)
    assert fetched["archived"] == report["articles"]["archived"] == len(archived(crawled))
    assert fetched["refused"] == 2
    assert fetched["failed"] == 1
    assert report["links"]["archived"] == report["articles"]["archived"]
    assert report["finish_reason"] == "finished"


def test_manners(recorded: Proxy, crawled: Path) -> None:
    first = recorded.requests[0]
    assert first.url.endswith("/robots.txt")
    agents = {request.header("User-Agent") for request in recorded.requests}
    assert len(agents) == 1
    assert re.fullmatch(r"state-media-archive/\S+ \(\+mailto:archive@example.org\)", agents.pop())


def test_refused_pages_are_listed(crawled: Path) -> None:
    done = scrapy("refused", env=environment(None, crawled))
    assert done.code == 0
    assert "ecns: 2 refused" in done.out
    assert len(re.findall(r"no layout claims the page  \[skeleton [0-9a-f]{8}\]", done.out)) == 2


def test_reextraction_gives_the_same_records(crawled: Path, tmp_path: Path) -> None:
    files = sorted(crawled.glob("raw/*/*/*.warc.gz"))
    done = scrapy("reextract", *files, "-o", tmp_path, env=environment(None, crawled))
    assert done.code == 0, done.err
    changing = ("run", "extracted_at", "url")

    def same(record: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in record.items() if name not in changing}

    again = {record["id"]: same(record) for record in archived(tmp_path)}
    assert again == {record["id"]: same(record) for record in archived(crawled)}
    assert reports(tmp_path)[0]["command"] == "reextract"


def test_feed_export_works_beside_the_archive(recorded: Proxy, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    env = environment(recorded, tmp_path / "data")
    done = scrapy("crawl", "ecns", "-a", "section=rss", "-O", out, *QUICK, env=env)
    assert done.code == 0, done.err
    exported = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert exported == archived(tmp_path / "data")
    assert len(exported) >= 8


def test_captures_are_archived_with_every_field_right(tmp_path: Path) -> None:
    if not CAPTURES.is_dir():
        pytest.skip(f"no captures at {CAPTURES}")
    names = ("article", "photo", "rebuilt")
    paths = [p for p in sorted((CAPTURES / "ecns").glob("*.json")) if p.stem.startswith(names)]
    facts = [facts_of(path) for path in paths]
    site = Site.from_fixtures(CAPTURES / "ecns")
    site[f"{HOME}/business/index.shtml"] = listing([one["url"] for one in facts])
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        done = scrapy("crawl", "ecns", "-a", "section=business", *QUICK, env=env)
    assert done.code == 0, done.err
    records = {record["url"].split("://")[1]: record for record in archived(tmp_path)}
    assert len(records) == len(facts)
    for one in facts:
        expect = {name: value for name, value in one["expect"].items() if name != "left_out"}
        record = records[one["url"].split("://")[1]]
        assert {name: record[name] for name in expect} == expect


def test_one_article_by_its_address(recorded: Proxy, tmp_path: Path) -> None:
    url = next(f["url"] for f in article_facts() if f["kind"] == "photo")
    env = environment(recorded, tmp_path)
    recorded.clear()
    done = scrapy("crawl", "ecns", "-a", f"url={url}?utm_source=x#top", *QUICK, env=env)
    assert done.code == 0, done.err
    assert [record["url"] for record in archived(tmp_path)] == [url]
    assert [u for u in recorded.urls if "robots" not in u] == [url]
    gone = scrapy("crawl", "ecns", "-a", f"url={url.replace('.shtml', '9.shtml')}", *QUICK, env=env)
    assert (gone.code, "is not archived" in gone.out) == (1, True)
    again = scrapy("crawl", "ecns", "-a", f"url={url}", *QUICK, env=env)
    assert again.code == 0
    assert "not fetched again" in again.err
    assert len(archived(tmp_path)) == 1


def test_days_asked_for(recorded: Proxy, tmp_path: Path) -> None:
    env = environment(recorded, tmp_path)
    window = ("-a", "since=2025-01-01", "-a", "until=2025-12-31", "-a", f"section={SECTIONS}")
    done = scrapy("crawl", "ecns", *window, *QUICK, env=env)
    assert done.code == 0, done.err
    expected = {
        f["expect"]["id"] for f in article_facts() if f["expect"]["published_at"].startswith("2025")
    }
    assert {record["id"] for record in archived(tmp_path)} == expected
    done = scrapy("crawl", "ecns", "-a", f"section={SECTIONS}", *QUICK, env=env)
    assert done.code == 0, done.err
    everything = {f["expect"]["id"] for f in article_facts()}
    assert {record["id"] for record in archived(tmp_path)} == everything


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ecsn"], "valid: bjreview, cctv, "),
        ([], "valid: bjreview, cctv, "),
        (["ecns", "-a", "section=politcs"], "politics"),
        (["ecns", "-a", "pages=none"], "1, 2, 3"),
        (["ecns", "-a", "since=2026-02-30"], "YYYY-MM-DD"),
        (["ecns", "-a", "until=yesterday"], "YYYY-MM-DD"),
        (["ecns", "-a", "sections=politics"], "section, pages, since, until, url"),
        (["ecns", "-a", "url=https://www.example.org/"], "no article's address"),
        (["ecns", "--section", "politics"], "--section"),
    ],
)
def test_mistyped(arguments: list[str], says: str, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    done = scrapy("crawl", *arguments, env=environment(None, data_dir))
    assert done.code == 2
    line = done.err.strip().splitlines()[-1]
    assert says in line
    assert "Traceback" not in done.err
    assert not data_dir.exists()


def test_portal_that_cannot_be_reached(tmp_path: Path) -> None:
    nowhere = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    started = time.monotonic()
    done = scrapy("crawl", "ecns", *QUICK, env=environment(None, tmp_path) | nowhere)
    assert done.code == 1
    assert len(done.out.strip().splitlines()) == 1
    assert "make demo" in done.out
    assert "Traceback" not in done.err
    assert time.monotonic() - started < 30


def test_robots_txt_is_asked_for_every_request(tmp_path: Path) -> None:
    site, urls = small_site(40)
    rules = b"User-agent: *\nDisallow: /news/2026-11-1\n"
    site[f"{HOME}/robots.txt"] = Page(headers=[("Content-Type", "text/plain")], body=rules)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        done = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
    assert done.code == 0, done.err
    assert [url for url in proxy.urls if "/news/2026-11-1" in url] == []
    kept = [url for url in urls if "/news/2026-11-1" not in url]
    assert {record["url"] for record in archived(tmp_path)} == set(kept)
    assert reports(tmp_path)[0]["sections"]["news"]["disallowed"] == len(urls) - len(kept)


def test_nothing_is_fetched_while_robots_txt_is_broken(tmp_path: Path) -> None:
    site, urls = small_site(10)
    rules = site[f"{HOME}/robots.txt"]
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        site[f"{HOME}/robots.txt"] = Page(status=503)
        done = scrapy("crawl", "ecns", "-a", "section=news,home,photo", *QUICK, env=env)
        assert done.code == 1
        assert {url.rpartition("/")[2] for url in proxy.urls} == {"robots.txt"}
        site[f"{HOME}/robots.txt"] = rules
        done = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
    assert done.code == 0, done.err
    assert len(archived(tmp_path)) == len(urls)


def test_no_request_leaves_the_hosts_of_the_portal(tmp_path: Path) -> None:
    site, urls = small_site(4)
    site[urls[0]] = Page(status=302, headers=[("Location", "https://www.example.org/")])
    site[urls[1]] = Page(status=302, headers=[("Location", urls[2])])
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        for _ in range(2):
            done = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
            assert done.code == 0, done.err
    assert {url.split("/")[2] for url in proxy.urls} == {"www.ecns.cn"}
    assert set(proxy.tunnels) == {"www.ecns.cn:443"}
    assert Counter(proxy.urls)[urls[1]] == 1
    first = reports(tmp_path)[0]
    assert first["articles"]["archived"] == 2
    assert first["articles"]["failed"] == {"another site: www.example.org": 1}
    assert first["sections"]["news"]["moved"] == 1


def test_a_further_page_that_leads_back_is_no_page_of_the_article(tmp_path: Path) -> None:
    site, urls = small_site(2)
    further = urls[0].replace(".shtml", "-p2.shtml")
    pager = f"<div id='function_code_page'><a href='{further}'>2</a></div><!--正文分页结束-->"
    first = article(0)[1].body.replace("<!--正文分页结束-->".encode(), pager.encode())
    site[urls[0]] = Page(body=first)
    site[further] = Page(status=302, headers=[("Location", urls[0])])
    with running_proxy(site) as proxy:
        scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=environment(proxy, tmp_path))
    assert [record["url"] for record in archived(tmp_path)] == [urls[1]]
    assert reports(tmp_path)[0]["articles"]["refused"] == {
        "no layout": {"another page in place of a further one": 1}
    }


def test_a_listing_that_repeats_itself_is_walked_once(tmp_path: Path) -> None:
    site, urls = small_site(6)
    for page in range(2, 30):
        site[f"{HOME}/news/index_{page}.shtml"] = site[f"{HOME}/news/index.shtml"]
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        done = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
    assert done.code == 0, done.err
    assert len([url for url in proxy.urls if "/news/index" in url]) == 2
    assert len(archived(tmp_path)) == len(urls)


def test_a_second_path_that_begins_like_the_first_is_walked_to_its_end(tmp_path: Path) -> None:
    site, urls = small_site(50)
    walks = {"/society/": (urls[:10], urls[10:20], urls[20:30])}
    walks["/news/society/"] = (urls[:10], urls[30:40], urls[40:])
    for path, pages in walks.items():
        for number, shown in enumerate(pages, 1):
            name = "index.shtml" if number == 1 else f"index_{number}.shtml"
            site[f"{HOME}{path}{name}"] = listing(shown)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        for archived_now in (50, 0):
            done = scrapy("crawl", "ecns", "-a", "section=society", *QUICK, env=env)
            assert done.code == 0, done.err
            assert reports(tmp_path)[-1]["articles"]["archived"] == archived_now
        fetched = Counter(url.removeprefix(HOME) for url in proxy.urls)
    assert {record["url"] for record in archived(tmp_path)} == set(urls)
    for path in walks:
        # The second run meets nothing new on the first page, and stops.
        assert [fetched[f"{path}{name}.shtml"] for name in ("index", "index_2", "index_3")] == [
            2,
            1,
            1,
        ]
    assert max(fetched[url.removeprefix(HOME)] for url in urls) == 1


def test_fetch_archives_nothing(tmp_path: Path) -> None:
    site, urls = small_site(1)
    with running_proxy(site) as proxy:
        done = scrapy("fetch", urls[0], *QUICK, env=environment(proxy, tmp_path / "data"))
    assert done.code == 0, done.err
    assert "Harbour opens berth 0" in done.out
    assert "Traceback" not in done.err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_certificate_of_a_stranger_is_not_accepted(recorded: Proxy, tmp_path: Path) -> None:
    env = environment(recorded, tmp_path)
    del env["SSL_CERT_FILE"]
    done = scrapy("crawl", "ecns", "-a", "section=politics", *QUICK, env=env)
    assert done.code == 1
    assert archived(tmp_path) == []


def test_second_run_at_once_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    site, urls = small_site(5)
    site[urls[0]] = Page(delay=4)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        command = [sys.executable, "-m", "scrapy", "crawl", "ecns", "-a", "section=news", *QUICK]
        first = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        wait_until(lambda: urls[0] in proxy.urls)
        second = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
        assert second.code == 3
        assert f"pid {first.pid}" in second.err
        first.wait(30)


def test_storage_that_fails(recorded: Proxy, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "ecns").write_text("in the way", encoding="utf-8")
    done = scrapy(
        "crawl", "ecns", "-a", "section=politics", *QUICK, env=environment(recorded, tmp_path)
    )
    assert done.code == 4
    assert str(tmp_path / "archive" / "ecns") in done.err + done.out
    assert "Traceback" not in done.err
    (tmp_path / "archive" / "ecns").unlink()
    done = scrapy(
        "crawl", "ecns", "-a", "section=politics", *QUICK, env=environment(recorded, tmp_path)
    )
    assert done.code == 0, done.err
    assert len(archived(tmp_path)) > 10


def wait_until(happened: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.mark.parametrize("after", [3, 25, 90])
def test_killed_in_the_middle_and_run_again_nothing_is_lost(after: int, tmp_path: Path) -> None:
    site, urls = small_site(120)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        command = [sys.executable, "-m", "scrapy", "crawl", "ecns", "-a", "section=news", *QUICK]
        first = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
        wait_until(lambda: len(proxy.urls) >= after)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        done = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
        assert done.code == 0, done.err
        fetched = Counter(proxy.urls)
    records = archived(tmp_path)
    assert Counter(record["id"] for record in records) == Counter(
        f"ecns:ihfzabcd{number:07d}" for number in range(120)
    )
    twice = [url for url in urls if fetched[url] > 1]
    assert len(twice) <= 16  # those under way, or about to be read, when the process died
    assert not list(tmp_path.glob("**/*.part"))
    reasons = [report["finish_reason"] for report in reports(tmp_path)]
    assert reasons == ["interrupted", "finished"]


def test_other_zone_other_locale_same_archive(recorded: Proxy, tmp_path: Path) -> None:
    env = environment(recorded, tmp_path, TZ="America/Los_Angeles", LC_ALL="C", LANG="C")
    done = scrapy("crawl", "ecns", "-a", "section=politics", *QUICK, env=env)
    assert done.code == 0, done.err
    expect = {f["expect"]["id"]: f["expect"]["published_at"] for f in article_facts()}
    assert all(record["published_at"] == expect[record["id"]] for record in archived(tmp_path))


def test_demo_over_recorded_pages(tmp_path: Path) -> None:
    env = environment(None, tmp_path, SCRAPY_PROJECT="replay")
    done = scrapy("crawl", "ecns", "-a", f"section={SECTIONS}", env=env)
    assert done.code == 0, done.err
    assert 3 <= len(done.out.strip().splitlines()) <= 4
    records = archived(tmp_path)
    assert len(records) >= 30
    assert {record["kind"] for record in records} == {"article", "photo", "video"}
    assert len(list(tmp_path.glob("raw/ecns/*/*.warc.gz"))) == 1


def test_a_listing_is_walked_to_the_days_asked_for(tmp_path: Path) -> None:
    """Deeper than LISTING_PAGES; one that gives its last page again for any number has ended."""
    site, urls = small_site(4, per_page=1)
    for number in range(5, 9):
        site[f"{HOME}/news/index_{number}.shtml"] = listing(urls[3:])
    limit = ("-s", "LISTING_PAGES=2", "-a", "section=news", *QUICK)
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path / "bounded")
        scrapy("crawl", "ecns", *limit, env=env)
        assert len(archived(tmp_path / "bounded")) == 2
        proxy.clear()
        env = environment(proxy, tmp_path / "asked")
        scrapy("crawl", "ecns", "-a", "since=2026-11-01", *limit, env=env)
        assert len(archived(tmp_path / "asked")) == 4
        pages = {url for url in proxy.urls if "/news/index" in url}
    assert f"{HOME}/news/index_5.shtml" in pages
    assert f"{HOME}/news/index_6.shtml" not in pages
