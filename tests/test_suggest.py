"""A template that is not known, and articles that are: page classes to begin with."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from scrapy.http import HtmlResponse

from crawler.pages import PageError, recognise
from crawler.spiders.ecns import EcnsSpider
from crawler.stores.warc import read_responses
from crawler.suggest.dates import printed_in, shape_of
from crawler.suggest.layout import Facts, Suggestion, suggest
from crawler.suggest.selectors import Sample, selectors_of
from tests.crawling import QUICK, Done, archived, article, environment, listing, scrapy, small_site
from tests.pages import FIXTURES, crawler_of, facts_of, response_of, understood
from tests.proxy import Page, Site, running_proxy

ZONE = "Asia/Shanghai"
COMPARED = (
    "id", "headline", "body", "images", "section", "published_at", "editors", "sources", "authors",
)  # fmt: skip
RICH = (
    "article-2026-two-pictures",
    "article-2026-two-editors",
    "article-2026-list-in-body",
    "article-2026-unknown-source",
)


def redesigned(record: Mapping[str, Any], at: datetime) -> Page:
    """The article of a record in an invented template."""
    pictures = "".join(
        f"<figure class='shot'><img src='{image['url']}'>"
        f"<figcaption>{image['caption'] or ''}"
        + (f" ({image['credit']})" if image["credit"] else "")
        + "</figcaption></figure>"
        for image in record["images"]
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in record["body"])
    source = f"<span class='from'>Source: {record['source_text']}</span>" * bool(
        record["source_text"]
    )
    editor = f"<span class='ed'>{record['editor_text']}</span>" * bool(record["editor_text"])
    return Page(
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body="<!DOCTYPE html><html><head><meta charset='utf-8'>"
        f"<title>{record['headline']}</title></head><body>"
        "<nav><a href='/'>Home</a><a href='/news/'>News</a><a href='/s/'>Society</a></nav>"
        f"<main id='story'><p class='where'><a>Home</a> &gt; <a class='here'>{record['section']}</a></p>"
        f"<h1 class='head'>{record['headline']}</h1>"
        f"<div class='meta'><time>{at:%d} {at:%b} {at:%Y}, {at:%H:%M}</time>{source}{editor}</div>"
        f"<div class='text'><div class='share'>Share this story</div>{pictures}{text}"
        "<p class='more'>More stories at <a href='/'>the front page</a></p></div></main>"
        "<footer><p>Copyright of the portal</p></footer></body></html>",
    )


def at_of(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(record["published_at"])


def site_with(pages: Mapping[str, Page]) -> Site:
    site, _ = small_site(0)
    for url, page in pages.items():
        site[url] = page
    site["https://www.ecns.cn/news/index.shtml"] = listing(list(pages))
    return site


def crawl(site: Site, data_dir: Path) -> None:
    with running_proxy(site) as proxy:
        env = environment(proxy, data_dir)
        done = scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env)
    assert "Traceback" not in done.err, done.err


def rich_pages() -> dict[str, Page]:
    found = {}
    for case in RICH:
        path = FIXTURES / "ecns" / f"{case}.json"
        facts = facts_of(path)
        body = path.with_suffix(".html").read_bytes()
        found[facts["url"]] = Page(headers=facts["headers"], body=body)
    return found


@pytest.fixture(scope="module")
def met_again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[dict[str, Any]]]:
    """An archive, a WARC file with its articles in another template, and the records."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    crawl(site_with(rich_pages() | dict(article(number) for number in range(3))), first)
    records = archived(first)
    assert len(records) == len(RICH) + 3
    crawl(site_with({r["url"]: redesigned(r, at_of(r)) for r in records}), second)
    (warc,) = second.glob("raw/ecns/*/*.warc.gz")
    return first, warc, records


def suggested(data_dir: Path, *args: str | Path) -> Done:
    done = scrapy("refused", "--suggest", *args, env=environment(None, data_dir))
    assert "Traceback" not in done.err, done.err
    return done


def loaded(source: str, name: str) -> Any:
    namespace: dict[str, Any] = {"__name__": "suggested"}
    exec(compile(source, "suggested", "exec"), namespace)  # noqa: S102 - as if it were pasted
    return namespace[name]


