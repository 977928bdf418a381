"""Paragraphs and pictures as a reader meets them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from crawler.blocks import blocks, text_of


def read(markup: str) -> list[str]:
    """The paragraphs of a body, pictures and comments in angle brackets."""
    found = blocks(html.fromstring(f"<div>{markup}</div>"))
    return [b.text if b.kind == "text" else f"<{b.kind} {b.text}>" for b in found]


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<p>One.<p>Two.", ["One.", "Two."]),
        ("Bare.<p>One.</p>Tail.", ["Bare.", "One.", "Tail."]),
        ("<div><div><p> </p>&nbsp;<p>\u3000\u3000One.</p></div></div>", ["One."]),
        ("<h2>Head</h2>One.<hr>Two.", ["Head", "One.", "Two."]),
        (
            "<blockquote>One.<p>Two.</p>Three.</blockquote>Four.",
            ["One.", "Two.", "Three.", "Four."],
        ),
        ("<pre>One\n\ntwo</pre>", ["One two"]),
        ("<dl><dt>Term<dd>Meaning</dl>", ["Term", "Meaning"]),
        ("<ul><li>One<li>Two<ul><li>Three</ul></ul>Four", ["One", "Two", "Three", "Four"]),
    ],
)
def test_block_tags_end_a_paragraph(markup: str, paragraphs: list[str]) -> None:
    assert read(markup) == paragraphs


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        ("One<br>more", ["One more"]),
        ("One<br><br>two", ["One", "two"]),
        ("One<br>\n&nbsp;<br>two", ["One", "two"]),
        ("One<br><br><br><br>two", ["One", "two"]),
        ("One<br>more<br>still", ["One more still"]),
        ("One<br><b>more</b><br>still", ["One more still"]),
        ("<b>One<br></b><br>two", ["One", "two"]),
        ("<p>One<br></p><p><br>two</p>", ["One", "two"]),
        ("<br><br><br>", []),
    ],
)
def test_two_line_breaks_end_a_paragraph(markup: str, paragraphs: list[str]) -> None:
    assert read(markup) == paragraphs


def test_inline_tags_glue() -> None:
    assert read("st<em>ea</em>dy <a href='/'>growth</a>, <span>it</span> said<wbr>!") == [
        "steady growth, it said!"
    ]


def test_cells_are_apart_and_rows_are_paragraphs() -> None:
    table = "<table><caption>Sums</caption><tr><th>a<td>1</tr><tr><td>b</td><td>2</td></tr></table>"
    assert read(table) == ["Sums", "a 1", "b 2"]


@pytest.mark.parametrize(
    "tag",
    "script style noscript iframe object video audio button select textarea svg template".split(),
)
def test_what_nobody_reads_is_dropped(tag: str) -> None:
    assert " ".join(read(f"One <{tag}>unread</{tag}>two")) == "One two"


def test_comments_and_instructions_do_not_part_a_word() -> None:
    assert read("st<!-- mark -->ea<?php x ?>dy") == [
        "<comment mark>",
        "<comment ?php x ?>",
        "steady",
    ]


def test_pictures_stand_where_they_are_printed() -> None:
    assert read("<p>One.</p><p><img src=a></p><p>Two.</p>") == ["One.", "<image >", "Two."]


def test_a_comment_that_parts_comes_after_the_paragraph_it_ends() -> None:
    root = html.fromstring("<div><p>One.</p>Two.<br><br>Last.<!-- end -->Beyond.</div>")
    found = blocks(root, parts=lambda comment: comment == "end")
    assert [block.text for block in found] == ["One.", "Two.", "Last.", "end", "Beyond."]


def test_what_is_skipped_leaves_its_surroundings() -> None:
    root = html.fromstring("<div>a<span class=x>b<p>c</p></span>d<p class=x>e</p>f</div>")
    found = blocks(root, lambda node: node.get("class") == "x")
    assert [block.text for block in found] == ["ad", "f"]


def test_a_paragraph_knows_its_element() -> None:
    root = html.fromstring("<div>a<p id=p>b <b>c</b></p>d</div>")
    assert [block.node.get("id") for block in blocks(root)] == [None, "p", None]
    assert blocks(root)[2].node is root


def test_text_of_an_element_that_is_dropped_elsewhere() -> None:
    assert text_of(etree.fromstring("<title> A  title </title>")) == "A title"


@pytest.mark.parametrize("tag", ["div", "b"])
def test_ten_thousand_levels(tag: str) -> None:
    root = node = etree.Element("div")
    for _ in range(10_000):
        node = etree.SubElement(node, tag)
        node.tail = "t"
    node.text = "deep"
    found = blocks(root)
    assert found[0].text.startswith("deep")
    assert sum(block.text.count("t") for block in found) == 10_000


words = st.lists(st.text(alphabet="ab ", max_size=4), max_size=6)


@given(texts=words, tags=st.lists(st.sampled_from(["p", "b", "br", "td", "li", "i"]), max_size=6))
def test_no_letter_is_lost_or_moved(texts: list[str], tags: list[str]) -> None:
    root = etree.Element("div")
    for text, tag in zip(texts, tags, strict=False):
        node = etree.SubElement(root, tag)
        node.text, node.tail = text, text
    read_text = "".join(block.text for block in blocks(root))
    assert read_text.replace(" ", "") == "".join(root.itertext()).replace(" ", "")


@pytest.mark.parametrize(
    "hidden", ["hidden", "style='display:none'", "style='color:red;Visibility : hidden'"]
)
def test_what_its_own_tag_hides_is_not_met(hidden: str) -> None:
    assert read(f"One <span {hidden}>unread</span>two<p {hidden}>unread</p>") == ["One two"]
    assert text_of(html.fromstring(f"<b {hidden}>unread</b>")) == ""
