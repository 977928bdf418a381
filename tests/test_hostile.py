"""Hostile pages, through Scrapy's whole network stack on loopback: each has the outcome it must have
in archive, state and report, and nothing hangs, raises or reaches the log unescaped."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.pages import Link
from crawler.spiders.ecns import EcnsSpider
from tests.crawling import HOME, QUICK, Done, archived, article, environment, reports, scrapy
from tests.proxy import Page, Site, running_proxy

HTML = "text/html"
TEXT = "Nothing else happened, said the harbour master"
HAN = "长江大桥"
CURLY = f"{TEXT}: “China’s café” — {HAN}"


@dataclass(frozen=True)
class Case:
    """A page and what must become of it: fields of its record, or the reason for refusal."""

    name: str
    page: Callable[[str], bytes]
    """Given its address."""
    refused: str = ""
    expect: dict[str, Any] = field(default_factory=dict)
    kind: str | None = HTML


def markup(
    body: str = f"<p>{TEXT}.</p>",
    *,
    headline: str = "Harbour opens",
    printed: str = "2026-11-01 08:00:00",
    source: str = "Xinhua",
    editor: str = "Editor  : Li Lan",
    head: str = "<meta charset='utf-8'>",
    around: str = "",
    section: str = "Society",
) -> str:
    return (
        f"<html><head>{head}<title>t</title></head><body>{around}"
        f"<h3 class='itemtit'><span>Home /</span><span>{section}</span></h3>"
        f"<h1 class='contitle' id='contitle'>{headline}</h1>"
        f"<div class='downinfo'><span>{printed}</span><span>{source}</span><span>{editor}</span></div>"
        f"<div class='content' id='yanse'><!--正文分页开始-->{body}<!--正文分页结束--></div>"
        "</body></html>"
    )


def of(*parts: Any, encoding: str = "utf-8", **named: Any) -> Callable[[str], bytes]:
    return lambda url: markup(*parts, **named).encode(encoding, "surrogatepass")


def raw(page: bytes) -> Callable[[str], bytes]:
    return lambda url: page


def read(name: str, page: Callable[[str], bytes], kind: str | None = HTML, **expect: Any) -> Case:
    return Case(name, page, "", {"body": [f"{TEXT}."], "headline": "Harbour opens"} | expect, kind)


def refused(name: str, page: Callable[[str], bytes], reason: str, kind: str | None = HTML) -> Case:
    return Case(name, page, reason, {}, kind)


def nested(tag: str, depth: int) -> Callable[[str], bytes]:
    return of(f"<p>First.</p>{f'<{tag}>' * depth}deep{f'</{tag}>' * depth}<p>Last.</p>")


GB = "<meta charset='gb2312'>"
CURLED = f"<p>{CURLY}</p>"
UNDECODABLE = "undecodable bytes"
MARKS = "marks of the body not understood"
NO_LAYOUT = "no layout claims the page"
DEEP = "nested too deeply"
SCREEN = "\x1b[31m\x07"
ODD = '\'; DROP TABLE links; -- $(touch x) `id` ../../etc \u2028 \u202e &amp; "q"'
ODD_READ = '\'; DROP TABLE links; -- $(touch x) `id` ../../etc \u202e & "q"'
OTHER = f"{HOME}/news/2026-11-01/detail-ihfzother0000001.shtml"

ENCODINGS = [
    read("utf-8-declared-gb-meta", of(CURLED, head=GB), body=[CURLY]),
    read("utf-8-declared-gb-header", of(CURLED), f"{HTML}; charset=gb2312", body=[CURLY]),
    read("utf-8-declared-gb-both", of(CURLED, head=GB), f"{HTML}; charset=gb2312", body=[CURLY]),
    read("utf-8-declared-latin", of(CURLED), f"{HTML}; charset=iso-8859-1", body=[CURLY]),
    read("gb-declared-utf-8-meta", of(CURLED, encoding="gb18030"), body=[CURLY]),
    read("gb-declared-utf-8-both", of(CURLED, encoding="gb18030"), f"{HTML}; charset=utf-8",
         body=[CURLY]),
    read("gb-header-utf-8-meta", of(CURLED, encoding="gb18030"), f"{HTML}; charset=gb2312",
         body=[CURLY]),
    read("gb-declared-latin", of(CURLED, encoding="gb18030", head=GB), f"{HTML}; charset=iso-8859-1",
         body=[CURLY]),
    refused("latin-declared-gb", lambda u: markup(CURLED + "<p>caf#s</p>", head=GB)
            .encode("gb18030").replace(b"#", b"\xe9"), UNDECODABLE, f"{HTML}; charset=iso-8859-1"),
    refused("lone-byte", lambda u: markup().encode().replace(b"Nothing", b"\xe9othing"), UNDECODABLE),
    refused("lone-byte-gb", lambda u: markup(head=GB).encode("gb18030").replace(b"No", b"\xff "),
            UNDECODABLE),
    # UTF-8 with one spoilt byte that declares gb2312 would read as `鈥檚`.
    refused("utf-8-spoilt-declared-gb",
            lambda u: markup(CURLED + "<p>#</p>", head=GB).encode().replace(b"#", b"\xe9"),
            MARKS),
    refused("cp1252-declared-gb",
            lambda u: markup("<p>China#s port</p>", head=GB).encode("gb18030").replace(b"#", b"\x92"),
            UNDECODABLE),
    # A lossy system prints `?`: there is nothing that says what it was.
    read("question-mark", of("<p>The chef from S?o Paulo</p>"), body=["The chef from S?o Paulo"]),
    # Text that was encoded twice is what the page prints, and still not what anyone wrote. It looks
    # the same as what a wrong declaration makes of a right page, so no reader can vouch for it.
    refused("twice-cp1252", of("<p>China" + "’".encode().decode("cp1252") + "s</p>"), UNDECODABLE),
    refused("twice-latin", of("<p>caf" + "é".encode().decode("latin-1") + "</p>"), UNDECODABLE),
    refused("twice-c1", of("<p>China" + "’".encode().decode("latin-1") + "s</p>"), UNDECODABLE),
    read("references-of-windows", of("<p>China&#146;s &#x93;port&#148;</p>"), body=["China’s “port”"]),
    read("nul-bytes", of(f"<p>{TEXT[:5]}\0{TEXT[5:]}.</p>")),
    read("controls", of(f"<p>\x01{TEXT}.\x0b\x0c\x1f\x7f</p>")),
    refused("escape", of(f"<p>{SCREEN}{TEXT}</p>"), UNDECODABLE),
    read("utf-16", of(CURLED, head="", encoding="utf-16"), body=[CURLY]),
    read("utf-16-header", of(CURLED, encoding="utf-16"), f"{HTML}; charset=utf-8", body=[CURLY]),
    read("utf-16-unmarked", of(CURLED, encoding="utf-16-le"), body=[CURLY]),
    refused("utf-16-declared-utf-8", of(CURLED, encoding="utf-16-le"), UNDECODABLE,
            f"{HTML}; charset=utf-8"),
    read("utf-32", of(CURLED, head="", encoding="utf-32"), body=[CURLY]),
    read("utf-32-unmarked", of(CURLED, encoding="utf-32-be"), body=[CURLY]),
    read("gb-undeclared", of(CURLED, head="", encoding="gb18030"), body=[CURLY]),
    refused("latin-undeclared", lambda u: markup("<p>caf#</p>", head="").encode("gb18030")
            .replace(b"#", b"\xe9"), UNDECODABLE),
    read("utf-8-bom", of(CURLED, encoding="utf-8-sig"), f"{HTML}; charset=gb2312", body=[CURLY]),
    read("codec-base64", of(CURLED), f"{HTML}; charset=base64", body=[CURLY]),
    read("codec-escape", of(CURLED), f"{HTML}; charset=unicode_escape", body=[CURLY]),
    read("codec-unknown", of(CURLED), f"{HTML}; charset=klingon", body=[CURLY]),
    refused("surrogate", of("<p>x&#xD800;y</p>"), UNDECODABLE),
    read("no-semicolon", of("<p>AT&ampT &copy 2026 &nosuch;</p>"), body=["AT&T © 2026 &nosuch;"]),
]  # fmt: skip
SHAPES = [
    read("unclosed", of(f"<p>{TEXT}.<p><b>More"), body=[f"{TEXT}.", "More"]),
    *[refused(f"nested-{tag}", nested(tag, 10_000), DEEP) for tag in ("div", "font", "table", "b")],
    read("nested-1000", nested("div", 900), body=["First.", "deep", "Last."]),
    refused("attributes", of(f"<p {' '.join(f'a{n}=1' for n in range(200_000))}>{TEXT}.</p>"),
            "too many attributes"),
    read("20-mb", of(f"<script>{'x' * 20_000_000}</script><p>{TEXT}.</p>")),
    refused("empty", raw(b""), "empty page"),
    refused("blank", raw(b" \r\n\t\0"), "empty page"),
    refused("pdf", raw(b"%PDF-1.7\n\x00\x01\xff" * 9), UNDECODABLE),
    refused("pdf-that-says-so", raw(b"%PDF" + bytes(range(256))), UNDECODABLE, "application/pdf"),
    refused("image", raw(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20), UNDECODABLE),
    refused("json", raw(b'{"headline": "x"}'), NO_LAYOUT),
    # Scrapy looks at the bytes where the type says nothing, as browsers do.
    read("octets", of(), "application/octet-stream"),
    read("plain", of(), "text/plain"),
    read("no-type", of(), None),
    refused("home", raw(f"<html><body><a href='{OTHER}'>x</a></body></html>".encode()), NO_LAYOUT),
    refused("refresh", raw(b"<meta http-equiv=refresh content='0;url=/'><p>x"), NO_LAYOUT),
    refused("frames", raw(b"<frameset><frame src=/a><frame src=/b></frameset>"), NO_LAYOUT),
    refused("another-wap", of(head=f"<script>\nvar wap_url = '{OTHER}';\n</script>"),
            "another article's page"),
    refused("another-id", of(head="<!--[886,1,301274] published at 2018-05-03 16:06:55-->"),
            "another article's page"),
    read("its-own-id", lambda u: markup(head=f"<script>\n//var wap_url = '{OTHER}';\n"
                                             f"var wap_url = '{u}';\n</script>").encode()),
    read("base", of(f"<p>{TEXT}.</p><p><img src='a.jpg'></p>", head="<base href='https://x.org/'>"),
         images=[{"url": "https://x.org/a.jpg", "caption": None, "credit": None}]),
    refused("two-articles", lambda u: markup().encode() * 2, "more than one page"),
    refused("two-bodies", of(around="<div id='yanse'>x</div>"), "more than one layout claims the page"),
    refused("start-twice", of(f"<!--正文分页开始--><p>{TEXT}.</p>"), MARKS),
    refused("end-twice", of(f"<p>{TEXT}.</p><!--正文分页结束--><p>x</p>"), MARKS),
    refused("nested-marks", of(f"<!--正文分页开始--><p>{TEXT}.</p><!--正文分页结束-->"), MARKS),
    refused("no-end", lambda u: markup().replace("<!--正文分页结束-->", "").encode(), MARKS),
    refused("no-start", lambda u: markup().replace("<!--正文分页开始-->", "").encode(), NO_LAYOUT),
    refused("no-marks", lambda u: re.sub("<!--.*?-->", "", markup()).encode(), "end of the body not seen"),
    refused("cut-short", lambda u: markup().encode()[:-20], "page cut short"),
    refused("headline-open", lambda u: markup().replace("</h1>", "").encode(), "headline not closed"),
    read("marks-in-attributes", of(f"<p title='<!--正文分页结束-->' id=\"x<h1 id=contitle>\">{TEXT}.</p>")),
    read("script-with-markup", of(f"<script>a='</p></div><!--正文分页结束--><h1 id=contitle>'</script>"
                                  f"<p>{TEXT}.</p>")),
    read("hidden", of(f"<p>{TEXT}.<span style='display: none'>unread</span></p><p hidden>unread</p>")),
    read("entities", of(f"<p>{'&amp;' * 200_000}</p>"), body=["&" * 200_000]),
    read("paragraphs", of(f"<p>{TEXT}.</p>" * 100_000), body=[f"{TEXT}."] * 100_000),
]  # fmt: skip
DATES = [
    read(f"date-{printed}", of(printed=printed), published_text=text or printed, published_at=at)
    for printed, text, at in (
        ("2569-11-01 08:00:00", "", "2026-11-01T08:00:00+08:00"),
        ("2099-01-01 08:00:00", "", None),
        ("1970-01-01 08:00:00", "", None),
        ("0000-00-00 00:00:00", "", None),
        ("9999-12-31 23:59:59", "", None),
        ("1994-12-31 23:59:59", "", None),
        ("1999-12-31 23:59:59", "", "1999-12-31T23:59:59+08:00"),
        ("2026-02-30 10:00", "", None),
        ("２０２６-11-01 08:00", "", "2026-11-01T08:00:00+08:00"),
    )
] + [refused("date-words", of(printed="Yesterday"), "header not understood")]
NAMES = [
    read("odd-headline", of(headline=ODD), headline=ODD_READ),
    read("odd-section", of(section=ODD.replace("/", "")), section=ODD_READ.replace("/", "")),
    read("odd-source", of(source=ODD), source_text=ODD_READ, sources=[ODD_READ]),
    read("odd-editor", of(editor=f"Editor: {ODD}"), editor_text=f"Editor: {ODD_READ}"),
    refused("screen-headline", of(headline=f"{SCREEN}x"), UNDECODABLE),
    read("long-headline", of(headline="word " * 200_000), headline=("word " * 200_000).strip()),
    read("line-breaks", of(headline="Harbour\r\n2026 ERROR x\n"), headline="Harbour 2026 ERROR x"),
]  # fmt: skip
CASES = ENCODINGS + SHAPES + DATES + NAMES


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done, dict[str, Case], float]:
    """A data folder after a crawl of all hostile articles."""
    data_dir = tmp_path_factory.mktemp("hostile")
    site, cases = Site(), {}
    for number, case in enumerate(CASES):
        url = article(number)[0]
        cases[url] = case
        types = [] if case.kind is None else [("Content-Type", case.kind)]
        site[url] = Page(headers=types, body=case.page(url), gzip=len(case.page(url)) > 1_000_000)
    site[f"{HOME}/news/index.shtml"] = rows(list(cases))
    begun = time.monotonic()
    with running_proxy(site) as proxy:
        env = environment(proxy, data_dir)
        done = scrapy(
            "crawl", "ecns", "-a", "section=news", *QUICK, "-s", "LOG_LEVEL=DEBUG", env=env
        )
    return data_dir, done, cases, time.monotonic() - begun


def rows(links: list[str]) -> Page:
    shown = "".join(f"<li><h3><a href='{link}'>Story</a></h3><b></b></li>" for link in links)
    return Page(body=f"<html><body><ul class='bizlst'>{shown}</ul></body></html>".encode())


def links_of(data_dir: Path) -> dict[str, tuple[str, str | None]]:
    """State and reason of every link, by address."""
    with sqlite3.connect(data_dir / "state" / "state.sqlite") as db:
        return {u: (s, r) for u, s, r in db.execute("SELECT url, state, reason FROM links")}


def test_every_page_has_the_outcome_it_must_have(hostile: Any, subtests: Any) -> None:
    data_dir, _, cases, _ = hostile
    links = links_of(data_dir)
    records = {record["url"]: record for record in archived(data_dir)}
    for url, case in cases.items():
        with subtests.test(case.name):
            record = records.get(url)
            if case.refused:
                assert (record, links[url]) == (None, ("refused", case.refused))
                continue
            assert links[url] == ("archived", None)
            assert record is not None
            for name, value in case.expect.items():
                assert record[name] == value


def test_the_report_counts_them(hostile: Any) -> None:
    data_dir, done, cases, seconds = hostile
    (report,) = reports(data_dir)
    refusals = sum(n for by in report["articles"]["refused"].values() for n in by.values())
    assert refusals == sum(bool(case.refused) for case in cases.values())
    assert report["articles"]["archived"] == len(cases) - refusals
    assert report["dates"]["in_future"] == 2
    assert report["dates"]["too_early"] == 2
    assert report["dates"]["buddhist_era"] == 1
    assert done.code == 1  # unhealthy: most was refused
    assert seconds < 25


def test_nothing_of_a_page_is_obeyed(hostile: Any) -> None:
    data_dir, done, _, _ = hostile
    assert "Traceback" not in done.err + done.out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", done.err + done.out)
    assert not [line for line in done.err.splitlines() if line.startswith("2026 ERROR")]
    names = [str(path.relative_to(data_dir)) for path in data_dir.rglob("*")]
    assert [name for name in names if not re.fullmatch(r"[\w./-]+", name) or ".." in name] == []


def listed(number: int) -> str:
    """The address of an article of 1 November."""
    return f"{HOME}/news/2026-11-01/detail-ihfzabcd{number:07d}.shtml"


def feed(*dates: str, doctype: str = "") -> Page:
    items = "".join(
        f"<item><title>Story &x;</title><link>{listed(n)}</link>{date}</item>"
        for n, date in enumerate(dates)
    )
    text = f"<?xml version='1.0'?>{doctype}<rss version='2.0'><channel>{items}</channel></rss>"
    return Page(headers=[("Content-Type", "text/xml")], body=text.encode())


FIRST, SECOND = date(2026, 11, 1), date(2026, 11, 2)
DAYS = {
    "Sat, 31 Oct 2026 23:00:00 GMT": FIRST,  # in Beijing
    "Sun, 01 Nov 2026 23:00:00 GMT": SECOND,
    "Sun, 01 Nov 2026 08:00:00 +0800": FIRST,
    "01 Nov 2026 23:30 +0000": SECOND,
    "Sun, 01 Nov 26 08:00:00 GMT": FIRST,
    "2026-11-01T08:00:00+08:00": FIRST,
    "2026-11-01T23:00:00Z": SECOND,
    "2026-11-01T23:00:00.000Z": SECOND,
    "2026-11-01 23:59:59": FIRST,
    "Nov 1, 2026": FIRST,
    # Not understood, and not held against the link:
    "Mon, 02 Nov 2026 08:00:00 CST": None,
    "Mon, 02 Nov 2026 08:00:00 EST": None,
    "Mon, 02 Nov 2026 08:00:00": None,
    "11/02/26": None,
    "1970-01-01 00:00:00": None,
    "0000-00-00 00:00:00": None,
    "x" * 1_000_000: None,
    "": None,
}


@pytest.mark.parametrize(("printed", "day"), DAYS.items(), ids=lambda value: str(value)[:40])
def test_the_day_of_a_feed(printed: str, day: date | None) -> None:
    link = Link(listed(1), listed(1), "Story", printed or None)
    assert EcnsSpider().listed_day(link) == day


def test_feeds_are_never_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    bomb = "".join(f"<!ENTITY x{n} '{f'&x{n - 1};' * 10}'>" for n in range(1, 12))
    parameter = f"<!ENTITY % p SYSTEM 'file://{tmp_path}/secret'> %p;"
    outside = f"<!ENTITY x SYSTEM 'file://{tmp_path}/secret'><!ENTITY x0 'boom'>"
    site = Site()
    for number in range(len(DAYS) + 1):
        site[listed(number)] = Page(body=markup().encode())
    dates = [f"<pubDate>{printed[:100]}</pubDate>" for printed in DAYS]
    site[f"{HOME}/rss/rss.xml"] = feed(
        *dates, "", doctype=f"<!DOCTYPE rss [{outside}{bomb}{parameter}]>"
    )
    begun = time.monotonic()
    with running_proxy(site) as proxy:
        window = ("-a", "section=rss", "-a", "since=2026-11-01", "-a", "until=2026-11-01")
        done = scrapy("crawl", "ecns", *window, *QUICK, env=environment(proxy, tmp_path / "data"))
    assert time.monotonic() - begun < 10
    assert (done.code, "Traceback" in done.err) == (0, False)
    taken = {record["url"] for record in archived(tmp_path / "data")}
    assert taken == {listed(number) for number in range(len(DAYS) + 1)}
    state = (tmp_path / "data" / "state" / "state.sqlite").read_bytes()
    assert b"boom" not in state
    assert b"secret" not in state


def test_listings_end(tmp_path: Path) -> None:
    site = Site()
    odd = ["javascript:alert(1)", "mailto:x@y.z", "https://www.example.org/x", "//[", "#", "data:x",
           f"{HOME}/society/index.shtml", "/" + "x" * 1_000_000, "/../../etc/passwd\0",
           "/a'); DROP TABLE links; --", "/\u202e\u2028x", "/%0d%0aSet-Cookie:x"]  # fmt: skip
    first, page = article(1)
    site[first] = page
    site[f"{HOME}/society/index.shtml"] = rows([first, *odd])
    for number in range(2, 30):  # every page after the first is the same
        site[f"{HOME}/society/index_{number}.shtml"] = rows([first])
    site[f"{HOME}/world/index.shtml"] = rows([])
    site[f"{HOME}/travel/index.shtml"] = rows([f"/x{n}" for n in range(100_000)])
    anchors = "".join(f"<a href='/x{n}'>x</a>" for n in range(1_000_000))
    site[f"{HOME}/photo/index.shtml"] = Page(body=f"<body>{anchors}</body>".encode(), gzip=True)
    deep = f"<body>{'<div>' * 10_000}<a href='{first}'>x</a></body>"
    site[f"{HOME}/video/index.shtml"] = Page(body=deep.encode())
    sections = "section=society,world,travel,photo,video"
    begun = time.monotonic()
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        done = scrapy("crawl", "ecns", "-a", sections, *QUICK, env=env)
        assert len([url for url in proxy.urls if "/society/index" in url]) <= 3
        assert {url.split("/")[2] for url in proxy.urls} == {"www.ecns.cn"}
    assert time.monotonic() - begun < 20
    assert "Traceback" not in done.err
    assert [record["url"] for record in archived(tmp_path)] == [first]
    (report,) = reports(tmp_path)
    outcomes = {
        name: section.get("listings_refused", 0) for name, section in report["sections"].items()
    }
    assert outcomes == {"society": 0, "world": 0, "travel": 1, "photo": 1, "video": 1}
    for count in (100_000, 1_000_000):
        assert f"listing refused, too many links: {count}: " in done.err
    assert f"listing refused, {DEEP}" in done.err
    links = links_of(tmp_path)
    assert len(links) <= 2 + len(odd)
    assert max(map(len, links)) <= 2000
    ignored = {reason for state, reason in links.values() if state == "ignored"}
    assert ignored == {"no http address", "another site", "no article's address"}