def test_the_class_that_is_printed_reads_all_pages(met_again: Any) -> None:
    data_dir, warc, records = met_again
    done = suggested(data_dir, warc)
    assert done.code == 0, done.err
    (name,) = re.findall(r"^class (\w+)\(ArticlePage\):", done.out, re.MULTILINE)
    assert name == f"Article{datetime.now(UTC):%Y}"
    forms = re.findall(r"date_formats of the spider: \"(.*)\"", done.out)
    assert forms == ["%d %b %Y, %H:%M"]

    class Later(EcnsSpider):
        articles = (*EcnsSpider.articles, loaded(done.out, name))
        date_formats = (*EcnsSpider.date_formats, *forms)

    known = {record["url"]: record for record in records}
    read = 0
    for captured in read_responses(warc):
        if captured.url in known:
            before = known[captured.url]
            page = HtmlResponse(captured.url, body=captured.body, encoding="utf-8")
            page = page.replace(headers={"Content-Type": "text/html; charset=utf-8"})
            record = understood(Later, page)
            assert record["layout"] == name
            expected = {field: before[field] for field in COMPARED}
            # The new template prints no seconds.
            expected["published_at"] = at_of(before).replace(second=0).isoformat()
            assert {field: record[field] for field in COMPARED} == expected
            read += 1
    assert read == len(records)
    # No page of the old template is claimed by the new class.
    for path in sorted((FIXTURES / "ecns").glob("article-*.json")):
        if facts_of(path)["layout"]:
            assert recognise(response_of(path), Later.articles)


def test_the_class_says_on_how_many_pages_its_rules_hold(met_again: Any) -> None:
    data_dir, warc, _ = met_again
    out = suggested(data_dir, "ecns", warc).out
    assert ast.parse(out)
    assert re.search(r'held on 7 of 7 pages\n +headline = css\("h1\.head"\)', out), out
    assert re.search(r"the same paragraphs on 7 of 7 pages\n +body = paragraphs\(", out), out
    assert re.search(r"on all 7 pages, and on none of \d\d? others\n +marker = ", out), out
    assert not re.search(r"none of 0 others", out)
    assert "nothing is known of" in out and "updated_text" in out


def test_pages_in_the_own_files_are_found_without_being_named(
    met_again: Any, tmp_path: Path
) -> None:
    """What is refused and archived later by other means, here a file that is put there."""
    data_dir, warc, _ = met_again
    copy = tmp_path / "data"
    for source in [*data_dir.rglob("*"), *warc.parents[3].rglob("*")]:
        base = data_dir if source.is_relative_to(data_dir) else warc.parents[3]
        target = copy / source.relative_to(base)
        if source.is_file() and "state" not in source.parts and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    out = suggested(copy).out
    assert "(ArticlePage):" in out and "# ecns: " in out


def test_nothing_to_suggest_is_one_line(met_again: Any, tmp_path: Path) -> None:
    data_dir, _, _ = met_again
    done = suggested(data_dir)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("nothing to suggest: ") and done.out.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--suggest", "nosuch"], "no portal 'nosuch'; valid: "),
        (["--suggest", "no/such.warc.gz"], "no/such.warc.gz: no such file"),
        (["--sugest"], "no such option: --sugest; there is: --all, --suggest"),
    ],
)
def test_usage_is_one_line(met_again: Any, args: list[str], said: str) -> None:
    done = scrapy("refused", *args, env=environment(None, met_again[0]))
    assert done.code == 2 and done.out == ""
    assert done.err.startswith(f"scrapy refused: {said}") and done.err.count("\n") == 1


def test_without_an_archive_there_is_nothing_to_begin_with(tmp_path: Path) -> None:
    done = suggested(tmp_path)
    assert done.code == 2 and "nothing was archived" in done.err and done.err.count("\n") == 1


def test_a_torn_file_is_named_and_read_up_to_there(met_again: Any, tmp_path: Path) -> None:
    data_dir, warc, _ = met_again
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(warc.read_bytes()[:-40])
    done = suggested(data_dir, torn)
    assert done.code == 1 and "(ArticlePage):" in done.out
    assert f"{torn}: torn at byte" in done.err and done.err.count("\n") == 1


def test_a_damaged_archive_is_a_failure_of_storage(met_again: Any, tmp_path: Path) -> None:
    data_dir, warc, _ = met_again
    (source,) = data_dir.glob("archive/ecns/*/*.jsonl")
    target = tmp_path / source.relative_to(data_dir)
    target.parent.mkdir(parents=True)
    target.write_bytes(source.read_bytes()[:-30])
    done = suggested(tmp_path, warc)
    assert done.code == 4 and re.search(r"\.jsonl:\d+: ", done.err) and done.err.count("\n") == 1


