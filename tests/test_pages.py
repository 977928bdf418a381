"""Page classes: queries, the recognition of layouts, and the encodings pages are in."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.pages import ArticlePage, ListingPage, PageError, recognise
from crawler.queries import Query, css, css_all, paragraphs, xpath, xpath_all

HAN = "长江大桥镕㐀"
"""Characters of GB2312, of GBK only, and of GB18030 only (four bytes)."""


class Plain(ArticlePage):
    marker = "h1.plain"
    headline = css("h1")
    published_text = xpath("//b")
    keywords = css_all("i")
    related_texts = xpath_all("//li/text()/..")
    body = paragraphs("div.body", skip=".ad, .ad + p")


class Other(Plain):
    marker = xpath("//h1[@class='other'] | //em[@class='other']")


class Feed(ListingPage):
    marker = xpath("/rss/channel")

    @property
    def titles(self) -> list[str | None]:
        return [item.findtext("title") for item in self.root.iterfind("channel/item")]


def response(body: bytes, content_type: str = "text/html") -> Response:
    headers = Headers({"Content-Type": content_type})
    url = "https://portal.example/news/1"
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    return kind(url, headers=headers, body=body)


def markup(text: str = "A bridge", *, head: str = "", more: str = "") -> str:
    return (
        f"<html><head>{head}</head><body><h1 class=plain>{text}</h1><b>2026-11-24</b>"
        f"<div class=body><p>{text}</p></div>{more}</body></html>"
    )


def read(body: bytes | str, content_type: str = "text/html") -> Any:
    body = body.encode() if isinstance(body, str) else body
    return recognise(response(body, content_type), (Plain, Other))


def refusal(body: bytes | str, content_type: str = "text/html") -> str:
    with pytest.raises(PageError) as refused:
        read(body, content_type).to_item()
    return refused.value.reason


def test_a_query_gives_all_the_text_of_its_element() -> None:
    page = read(markup("A <em>wide</em>\n bridge"))
    assert page.headline == "A wide bridge"
    assert page.body == ["A wide bridge"]


def test_a_query_without_match_gives_nothing() -> None:
    page = read("<h1 class=plain> </h1><b></b>")
    assert (page.headline, page.published_text, page.keywords, page.body) == (None, None, [], [])


def test_a_second_match_is_not_passed_over() -> None:
    page = read(markup(more="<h1>x</h1><b>x</b><div class=body>x</div>"))
    for name in ("headline", "published_text", "body"):
        with pytest.raises(PageError, match="ambiguous element: 2 match") as refused:
            getattr(page, name)
        assert refused.value.reason == "ambiguous element"


def test_several_matches_are_wanted_or_skipped() -> None:
    page = read(markup(more="<i>a</i><i> </i><i>b</i><li>c<li>d"))
    assert (page.keywords, page.related_texts) == (["a", "b"], ["c", "d"])
    page = read(
        markup().replace("</p>", "</p><p class=ad>Buy<p>now<figcaption>it</figcaption><p>z")
    )
    assert page.body == ["A bridge", "z"]


def test_a_query_is_itself_on_its_class() -> None:
    assert all(isinstance(getattr(Plain, n), Query) for n in ("headline", "keywords", "body"))
    assert Plain.headline.expression == "h1"


def test_the_layout_that_claims_a_page_reads_it() -> None:
    assert type(read(markup())) is Plain
    assert type(read(markup().replace("class=plain", "class=other"))) is Other
    assert read(markup()).to_item().layout == "Plain"


def test_a_page_is_claimed_by_one_layout() -> None:
    assert refusal("<h1>A bridge</h1>") == "no layout claims the page"
    with pytest.raises(PageError, match="more than one layout claims the page: Plain, Other"):
        read(markup(more="<em class=other>"))


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        ("<h1 class=plain>A bridge", "no headline"),
        ("<b>2026-11-24</b>", "no published_text"),
        ("<p>A bridge</p>", "no content"),
    ],
)
def test_a_page_without_what_is_required_is_refused(left_out: str, reason: str) -> None:
    with pytest.raises(PageError) as refused:
        read(markup().replace(left_out, "<h1 class=plain>" if "h1" in left_out else "")).to_item()
    assert (refused.value.reason, refused.value.layout) == (reason, "Plain")


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("gb2312", "gb18030"),
        ("gb2312", "utf-8"),
        ("gbk", "gb18030"),
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
    ],
)
@pytest.mark.parametrize("where", ["header", "meta"])
def test_a_page_is_read_in_the_encoding_it_is_in(declared: str, actual: str, where: str) -> None:
    meta = f"<meta charset={declared}>" if where == "meta" else ""
    kind = f"text/html; charset={declared}" if where == "header" else "text/html"
    item = read(markup(HAN, head=meta).encode(actual), kind).to_item()
    assert (item.headline, item.body) == (HAN, [HAN])


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/html"])
def test_a_page_declared_utf_8_that_is_gb18030(kind: str) -> None:
    page = markup("长江大桥㐀", head="<meta charset=utf-8>").encode("gb18030")
    assert read(page, kind).headline == "长江大桥㐀"


@pytest.mark.parametrize(
    "odd",
    [HAN.encode("gb18030"), b"China\x92s bridge", b"A caf\xe9 of 1911", "桥".encode() + b"\x92s"],
)
def test_bytes_that_are_not_surely_gb18030_are_not_taken_for_it(odd: bytes) -> None:
    page = markup(head="<meta charset=utf-8>").encode().replace(b"A bridge", odd)
    assert refusal(page) == "undecodable bytes"


@pytest.mark.parametrize("declared", ["utf-8", "gb2312"])
@pytest.mark.parametrize("tag", ["<h1 class=plain>", "<p>"])
def test_bytes_of_no_encoding_are_refused(declared: str, tag: str) -> None:
    page = markup(head=f"<meta charset={declared}>").encode()
    assert refusal(page.replace(tag.encode(), tag.encode() + b"\xff ")) == "undecodable bytes"


@pytest.mark.parametrize("body", [b"", b" \r\n", b"<!-- a -->", b"\x00", b"<html></html>"])
def test_a_page_of_nothing_is_refused(body: bytes) -> None:
    assert refusal(body) == "empty page"


def test_what_is_no_text_is_refused() -> None:
    assert refusal(b"%PDF-1.7\n\x00\x01", "application/pdf") == "not a text page"


@pytest.mark.parametrize("body", [b'{"a": 1}', b"[1]"])
def test_json_is_refused(body: bytes) -> None:
    assert refusal(body, "application/json") == "no layout claims the page"


@given(body=st.one_of(st.binary(), st.text(alphabet="<>/!-ahp&;= '\x00é").map(str.encode)))
def test_no_body_is_too_odd(body: bytes) -> None:
    for kind in ("text/html", "text/xml", "text/plain; charset=gb2312"):
        for page in (body, b"<rss>" + body):
            with pytest.raises(PageError):
                recognise(response(page, kind), (Plain, Feed)[:1])


def feed(*titles: str, declared: str = "utf-8", doctype: str = "") -> str:
    items = "".join(f"<item><title>{title}</title></item>" for title in titles)
    head = f'<?xml version="1.0" encoding="{declared}"?>{doctype}'
    return f"{head}<rss version='2.0'><channel>{items}</channel></rss>"


@pytest.mark.parametrize("kind", ["text/html", "text/xml", "application/rss+xml", "text/plain"])
def test_a_feed_is_xml_whatever_it_is_served_as(kind: str) -> None:
    page = recognise(response(b"\n" + feed("One", HAN).encode(), kind), (Plain, Feed))
    assert isinstance(page, Feed)
    assert page.titles == ["One", HAN]


@pytest.mark.parametrize("actual", ["gb18030", "utf-8"])
def test_a_feed_is_read_in_the_encoding_it_is_in(actual: str) -> None:
    body = feed(HAN, "Two", declared="gb2312").encode(actual)
    assert recognise(response(body, "text/xml"), (Feed,)).titles == [HAN, "Two"]


@pytest.mark.parametrize("kind", ["text/html", "text/xml"])
def test_entities_are_neither_expanded_nor_fetched(kind: str, tmp_path: Any) -> None:
    (tmp_path / "secret").write_text("secret")
    names = "abcdefghij"
    grown = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    doctype = f'<!DOCTYPE rss [<!ENTITY a "boom">{grown}<!ENTITY x SYSTEM "{tmp_path}/secret">]>'
    begun = time.process_time()
    page = recognise(response(feed("&j;", "&x;", doctype=doctype).encode(), kind), (Feed,))
    assert "boom" not in str(page.titles)
    assert "secret" not in str(page.titles)
    assert time.process_time() - begun < 1


def test_links_and_pictures_are_absolute() -> None:
    page = read(
        markup(more="<a href='/a'> A </a><a href='/b'></a><a href='mailto:x'>C</a><img src=p>")
    )
    anchors = page.root.xpath("//a")
    assert [(r.headline, r.url) for r in page.related_links(anchors)] == [
        ("A", "https://portal.example/a")
    ]
    assert page.image(page.root.xpath("//img")[0], "c", None).url == "https://portal.example/news/p"
    listing = Feed(page.response, page.root)
    assert listing.link(anchors[2], "").url is None
    assert listing.link(anchors[0], "Nov 24").listed_text == "Nov 24"


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ("<base href='https://images.example/cms/'>", "https://images.example/cms/"),
        ("<base target=_top><base href=' /cms/ '>", "https://portal.example/cms/"),
        ("<base href='//images.example/cms/'>", "https://images.example/cms/"),
        ("<base href=/cms/><base href=/other/>", "https://portal.example/cms/"),
        ("<base target=_top>", "https://portal.example/news/1"),
        ("<base href=''>", "https://portal.example/news/1"),
        ("<base href='javascript:0'>", "https://portal.example/news/1"),
        ("<base href='https://[/'>", "https://portal.example/news/1"),
        ("", "https://portal.example/news/1"),
    ],
)
def test_the_base_of_addresses(head: str, base: str) -> None:
    assert read(markup(head=head)).base == base


def test_links_and_pictures_are_relative_to_the_base() -> None:
    head = "<base href='https://images.example/cms/'>"
    page = read(markup(head=head, more="<a href=a>A</a><a href=/b>B</a><img src=p>"))
    anchors = page.root.xpath("//a")
    assert [one.url for one in page.related_links(anchors)] == [
        "https://images.example/cms/a",
        "https://images.example/b",
    ]
    image = page.image(page.root.xpath("//img")[0], None, None)
    assert image.url == "https://images.example/cms/p"
    assert Feed(page.response, page.root).link(anchors[0]).url == "https://images.example/cms/a"


@pytest.mark.parametrize("tag", ["div", "font", "table", "b"])
def test_a_page_that_the_parser_would_cut_is_refused(tag: str) -> None:
    assert refusal(markup(more=f"<{tag}>" * 10_000)) == "nested too deeply"
    assert read(markup(more=f"<{tag}>" * 500)).headline == "A bridge"


def test_a_tag_of_many_attributes_is_not_parsed() -> None:
    many = " ".join(f"a{number}='>'" for number in range(100_000))
    begun = time.process_time()
    assert refusal(markup(more=f"<i {many}>")) == "too many attributes"
    assert time.process_time() - begun < 1
    assert read(markup(more=f"<i {many[:900]}'>x</i>")).headline == "A bridge"


def test_declarations_that_contradict_each_other() -> None:
    page = markup(HAN, head="<meta charset=gb2312>").encode("gb18030")
    assert refusal(page, "text/html; charset=big5") == "undecodable bytes"


def test_an_encoding_of_no_page_is_not_asked() -> None:
    assert read(markup(HAN), "text/html; charset=unicode_escape").headline == HAN
    spoilt = markup().encode().replace(b"bridge", b"\xff")
    assert refusal(spoilt, "text/html; charset=base64") == "undecodable bytes"


def test_a_listing_has_no_more_links_than_listings_have() -> None:
    page = Feed(read(markup()).response, None)
    assert len(page.bounded([None] * 5000)) == 5000
    with pytest.raises(PageError, match="too many links: 5001"):
        page.bounded([None] * 5001)
