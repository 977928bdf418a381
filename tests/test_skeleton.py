"""The skeleton of a page: the same for two pages of one template."""

from __future__ import annotations

import re

import pytest
from lxml import html

from crawler.skeleton import skeleton_of

PAGE = """<html><head><title>One</title></head><body id="p12"><div class="nav top"><a>x</a></div>
<div id="text"><p class="lead">One.</p></div></body></html>"""


def skeleton(markup: str) -> str:
    return skeleton_of(html.fromstring(markup))


def test_it_is_eight_digits() -> None:
    assert re.fullmatch("[0-9a-f]{8}", skeleton(PAGE))
    assert re.fullmatch("[0-9a-f]{8}", skeleton("<p>no marks"))


@pytest.mark.parametrize(
    ("printed", "otherwise"),
    [
        ("One.", "Quite another text, <b>bold</b>."),
        ("</p>", "</p><p class='lead'>Once more.</p><p>Unmarked.</p>"),
        ("p12", "p3456"),
        ("nav top", "top  nav"),
        ("<a>", "<!-- mark --><a href='/' title='t'>"),
    ],
)
def test_content_does_not_matter(printed: str, otherwise: str) -> None:
    assert skeleton(PAGE.replace(printed, otherwise)) == skeleton(PAGE)


@pytest.mark.parametrize(
    ("printed", "otherwise"),
    [
        ('id="text"', 'id="body"'),
        ("nav top", "nav"),
        ('<p class="lead">One.</p>', '<span><p class="lead">One.</p></span>'),
        ('<p class="lead">One.</p>', '<h2 class="lead">One.</h2>'),
        ('<p class="lead">One.</p>', ""),
    ],
)
def test_the_template_does(printed: str, otherwise: str) -> None:
    assert skeleton(PAGE.replace(printed, otherwise)) != skeleton(PAGE)


BARE = "<html><head><title>One</title></head><body><h1>One</h1><p>Text <b>1</b>.</p></body></html>"


@pytest.mark.parametrize(
    ("printed", "otherwise"),
    [
        ("Text", "Quite another text"),
        ("</p>", "</p><p>Once more.</p><!-- mark -->"),
        ("<h1>", "<h1 align='center'>"),
        ("<p>", "<p id='' class=' '>"),
    ],
)
def test_content_does_not_matter_where_nothing_has_an_id_or_class(
    printed: str, otherwise: str
) -> None:
    assert skeleton(BARE.replace(printed, otherwise)) == skeleton(BARE)


@pytest.mark.parametrize(
    ("printed", "otherwise"),
    [
        ("<b>1</b>", "<i>1</i>"),
        ("<b>1</b>", "1"),
        ("<p>Text <b>1</b>.</p>", "<div><p>Text <b>1</b>.</p></div>"),
        ("<p>", "<p id='text'>"),
    ],
)
def test_the_elements_do_where_nothing_has_an_id_or_class(printed: str, otherwise: str) -> None:
    assert skeleton(BARE.replace(printed, otherwise)) != skeleton(BARE)