# The pure part

WHEN = datetime(2026, 11, 24, tzinfo=UTC)
FACTS = Facts(EcnsSpider.date_formats, ZONE, ())


def record_of(number: int, **changed: Any) -> dict[str, Any]:
    at = datetime(2026, 11, 1 + number, 8, 30 + number, tzinfo=UTC)
    return {
        "headline": f"Harbour opens berth {number}",
        "published_at": f"{at:%Y-%m-%dT%H:%M:%S}+08:00",
        "published_precision": "minute",
        "body": [f"The master of berth {number} said so.", f"Ship {number} came first."],
        "images": [],
    } | changed


def sample(number: int, markup: str, **changed: Any) -> Sample:
    record = record_of(number, **changed)
    at = datetime.fromisoformat(record["published_at"])
    text = "".join(f"<p>{paragraph}</p>" for paragraph in record["body"])
    page = markup.format(**record | {"body": text, "at": at, "number": number})
    return Sample(f"https://www.ecns.cn/{number}", html.document_fromstring(page), WHEN, record)


def only(markup: str, count: int = 3, facts: Facts = FACTS, **changed: Any) -> Suggestion:
    (found,) = suggest([sample(number, markup, **changed) for number in range(count)], facts)
    return found


def line_of(found: Suggestion, field: str) -> str:
    (rule,) = [rule for rule in found.rules if rule.name == field]
    return " ".join(rule.lines)


PLAIN = "<h1>{headline}</h1><b class='day'>{at:%Y-%m-%d %H:%M}</b><div class='text'>{body}</div>"


def test_a_format_that_is_known_is_not_proposed() -> None:
    assert only(PLAIN).date_formats == []
    assert line_of(only(PLAIN), "published_text") == 'published_text = css("b.day")'


def test_a_selector_that_matches_twice_anywhere_is_none() -> None:
    twice = PLAIN + "<div class='also'><b class='day'>2001-01-01</b></div>"
    marked = "<div class='top'>" + twice.replace("</b>", "</b></div>", 1)
    assert line_of(only(marked), "published_text") == 'published_text = css("div.top b")'


def test_an_id_goes_before_a_class_and_a_made_name_comes_last() -> None:
    node = html.fromstring("<div class='page'><h1 id='top' class='x head'>a</h1></div>")[0]
    assert next(s for _, s in selectors_of(node)) == "h1#top"
    node = html.fromstring("<div class='page'><h1 id='h90817' class='head'>a</h1></div>")[0]
    chosen = [s for _, s in selectors_of(node)]
    assert chosen[0] == "h1.head" and chosen.index("h1#h90817") > chosen.index("div.page h1")


def test_a_value_behind_a_label_is_cut_out_of_it() -> None:
    markup = PLAIN + "<i class='src'>Source: {source_text}</i>"
    found = suggest(
        [sample(n, markup, source_text=name) for n, name in enumerate(("Xinhua", "CNS", "CGTN"))],
        FACTS,
    )
    line = line_of(found[0], "source_text")
    assert '_source_text = css("i.src")' in line and 're.fullmatch("Source: (.+)", text)' in line


def test_a_date_within_another_line_is_cut_out_of_it() -> None:
    markup = PLAIN.replace("<b class='day'>", "<b class='day'>No. {number} of Ann {number} | ")
    found = only(markup)
    assert "re.search" in line_of(found, "published_text")
    source = "\n".join([*found.imports, "", *found.lines])
    layout = loaded(source, found.name)
    page = layout(HtmlResponse("https://www.ecns.cn/1"), sample(1, markup).root)
    assert page.published_text == "2026-11-02 08:31"


def test_a_value_that_is_nowhere_gets_no_rule_but_a_comment() -> None:
    found = only(PLAIN, editor_text="Editor: Li Lan", editors=["Li Lan"])
    assert line_of(found, "editor_text") == ""
    assert re.search(r"# editor_text: known of 3 pages.*printed on none", str(found))


