"""The body of an ECNS article: paragraphs, captions, credits, and the lines about people."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request

from crawler.pages import PageError
from crawler.spiders.ecns import EcnsSpider
from tests.crawling import HOME
from tests.pages import understood

ARTICLE = f"{HOME}/news/2026-11-01/detail-ihfzabcd0000001.shtml"
GALLERY = f"{HOME}/hd/2026-11-01/detail-ihfzabcd0000001.shtml"
A, B = "<p><img src='/a.jpg'></p>", "<p><img src='/b.jpg'></p>"
DAY = "<span>2026-11-01 08:00:00</span>"
HEADER = f"{DAY}<span>Global Times</span><span>Editor  : Ruan Jin</span>"
CRUMBS = "<span>Home /</span><span>Society</span>"
TEXT = "Nothing else happened."


def read(
    body: str,
    *,
    header: str = HEADER,
    headline: str = "Harbour opens",
    crumbs: str = CRUMBS,
    url: str = ARTICLE,
    old: bool = False,
) -> dict[str, Any]:
    """The record of an invented page, of the system of 2018 or, if `old`, of that before."""
    if old:
        url = url.replace("2026-11-01/detail-ihfzabcd000000", "2016/11-01/22000")
    else:
        body = f"<!--正文分页开始-->{body}<!--正文分页结束-->"
    markup = (
        f"<html><head><meta charset=utf-8></head><body><h3 class=itemtit>{crumbs}</h3>"
        f"<h1 id=contitle>{headline}</h1><div class=downinfo>{header}</div>"
        f"<div class=content id=yanse>{body}</div><div class=foottip>x</div></body></html>"
    )
    kind = {"Content-Type": "text/html"}
    response = HtmlResponse(url, headers=kind, body=markup.encode())
    response.request = Request(url, meta={"fetched_at": "2026-11-24T00:00:00Z"})
    return understood(EcnsSpider, response)


def pictures(record: dict[str, Any]) -> list[tuple[str | None, str | None, str | None]]:
    """Name, caption and credit of each picture."""
    images = record["images"]
    assert all(image["url"] is None or image["url"].startswith(HOME) for image in images)
    return [(i["url"] and i["url"][len(HOME) :], i["caption"], i["credit"]) for i in images]


def shape(record: dict[str, Any]) -> tuple[list[str], list[Any], str | None]:
    return record["body"], pictures(record), record["byline_text"]


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize(
    ("body", "image"),
    [
        # A credit that ends the line below
        (f"{A}<p>A view of it. Photo: VCG</p>", ("A view of it.", "Photo: VCG")),
        (f"{A}<p>ZOU MOU / CHINA DAILY</p>", (None, "ZOU MOU / CHINA DAILY")),
        (
            f"{A}<p>Visitors. (Zou Mou/for China Daily)</p>",
            ("Visitors.", "Zou Mou/for China Daily"),
        ),
        (f"{A}<p>Visitors. (CNS Photo/Ke Mou)</p>", ("Visitors.", "CNS Photo/Ke Mou")),
        (f"{A}<p>Visitors. (Xinhua)</p>", ("Visitors.", "Xinhua")),
        (f"{A}<p>(Xinhua)</p>", (None, "Xinhua")),
        # … of a line of its own
        (
            f"{A}<p>Visitors look.</p><p>(Photo: CNS/Ke Mou)</p>",
            ("Visitors look.", "Photo: CNS/Ke Mou"),
        ),
        # Centred
        (
            "<p align=center><img src='/a.jpg'></p><p align=center>A visitor.</p>",
            ("A visitor.", None),
        ),
        (
            "<p style='text-align: center'><img src='/a.jpg'><br>A file photo shows it.</p>",
            ("A file photo shows it.", None),
        ),
        ("<center><img src='/a.jpg'><p>A visitor.</p></center>", ("A visitor.", None)),
        # In a frame
        (
            f"<div class=img_wrapper>{A}<div class=pictext><p>One.<p>Two. (Photo/VCG)</div></div>",
            ("One. Two.", "Photo/VCG"),
        ),
        (
            "<div class=img_wrapper><img src='/a.jpg'><div class=pictext>One.</div></div>",
            ("One.", None),
        ),
        (
            "<div class=img_wrapper><img src='/a.jpg'><p>One. (Photo/VCG)</p></div>",
            ("One.", "Photo/VCG"),
        ),
        ("<img src='/a.jpg'><figcaption><p>One.</p></figcaption>", ("One.", None)),
        # Before the picture
        (f"<p>A view of it. (Photo/VCG)</p>{A}", ("A view of it.", "Photo/VCG")),
        # None
        (A, (None, None)),
    ],
)
def test_a_caption_belongs_to_its_picture(
    body: str, image: tuple[str | None, str | None], old: bool
) -> None:
    assert shape(read(f"{body}<p>{TEXT}</p>", old=old)) == ([TEXT], [("/a.jpg", *image)], None)


def test_a_paragraph_after_a_picture_is_one() -> None:
    assert shape(read(f"{A}<p>It rained.</p><p>{TEXT}</p>")) == (
        ["It rained.", TEXT],
        [("/a.jpg", None, None)],
        None,
    )


def test_what_follows_a_credited_picture_in_its_frame_is_a_paragraph() -> None:
    body = "<div class=img_wrapper><img src='/a.jpg'><p>One. (Photo/VCG)</p><p>It rained.</p></div>"
    assert shape(read(body)) == (["It rained."], [("/a.jpg", "One.", "Photo/VCG")], None)


def test_captions_before_their_pictures() -> None:
    body = f"<p>One. (Photo/VCG)</p>{A}<p>Two. (Photo/CFP)</p>{B}<p>{TEXT}</p>"
    assert shape(read(body)) == (
        [TEXT],
        [("/a.jpg", "One.", "Photo/VCG"), ("/b.jpg", "Two.", "Photo/CFP")],
        None,
    )


def test_captions_after_their_pictures() -> None:
    body = f"{A}<p>One. (Photo/VCG)</p>{B}<p>Two. (Photo/CFP)</p><p>{TEXT}</p>"
    assert shape(read(body)) == (
        [TEXT],
        [("/a.jpg", "One.", "Photo/VCG"), ("/b.jpg", "Two.", "Photo/CFP")],
        None,
    )


def test_two_pictures_and_one_caption() -> None:
    assert shape(read(f"{A}{B}<p>Both. (Photo/VCG)</p><p>{TEXT}</p>")) == (
        [TEXT],
        [("/a.jpg", None, None), ("/b.jpg", "Both.", "Photo/VCG")],
        None,
    )


def test_a_caption_whose_picture_is_gone_is_kept() -> None:
    assert shape(read(f"<p>{TEXT}</p><p>One. (Photo/VCG)</p><p>It rained.</p>")) == (
        [TEXT, "It rained."],
        [(None, "One.", "Photo/VCG")],
        None,
    )


def test_pictures_without_an_address_of_their_own_are_none() -> None:
    body = f"<img><img src=' '><img src='data:image/gif;base64,R0'><p>{TEXT}</p>"
    assert shape(read(body)) == ([TEXT], [], None)


@pytest.mark.parametrize("centred", [False, True])
def test_one_line_below_a_picture_is_its_caption_and_the_next_a_paragraph(centred: bool) -> None:
    style = " align=center" if centred else ""
    body = f"{A}<p{style}>One, without a credit.</p><p{style}>{TEXT}</p>"
    assert shape(read(body, url=GALLERY)) == (
        [TEXT],
        [("/a.jpg", "One, without a credit.", None)],
        None,
    )


def test_in_a_gallery_the_line_below_a_picture_is_its_caption() -> None:
    body = f"{A}<p>One, without a credit.</p>{B}<p>Two. (Photo/VCG)</p>"
    assert shape(read(body, url=GALLERY)) == (
        [],
        [("/a.jpg", "One, without a credit.", None), ("/b.jpg", "Two.", "Photo/VCG")],
        None,
    )
    assert read(body, url=GALLERY)["kind"] == "photo"
    assert read(body)["body"] == ["One, without a credit."]


@pytest.mark.parametrize(
    "line",
    [
        "He joined China Central Television (CCTV)",
        "The party (CPC)",
        "He said so to the agency (Xinhua)",
        "It is called Photo: a house",
    ],
)
def test_a_bracket_away_from_pictures_is_no_credit(line: str) -> None:
    assert shape(read(f"<p>{line}</p><p>{TEXT}</p>")) == ([line, TEXT], [], None)
    assert shape(read(f"{A}<p>It rained.</p><p>{line}</p>"))[0] == ["It rained.", line]


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Lan Heqing", ["Lan Heqing"]),
        ("By Lan Heqing (Xinhua)", ["Lan Heqing"]),
        ("By Lan Heqing and Ruan Mou", ["Lan Heqing", "Ruan Mou"]),
        ("(By Evelyn)", ["Evelyn"]),
        ("(By Intern Lan Heqing, Ruan Mou)", ["Lan Heqing", "Ruan Mou"]),
        ("(Reporting by Lan Heqing)", ["Lan Heqing"]),
    ],
)
def test_bylines_at_either_end(byline: str, authors: list[str]) -> None:
    for body in (f"<p>{byline}</p><p>{TEXT}</p>", f"<p>{TEXT}</p><p>{byline}</p>"):
        record = read(body)
        assert shape(record) == ([TEXT], [], byline)
        assert record["authors"] == authors


def test_a_byline_among_paragraphs_is_one_of_them() -> None:
    lines = ["It rained.", "It snowed.", "By Lan Heqing", TEXT]
    assert shape(read("".join(f"<p>{line}</p>" for line in lines))) == (lines, [], None)


def test_a_byline_below_the_standfirst_and_its_picture() -> None:
    body = f"<p>It rained.</p>{A}<p>By Lan Heqing</p><p>{TEXT}</p>"
    assert shape(read(body)) == (["It rained.", TEXT], [("/a.jpg", None, None)], "By Lan Heqing")


@pytest.mark.parametrize("line", ["By the end of the day it rained.", "By Monday it rained."])
def test_prose_that_begins_with_by(line: str) -> None:
    assert shape(read(f"<p>{line}</p>")) == ([line], [], None)


def test_contributors_are_no_authors() -> None:
    line = "(Xinhua reporters Lan Heqing and Ruan Mou in Harbin contributed to this report.)"
    record = read(f"<p>{TEXT}</p><p>{line}</p>")
    assert shape(record) == ([TEXT], [], line)
    assert record["authors"] == []


@pytest.mark.parametrize(
    "line",
    [
        "(Editor: Ke Mou)",
        "Edited by Ke Mou",
        "(Source: Xinhua)",
        "(Xinhua)",
        "■",
        "Enditem",
        "-End-",
    ],
)
def test_lines_that_are_no_paragraphs(line: str) -> None:
    record = read(f"<p>{TEXT}</p><p>{line}</p>")
    assert shape(record) == ([TEXT], [], None)
    assert (record["editor_text"], record["source_text"]) == ("Editor : Ruan Jin", "Global Times")


def test_editor_and_source_of_the_body_where_the_header_has_none() -> None:
    record = read(
        f"<p>{TEXT}</p><p>(Source: Xinhua)</p><p>(Editor: Ke Mou)</p>", header=f"{DAY}<span></span>"
    )
    assert (record["source_text"], record["sources"]) == ("(Source: Xinhua)", ["Xinhua"])
    assert (record["editor_text"], record["editors"]) == ("(Editor: Ke Mou)", ["Ke Mou"])
    assert shape(record) == ([TEXT], [], None)


def test_an_end_mark_is_cut_from_the_last_paragraph() -> None:
    assert shape(read(f"<p>{TEXT} Enditem</p>")) == ([TEXT], [], None)
    assert shape(read(f"<p>{TEXT}■</p>")) == ([TEXT], [], None)


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>Read more: <a href='/x'>Berth closes</a></p>",
        "<p>Related: <a href='/x'>Berth closes</a></p>",
        "<p>Related stories:</p>",
        "<p>&gt;&gt;<a href='/x'>Berth closes</a></p>",
        "<p><a href='https://x.com/echinanews'>Follow us</a></p>",
        "<p><a href='https://www.facebook.com/x'><img src='/f.png'></a></p>",
        "<div id=function_code_page></div>",
    ],
)
def test_furniture_is_no_body(furniture: str) -> None:
    body = f"<p>It rained.</p>{furniture}<p>{TEXT}</p>"
    assert shape(read(body)) == (["It rained.", TEXT], [], None)


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<a href='https://twitter.com/someone/1'>pic.twitter.com/abc</a>", "pic.twitter.com/abc"),
        (
            "Read more: it is worth it, <a href='/x'>she</a> said.",
            "Read more: it is worth it, she said.",
        ),
        ("<a href='/x'>The whole paragraph is a link.</a>", "The whole paragraph is a link."),
    ],
)
def test_links_that_are_paragraphs(markup: str, line: str) -> None:
    assert shape(read(f"<p>{TEXT}</p><p>{markup}</p>")) == ([TEXT, line], [], None)


def test_a_line_with_an_ideographic_indent_is_a_paragraph() -> None:
    assert read("<p>It rained.<br>　　It snowed.<br>Still.</p>")["body"] == [
        "It rained.",
        "It snowed. Still.",
    ]


def test_nothing_outside_the_marks_is_body() -> None:
    body = "<p>Share</p><!--正文分页开始--><p>It rained.</p><!--正文分页结束--><p>Comment</p>"
    page = "<h1 id=contitle>x</h1><div class=downinfo>2026-11-01</div><div id=yanse>"
    response = HtmlResponse(ARTICLE, body=f"{page}{body}</div></html>".encode())
    assert understood(EcnsSpider, response)["body"] == ["It rained."]
    with pytest.raises(PageError, match="marks of the body not understood"):
        read(body)


@pytest.mark.parametrize(
    ("line", "text", "place"),
    [
        ("Beijing (CNS) -- It rained.", "Beijing (CNS) --", "Beijing"),
        ("（ECNS）-- It rained.", "（ECNS）--", None),
    ],
)
def test_a_dateline_stays_in_its_paragraph(line: str, text: str, place: str | None) -> None:
    record = read(f"<p>{line}</p>")
    assert (record["body"], record["dateline_text"]) == ([line], text)
    assert (record["dateline_place"], record["dateline_agency"]) == (place, "ECNS")


# The header


@pytest.mark.parametrize(
    ("header", "printed"),
    [
        (
            "<span>2026-11-01 08:00</span><span>Xinhua</span><span>Web Editor: Ke Mou</span>",
            ("2026-11-01 08:00", "Xinhua", "Web Editor: Ke Mou"),
        ),
        (
            "2026-11-01 08:00 Global Times Editor: Ke Mou",
            ("2026-11-01 08:00", "Global Times", "Editor: Ke Mou"),
        ),
        (
            "<span>2026-11-01</span><span></span><span>Editor:Ke Mou</span>",
            ("2026-11-01", None, "Editor:Ke Mou"),
        ),
        (f"{DAY}<span>Xinhua</span>", ("2026-11-01 08:00:00", "Xinhua", None)),
        (
            f"{DAY}<span>Xinhua</span><span><a href='https://www.ecns.cn/app/'>App</a></span>",
            ("2026-11-01 08:00:00", "Xinhua", None),
        ),
    ],
)
def test_the_header_is_taken_apart(header: str, printed: tuple[str | None, ...]) -> None:
    record = read(f"<p>{TEXT}</p>", header=header)
    names = ("published_text", "source_text", "editor_text")
    assert tuple(record[name] for name in names) == printed


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"header": f"{HEADER}<span>Comments (0)</span>"}, "header not understood"),
        ({"header": "<span>Yesterday</span><span>Xinhua</span>"}, "header not understood"),
        ({"headline": "<img src='/a.jpg'>"}, "no headline"),
        (
            {"body": f"<p>{TEXT}</p><div id=function_code_page><select><option>1</select></div>"},
            "pager not understood",
        ),
        ({"body": f"<p>{TEXT}</p><div id=function_code_page>1 2</div>"}, "pager not understood"),
        ({"body": "<p> </p>"}, "no content"),
    ],
)
def test_a_page_that_is_not_understood_is_refused(options: dict[str, str], reason: str) -> None:
    with pytest.raises(PageError) as refused:
        read(**{"body": f"<p>{TEXT}</p>", **options})
    assert refused.value.reason == reason


def test_a_link_to_the_chinese_text_is_no_headline() -> None:
    headline = "Harbour <em>opens</em> <a href='https://www.chinanews.com/x'>港口开放</a>"
    assert read(f"<p>{TEXT}</p>", headline=headline)["headline"] == "Harbour opens"
    headline = "<a href='/x'>Harbour 港 opens</a>"
    assert read(f"<p>{TEXT}</p>", headline=headline)["headline"] == "Harbour 港 opens"


@pytest.mark.parametrize(
    ("crumbs", "section"),
    [
        (CRUMBS, "Society"),
        ("<span>Home / News / Politics</span>", "Politics"),
        ("<span>Home</span><span>&gt;&gt;</span><span>Sci-tech</span>", "Sci-tech"),
        ("<span>Home /</span><span></span>", None),
    ],
)
def test_the_section_is_the_last_of_the_crumbs(crumbs: str, section: str | None) -> None:
    assert read(f"<p>{TEXT}</p>", crumbs=crumbs)["section"] == section


# Whole pages, of the address they stand under


def page_of(more: str = "", end: str = "</html>", url: str = ARTICLE) -> HtmlResponse:
    marked = f"<!--正文分页开始--><p>{TEXT}</p><!--正文分页结束-->"
    text = (
        f"<html><head>{more}</head><h1 id=contitle>x</h1><div class=downinfo>2026-11-01</div>"
        f"<div id=yanse>{marked}</div>{end}"
    )
    return HtmlResponse(url, body=text.encode(), encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "end", "reason"),
    [
        ("", "", "page cut short"),
        ("", "</html><body></html><body>", "more than one page"),
        ("<!--[886,1,301274] published at x-->", "</html>", "another article's page"),
        ("<script>\nvar wap_url = '/m/news/2026-11-01/detail-ihfzx1.shtml';</script>", "</html>",
         "another article's page"),
    ],
)  # fmt: skip
def test_a_page_is_whole_and_that_of_its_address(more: str, end: str, reason: str) -> None:
    with pytest.raises(PageError) as refused:
        understood(EcnsSpider, page_of(more, end))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "more",
    [
        "",
        "<!--[886,4,1] published at x-->",
        (
            "<script>\n//var wap_url = '/m/2013/06-21/69813.shtml';\n"
            "var wap_url = '//m.chinanews.com/wap/detail/ecnszw/hfzabcd0000001.shtml';</script>"
        ),
    ],
)
def test_a_page_that_names_no_other_article(more: str) -> None:
    assert understood(EcnsSpider, page_of(more))["body"] == [TEXT]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("</h1>", ""), "headline not closed"),
        (("</div></body>", "<h3 class=itemtit>Related news</h3></div></body>"), "body not closed"),
        (("</div></body>", "</div><div id=function_code_page></div></body>"), "body closed early"),
    ],
)
def test_tags_that_are_missing_move_no_text(change: tuple[str, str], reason: str) -> None:
    text = (
        "<html><body><h1 id=contitle>x</h1><div class=downinfo>2016-11-01</div>"
        f"<div id=yanse><p>{TEXT}</p></div></body></html>"
    ).replace(*change)
    with pytest.raises(PageError) as refused:
        understood(EcnsSpider, HtmlResponse(f"{HOME}/2016/11-01/1.shtml", body=text.encode()))
    assert refused.value.reason == reason


@pytest.mark.parametrize("end", ["</html></html>", "</HTML >\n<!-- made by x -->", "</ht\0ml>"])
def test_however_a_page_is_closed(end: str) -> None:
    assert understood(EcnsSpider, page_of("", end))["body"] == [TEXT]


OLD = "https://www.ecns.cn/2016/11-01/220001.shtml"


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ("</html>", "end of the body not seen"),
        ("</p><html><h1>502 Bad Gateway</h1></html>", "end of the body not seen"),
        ("</div><p>More of it.</p><div class=foottip>x</div></html>", "body closed early"),
        ("</div>More of it.<div class=foottip>x</div></html>", "body closed early"),
        ("</div><span>More of it.</span><p>Copyright 1999-2016</p></html>", "body closed early"),
        ("</div><ul class=newslst02><li>Other news</li></ul>", "page cut short"),
    ],
)
def test_what_follows_an_old_body_says_that_it_is_whole(after: str, reason: str) -> None:
    head = "<html><h1 id=contitle>x</h1><div class=downinfo>2016-11-01 Xinhua</div>"
    page = f"{head}<div id=yanse><p>{TEXT}</p>{after}"
    with pytest.raises(PageError) as refused:
        understood(EcnsSpider, HtmlResponse(OLD, body=page.encode(), encoding="utf-8"))
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "foot", ["<div class=foottip>x</div></html>", "<p>Copyright 1999-2016</p>"]
)
@pytest.mark.parametrize("url", [OLD, ARTICLE])
def test_a_body_without_marks_ends_before_the_foot(foot: str, url: str) -> None:
    head = "<html><h1 id=contitle>x</h1><div class=downinfo>2016-11-01 Xinhua</div>"
    page = f"{head}<div id=yanse><p>{TEXT}</p></div><script>x</script>{foot}"
    response = HtmlResponse(url, body=page.encode(), encoding="utf-8")
    response.request = Request(url, meta={"fetched_at": "2026-11-24T00:00:00Z"})
    assert understood(EcnsSpider, response)["body"] == [TEXT]


def test_a_paragraph_behind_a_captioned_picture_is_one_though_it_ends_in_an_agency() -> None:
    frame = (
        "<div class=img_wrapper><img src='/a.jpg'><div class=pictext>A quay (Xinhua)</div></div>"
    )
    record = read(
        f"{frame}<p>Ferries left on time, the harbour master said. (Xinhua)</p><p>{TEXT}</p>"
    )
    assert record["body"] == ["Ferries left on time, the harbour master said. (Xinhua)", TEXT]
    assert pictures(record) == [("/a.jpg", "A quay", "Xinhua")]
