"""Pages that no layout claims are read provisionally, and pages that one does, a second time."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.http import HtmlResponse
from scrapy.statscollectors import MemoryStatsCollector

from crawler.items import Article
from crawler.opinion import Opinions
from crawler.pages import ArticlePage
from crawler.queries import css, paragraphs
from crawler.reextract import PortalReextraction, Rereadings
from crawler.spiders.ecns import EcnsSpider
from crawler.stores.jsonl import read_lines
from tests.crawling import QUICK, archived, environment, listing, reports, scrapy, small_site
from tests.pages import crawler_of, project_settings
from tests.proxy import Page, Site, running_proxy

pytest.importorskip("trafilatura", reason="requirements-provisional.txt is not installed")

URL = "https://www.ecns.cn/news/2026-11-02/detail-ihfzabcd0009001.shtml"
SENTENCE = (
    "The harbour master of the invented port said that berth {} opens in spring, and that the"
)
SENTENCE += " ferries of both companies will call there from the first week of April on."


def redesigned(headline: str, paragraphs: int = 4) -> Page:
    """A page of a template that is not known."""
    text = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(paragraphs))
    return Page(
        body=f"<html><head><meta charset='utf-8'><title>{headline}</title></head><body>"
        f"<nav><a href='/news/'>News</a></nav><main><article class='story'><h1>{headline}</h1>"
        f"<time>2026-11-02 10:00</time>{text}</article></main></body></html>"
    )


def site_of(pages: dict[str, Page]) -> Site:
    site, urls = small_site(2)
    for url, page in pages.items():
        site[url] = page
    site["https://www.ecns.cn/news/index.shtml"] = listing([*pages, *urls])
    return site


def provisional(data_dir: Path) -> list[dict]:
    paths = sorted((data_dir / "provisional").glob("*/*/*.jsonl"))
    return [record for path in paths for record in read_lines(path)]


def crawl(site: Site, data_dir: Path) -> dict:
    with running_proxy(site) as proxy:
        env = environment(proxy, data_dir)
        done = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
    assert "Traceback" not in done.err, done.err
    return reports(data_dir)[-1]


def test_a_page_of_an_unknown_template_is_refused_and_read_provisionally(tmp_path: Path) -> None:
    report = crawl(site_of({URL: redesigned("Berth opens in spring")}), tmp_path)
    assert report["articles"]["refused"] == {"no layout": {"no layout claims the page": 1}}
    assert report["provisional"] == {"written": 1}
    (record,) = provisional(tmp_path)
    assert record["layout"] == "generic" and record["superseded_by"] is None
    assert record["headline"] == "Berth opens in spring"
    assert record["body"] == [SENTENCE.format(number) for number in range(4)]
    assert record["id"] == "ecns:ihfzabcd0009001" and record["url"] == URL
    assert record["published_at"] == "2026-11-02T00:00:00+08:00"
    assert record["published_precision"] == "day" and record["capture"]
    assert all(one["layout"] != "generic" for one in archived(tmp_path))
    verified = scrapy("verify", "--deep", env=environment(None, tmp_path))
    assert verified.code == 0, verified.out


@pytest.mark.parametrize(
    "page",
    [
        Page(body="<html><body><h1>Sorry</h1><p>The page cannot be found.</p></body></html>"),
        redesigned("404 Not Found"),
        Page(
            body="<html><head><title>News</title></head><body><h1>News</h1><ul>"
            + "".join(f"<li><a href='/{n}'>{SENTENCE.format(n)}</a></li>" for n in range(20))
            + "</ul></body></html>"
        ),
    ],
    ids=["short", "an error", "a list"],
)
def test_what_is_no_article_gives_no_record(page: Page, tmp_path: Path) -> None:
    report = crawl(site_of({URL: page}), tmp_path)
    assert report["articles"]["refused"]
    assert provisional(tmp_path) == []


def test_a_text_that_stands_everywhere_is_no_article(tmp_path: Path) -> None:
    """The home page, served for every address that is gone."""
    pages = {URL.replace("9001", str(9001 + n)): redesigned("Welcome") for n in range(3)}
    report = crawl(site_of(pages), tmp_path)
    assert report["provisional"] == {"repeated": 2, "written": 1}


class Article2026(ArticlePage):
    """The rule that was missing."""

    marker = "article.story"
    headline = css("article.story h1")
    published_text = css("article.story time")
    body = paragraphs("article.story", skip="h1, time")


class LaterSpider(EcnsSpider):
    articles = (*EcnsSpider.articles, Article2026)


def test_a_new_rule_supersedes(tmp_path: Path) -> None:
    crawl(site_of({URL: redesigned("Berth opens in spring")}), tmp_path)
    settings = project_settings(DATA_DIR=str(tmp_path))
    readings = Rereadings(
        {"ecns": LaterSpider}, lambda spider: PortalReextraction(spider, settings, tmp_path)
    )
    for path in tmp_path.glob("raw/*/*/*.gz"):
        readings.read(path)
    readings.close()
    run = readings.portals["ecns"].run.name
    readings.portals["ecns"].run.close()
    before, after = provisional(tmp_path)
    assert before["superseded_by"] is None
    assert after == before | {"superseded_by": run}
    (record,) = [one for one in archived(tmp_path) if one["layout"] == "Article2026"]
    assert record["published_at"] == "2026-11-02T10:00:00+08:00"


# The second opinion


def page_of(body: str) -> HtmlResponse:
    return HtmlResponse(URL, body=body.encode(), encoding="utf-8")


def asked(item: Article, times: int = 1, every: int = 50) -> dict:
    stats = MemoryStatsCollector(crawler_of(EcnsSpider))
    opinions = Opinions(stats, every)
    body = str(redesigned("Berth opens in spring").body)
    for _ in range(times):
        opinions.ask(page_of(body), item)
    return stats.get_stats()


def item(headline: str, paragraphs: int) -> Article:
    return Article(
        id="ecns:1", url=URL, layout="Article2018", kind="article", headline=headline,
        body=[SENTENCE.format(number) for number in range(paragraphs)],
    )  # fmt: skip


def test_readings_that_agree() -> None:
    assert asked(item("Berth opens in spring", 4)) == {"articles/compared/Article2018": 1}


@pytest.mark.parametrize(
    ("headline", "body", "what"),
    [
        ("Most popular", ["Share to Facebook"], "headline, body"),
        ("Berth opens in spring", ["Related news"], "body"),
        ("Something else altogether", [SENTENCE.format(n) for n in range(4)], "headline"),
    ],
)
def test_readings_that_disagree_are_counted_and_named(
    headline: str, body: list[str], what: str
) -> None:
    read = item(headline, 0)
    read.body = body
    stats = asked(read)
    assert stats["articles/disputed/Article2018"] == 1
    assert stats["disputed"] == [{"url": URL, "layout": "Article2018", "disputed": what}]


def test_only_a_sample_is_looked_at() -> None:
    assert asked(item("Berth opens in spring", 4), 20)["articles/compared/Article2018"] == 5
    assert asked(item("Berth opens in spring", 4), 20, every=0) == {}