def test_a_page_that_prints_another_headline_does_not_stop_the_vote() -> None:
    samples = [sample(number, PLAIN) for number in range(3)]
    assert samples[2].record is not None
    samples[2].record = dict(samples[2].record) | {"headline": "It had another one then"}
    (found,) = suggest(samples, FACTS)
    assert line_of(found, "headline") == 'headline = css("h1")'
    assert "held on 2 of 3 pages" in str(found)


def test_pages_that_are_not_known_have_a_veto() -> None:
    """A second match on any page of the template would refuse it."""
    marked = "<div class='a'>" + PLAIN.replace("</b>", "</b></div>")
    known = [sample(number, marked) for number in range(2)]
    double = marked.format(**record_of(7) | {"body": "", "at": WHEN}) + "<b class='day'>x</b>"
    other = Sample("https://www.ecns.cn/9", html.document_fromstring(double), WHEN)
    other.skeleton = known[0].skeleton
    (found,) = suggest([*known, other], FACTS)
    assert line_of(found, "published_text") == 'published_text = css("div.a b")'


def test_what_stands_among_the_paragraphs_is_skipped() -> None:
    markup = PLAIN.replace("{body}", "<div class='ad'><p>Buy</p></div>{body}<p class='by'>Ann</p>")
    assert line_of(only(markup), "body") == ('body = paragraphs("div.text", skip="div.ad, p.by")')


def test_a_paragraph_that_is_new_is_not_skipped_by_what_would_skip_others() -> None:
    found = only(PLAIN.replace("{body}", "{body}<p>An afterthought.</p>"))
    assert line_of(found, "body") == 'body = paragraphs("div.text")'
    assert "the same paragraphs on 0 of 3 pages, others among them on 3" in str(found)


def test_captions_and_signatures_in_the_body_are_told_apart_by_what_portals_share() -> None:
    """Where plain paragraphs are not what is known, `crawler.content` is proposed."""
    url = "https://www.ecns.cn/pictures/{}.jpg"
    markup = PLAIN.replace(
        "{body}",
        "<p><img src='/pictures/{number}.jpg'></p><p>Ships at berth {number}. (Photo/Xinhua)</p>"
        "{body}<p>By Ann Gao</p>",
    )
    samples = []
    for number in range(3):
        caption = f"Ships at berth {number}."
        image = {"url": url.format(number), "caption": caption, "credit": "Photo/Xinhua"}
        more = {"byline_text": "By Ann Gao", "authors": ["Ann Gao"]}
        samples.append(sample(number, markup, images=[image], **more))
    (found,) = suggest(samples, FACTS)
    assert line_of(found, "body").startswith('_story = Query("div.text")')
    layout = loaded("\n".join([*found.imports, "", *found.lines]), found.name)
    for one in samples:
        page = layout(HtmlResponse(one.url), one.root)
        assert list(page.body) == one.known("body") and page.byline_text == "By Ann Gao"
        read = [{"url": i.url, "caption": i.caption, "credit": i.credit} for i in page.images]
        assert read == one.known("images")
    assert "the same paragraphs on 3 of 3 pages" in str(found)
    assert "3 of 3 pictures with their captions and credits" in str(found)


def test_a_label_that_is_not_there_on_another_page_refuses_that_page() -> None:
    markup = PLAIN + "<i class='src'>Source: {source_text}</i>"
    names = ("Xinhua", "CNS", "CGTN")
    (found,) = suggest([sample(n, markup, source_text=name) for n, name in enumerate(names)], FACTS)
    layout = loaded("\n".join([*found.imports, "", *found.lines]), found.name)
    root = html.document_fromstring("<i class='src'>By the harbour master</i>")
    with pytest.raises(PageError, match="source_text not understood"):
        _ = layout(HtmlResponse("https://www.ecns.cn/1"), root).source_text


def test_an_element_with_two_labels_is_no_rule() -> None:
    """A rule for the one would refuse the pages with the other."""
    pages = []
    for number, (label, name) in enumerate(
        (("Source", "Xinhua"), ("Source", "CNS"), ("By", "CGTN"))
    ):
        markup = PLAIN + f"<i class='src'>{label}: {{source_text}}</i>"
        pages.append(sample(number, markup, source_text=name))
    (found,) = suggest(pages, FACTS)
    assert line_of(found, "source_text") == ""
    assert "# source_text: known of 3 pages, no selector finds it; seen in i.src" in str(found)


