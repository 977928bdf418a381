"""JSON, and JSON in a call, as a tree."""

from __future__ import annotations

import pytest
from lxml import etree
from scrapy.http import TextResponse

from crawler.jsontree import is_json, tree_of
from crawler.pages import Link, ListingPage, PageError, recognise
from crawler.queries import xpath
from crawler.urls import resolve


def written(text: str) -> str:
    return etree.tostring(tree_of(text), encoding="unicode")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (
            '{"a": [{"b": "T"}, 2, null, true]}',
            "<json><a><item><b>T</b></item><item>2</item><item/><item>true</item></a></json>",
        ),
        ("[]", "<json/>"),
        ('\ufeff {"a b": 1.5}', '<json><member name="a b">1.5</member></json>'),
        ('callback({"a": "<p>&"});', "<json><a>&lt;p&gt;&amp;</a></json>"),
        ("/**/ jQuery_1.f ( [1] )", "<json><item>1</item></json>"),
        ('{"a": "\\u0000x\\ud800"}', "<json><a>\ufffdx\ufffd</a></json>"),
    ],
)
def test_tree(text: str, tree: str) -> None:
    assert is_json(text)
    assert written(text) == tree


@pytest.mark.parametrize("text", ["{", "f({)", '{"a": }', "[" * 100_000])
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        tree_of(text)


@pytest.mark.parametrize("text", ["<html>", "Welcome (all)", "", "User-agent: *"])
def test_pages_are_none(text: str) -> None:
    assert not is_json(text)


class Rows(ListingPage):
    marker = xpath("/json/rows")

    @property
    def links(self) -> list[Link]:
        found = self.bounded(self.root.findall("rows/item"))
        return [
            Link(resolve(self.url, n.findtext("u")), n.findtext("u"), n.findtext("t"))
            for n in found
        ]


def test_a_listing_in_json_is_read_by_the_same_rules() -> None:
    body = b'{"rows": [{"u": "../1.html", "t": "T"}]}'
    for kind in ("application/json", "text/html; charset=utf-8", "application/javascript"):
        response = TextResponse(
            "https://x.example/list/a.json", body=body, headers={"Content-Type": kind}
        )
        (link,) = recognise(response, [Rows]).links
        assert link == Link("https://x.example/1.html", "../1.html", "T")


def test_broken_json_is_refused() -> None:
    response = TextResponse("https://x.example/a.json", body=b'{"rows": [', encoding="utf-8")
    with pytest.raises(PageError, match="broken JSON"):
        recognise(response, [Rows])
