"""What pages of several portals share: lists of links, pagers, Founder's comments, whole pages."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html
from scrapy.http import HtmlResponse

from crawler.layouts.founder import properties_in
from crawler.layouts.links import LinkList, article_links
from crawler.layouts.pagers import linked_pages
from crawler.layouts.whole import check_closed, check_single
from crawler.pages import ArticlePage, PageError
from crawler.urls import Address, AddressForm, identify

HOME = "https://portal.example/"
FORMS = (
    AddressForm(
        hosts=("portal.example",),
        path=r"/(?P<id>\d+)(?:_(?P<page>\d))?\.html",
        url=HOME + "{id}.html",
    ),
)


def identified(url: str) -> Address | None:
    return identify(url, FORMS)


class Front(LinkList):
    marker = "body"
    identified = staticmethod(identified)


def page(kind: type[Any], markup: str, url: str = HOME) -> Any:
    response = HtmlResponse(url, body=markup.encode(), encoding="utf-8")
    return kind(response, html.document_fromstring(markup))


def test_each_article_once_by_the_link_with_most_words() -> None:
    front = page(
        Front,
        "<a href='/1.html'><img></a><a href='/1.html'>Harbour opens</a><a href='/about'>About</a>"
        "<a href='/2.html'>Quay</a><a href='mailto:x@y.example'>Mail</a>",
    )
    assert [(link.url, link.headline) for link in front.links] == [
        (HOME + "1.html", "Harbour opens"),
        (HOME + "2.html", "Quay"),
    ]


def test_a_date_beside_either_link_counts() -> None:
    front = page(Front, "<a href='/1.html'>H</a><a href='/1.html'>Harbour</a>")
    anchors = list(front.root.iter("a"))
    (link,) = article_links(front, anchors, identified, {anchors[0]: "2026-10-01"})
    assert (link.headline, link.listed_text) == ("Harbour", "2026-10-01")


def test_a_page_without_links_to_articles_is_no_list() -> None:
    with pytest.raises(PageError, match="no links to articles"):
        _ = page(Front, "<a href='/about'>About</a>").links


@pytest.mark.parametrize(
    ("links", "own", "after"),
    [
        (
            ["/7_2.html", "/7_4.html?x#y", "/8_9.html"],
            "7.html",
            ["7_2.html", "7_3.html", "7_4.html"],
        ),
        (["/7.html", "/7_2.html", "/7_3.html"], "7_2.html", ["7_3.html"]),
        (["/7.html", "/7_2.html"], "7_2.html", []),
        ([], "7.html", []),
        (["/7_2.html"], "about", []),
    ],
)
def test_pages_behind_a_page(links: list[str], own: str, after: list[str]) -> None:
    markup = "".join(f"<a href='{href}'>x</a>" for href in links) or "<p>x"
    article = page(ArticlePage, markup, HOME + own)
    linked = linked_pages(article, identified)
    assert linked.after("_{n}.") == [HOME + name for name in after]


def test_comments_of_founder() -> None:
    root = html.document_fromstring(
        "<div><!--enpproperty <articleid>7</articleid><Title>Harbour &amp; <b>quay</b></Title>"
        "<author></author><source>null</source>/enpproperty--><!--other <x>1</x>-->"
        "<!--enpproperty <articleid>7</articleid><Title>Harbour &amp; <b>quay</b></Title>--></div>"
    )
    assert properties_in(root) == [{"articleid": "7", "title": "Harbour & quay"}]


def test_a_page_that_broke_off_and_two_in_one() -> None:
    check_closed(page(ArticlePage, "<html><body><p>x</p></BODY >"))
    with pytest.raises(PageError, match="page cut short"):
        check_closed(page(ArticlePage, "<html><body><p>x</p></bo"))
    check_single(page(ArticlePage, "<html><head><title>A</title></head><body>x</body></html>"))
    with pytest.raises(PageError, match="more than one page"):
        check_single(page(ArticlePage, "<title>A</title><p>x</p><title>B</title><p>y</p>"))