def test_what_a_page_says_cannot_break_the_class() -> None:
    """Tags that no selector can name, quotes in what stands around."""
    markup = (
        "<h1>{headline}</h1><o:p><b class='day'>{at:%Y-%m-%d %H:%M}</b></o:p>"
        "<i class='src'>Source (\"a\\b\"): {source_text}</i><i>\x1b[2J {editor_text}\u202e</i>"
        "<div class='text'>{body}</div>"
    )
    samples = [
        sample(n, markup, source_text=name, editor_text=f"Editor {name} \x1b")
        for n, name in enumerate(("Xinhua", "CNS", "CGTN"))
    ]
    for one in samples:
        for node in list(one.root.iter("p")):
            if node.get("class") is None and node.find("b") is not None:
                node.tag = "o:p"
    (found,) = suggest(samples, FACTS)
    layout = loaded("\n".join([*found.imports, "", *found.lines]), found.name)
    page = layout(HtmlResponse(samples[1].url), samples[1].root)
    assert (page.headline, page.published_text) == ("Harbour opens berth 1", "2026-11-02 08:31")
    assert page.source_text == "CNS" and "\x1b" not in str(found)


def test_two_templates_are_two_classes_with_markers_of_their_own() -> None:
    other = (
        "<h2 class='t'>{headline}</h2><em>{at:%Y-%m-%d %H:%M}</em><section id='s'>{body}</section>"
    )
    samples = [sample(n, PLAIN if n < 3 else other) for n in range(5)]
    first, second = suggest(samples, FACTS)
    assert (first.name, second.name) == ("Article2026", "Article2026B")
    assert (first.marker, second.marker) == ("div.text", "section#s")


def test_a_name_that_is_taken_and_a_marker_that_is_not_its_own() -> None:
    old = html.document_fromstring("<div class='text'><h1>Of old</h1></div>")
    facts = Facts(EcnsSpider.date_formats, ZONE, ("Article2026",), (old,))
    found = only(PLAIN, facts=facts)
    assert found.name == "Article2026B" and found.marker == "b.day"


def test_nothing_known_is_nothing_suggested() -> None:
    pages = [Sample("https://www.ecns.cn/1", html.document_fromstring("<h1>a</h1>"), WHEN)]
    assert suggest(pages, FACTS) == [] and suggest([], FACTS) == []


@pytest.mark.parametrize(
    ("printed", "form"),
    [
        ("2026-11-05 20:07:09", "%Y-%m-%d %H:%M:%S"),
        ("Nov. 5, 2026 at 8:07 PM", "%b %d, %Y at %I:%M %p"),
        ("5 November 2026, 20:07", "%d %b %Y, %H:%M"),
        ("Thursday, November 5, 2026", "%a, %b %d, %Y"),
        ("20:07, 05-Nov-2026", "%H:%M, %d-%b-%Y"),
        ("2026/11/05", "%Y/%m/%d"),
        ("2026年11月5日 20:07", "%Y年%m月%d日 %H:%M"),
        ("2026-11-05T20:07:09+08:00", "%Y-%m-%dT%H:%M:%S%z"),
        ("2026-11-05 12:07 GMT", "%Y-%m-%d %H:%M %Z"),
        ("05-11-26 20:07", "%d-%m-%y %H:%M"),
    ],
)
def test_the_format_of_a_known_moment(printed: str, form: str) -> None:
    iso = "2026-11-05T20:07:09+08:00"
    found = printed_in(f"Updated: {printed} | by us", iso, "second", (), ZONE)
    assert found is not None and (found.before, found.after) == ("Updated: ", " | by us")
    assert form in found.forms and found.text == printed
    assert re.fullmatch(shape_of(printed), printed)


@pytest.mark.parametrize(
    "printed", ["2026-11-06 20:07:09", "2026-11-05 21:07", "November 2026", "5"]
)
def test_another_moment_has_no_format(printed: str) -> None:
    assert printed_in(printed, "2026-11-05T20:07:09+08:00", "second", (), ZONE) is None


def test_the_pages_of_the_test_are_refused_by_the_layouts_there_are() -> None:
    record = record_of(1, source_text="Xinhua", editor_text=None, section="Society")
    body = redesigned(record, at_of(record)).body
    page = HtmlResponse("https://www.ecns.cn/1", body=str(body).encode(), encoding="utf-8")
    with pytest.raises(PageError, match="no layout claims"):
        recognise(page, crawler_of(EcnsSpider).spidercls.articles)
