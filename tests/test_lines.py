"""Lines among paragraphs that are none: credits, bylines, editors, sources, end marks."""

from __future__ import annotations

import time

import pytest

from crawler.lines import (
    cut_end_mark,
    is_byline,
    is_contributors,
    is_editor_line,
    is_source_line,
    split_credit,
)


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("A bridge. (Photo: CNS/Ke Mou)", "A bridge.", "Photo: CNS/Ke Mou"),
        ("[Photo provided to China Daily]", None, "Photo provided to China Daily"),
        ("A bridge. (Xinhua/Li Mou)", "A bridge.", "Xinhua/Li Mou"),
        ("A bridge. (Photo/Xinhua(", "A bridge.", "Photo/Xinhua"),
        ("A bridge. (Photo/VCG", "A bridge.", "Photo/VCG"),
        ("A bridge. (Photo/VCG))", "A bridge.", "Photo/VCG"),
        ("A bridge.（Photo/Agencies）", "A bridge.", "Photo/Agencies"),
        ("A bridge. (Photo/VCG]", "A bridge.", "Photo/VCG"),
        ("A bridge (built 1958). ( Photo / VCG )", "A bridge (built 1958).", "Photo / VCG"),
        ("A bridge. (File photo)", "A bridge.", "File photo"),
        ("A bridge. (Screenshot from CCTV)", "A bridge.", "Screenshot from CCTV"),
        ("(Photo/CFP)", None, "Photo/CFP"),
        ("A bridge (built 1958)", "A bridge (built 1958)", None),
        ("It said (photos follow) nothing", "It said (photos follow) nothing", None),
        ("Shares of (photonic) firms", "Shares of (photonic) firms", None),
        (" \u3000", None, None),
    ],
)
def test_credit_is_a_bracket_at_the_end(text: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(text, beside_picture=False) == (caption, credit)
    assert split_credit(text, beside_picture=True) == (caption, credit)


def test_beside_a_picture_an_outlet_alone_is_a_credit() -> None:
    for text, credit in (("A bridge. (Xinhua)", "Xinhua"), ("A bridge. Photo: VCG", "Photo: VCG")):
        assert split_credit(text, beside_picture=True) == ("A bridge.", credit)
        assert split_credit(text, beside_picture=False) == (text, None)


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("A bridge. (Xinhua)", "A bridge.", "Xinhua"),
        ("A bridge. [China Daily].", "A bridge.", "China Daily"),
        ("A bridge. File Photo: IC", "A bridge.", "File Photo: IC"),
        ("Illustration: Liu Mou/GT", None, "Illustration: Liu Mou/GT"),
        ("ZOU MOU / CHINA DAILY", None, "ZOU MOU / CHINA DAILY"),
        (
            "A bridge at dusk. Zou Mou/for China Daily",
            "A bridge at dusk.",
            "Zou Mou/for China Daily",
        ),
    ],
)
def test_what_is_a_credit_beside_a_picture_only(
    text: str, caption: str | None, credit: str | None
) -> None:
    assert split_credit(text, beside_picture=True) == (caption, credit)
    assert split_credit(text, beside_picture=False) == (text, None)


@pytest.mark.parametrize(
    "text",
    [
        "He joined China Central Television (CCTV) in 1999",
        "He heads the fund (IMF)",
        "Photo: it was taken at dusk, she said. Nobody saw it",
        "The ratio was 3/4",
        "The photo by Li Mou won",
        "A bridge (photo by Li Mou) and a road",
    ],
)
def test_prose_has_no_credit(text: str) -> None:
    assert split_credit(text, beside_picture=True) == (text, None)
    assert split_credit(text, beside_picture=False) == (text, None)


@pytest.mark.parametrize(
    "credit",
    [
        "Photo by Li Mou",
        "Photos from Weibo",
        "CNS Photo/Li Mou",
        "All photos by Li Mou",
        "Provided to China Daily",
        "Courtesy of the museum",
        "Li Mou/for China Daily",
        "China Daily/Li Mou",
        "Infographic: CGTN",
    ],
)
@pytest.mark.parametrize("brackets", ["()", "[]", "（）", "【】"])
def test_forms_of_credits(credit: str, brackets: str) -> None:
    text = f"A bridge. {brackets[0]}{credit}{brackets[1]}"
    assert split_credit(text, beside_picture=False) == ("A bridge.", credit)


@pytest.mark.parametrize("text", ["(Photo " * 9000, " ( " * 9000, "(Photo: a" + ")" * 50000 + "x"])
def test_a_caption_of_brackets_is_read_quickly(text: str) -> None:
    begun = time.process_time()
    split_credit(text, beside_picture=True)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "text",
    [
        "By Li Mou",
        "By: Li Mou",
        "By LI MOU and HAN MOUMOU",
        "By Li Mou, Han Moumou and Wang Mou",
        "By Xinhua writers Li Mou, Han Moumou",
        "By Xinhua",
        "Written by Jean-Luc O’Neil in Beijing",
        "Compiled by Li Mou",
    ],
)
def test_byline(text: str) -> None:
    assert is_byline(text)
    assert is_byline(f"({text})", bracketed=True)
    assert is_byline(f"[{text}]", bracketed=True)
    assert not is_byline(text, bracketed=True)
    assert not is_byline(f"({text})")


@pytest.mark.parametrize(
    "text",
    [
        "By the end of the year, the bridge will be open.",
        "By the end of the year",
        "By 2030, China plans to open it.",
        "By Monday morning Beijing was dry.",
        "By Li Mou, who was there.",
        "Stand By Li Mou",
        "By",
        "",
        "By " + "Li Mou, " * 40 + "Li Mou",
    ],
)
def test_prose_is_no_byline(text: str) -> None:
    assert not is_byline(text)
    assert not is_byline(f"({text})", bracketed=True)
    assert not is_byline(text[:1], bracketed=True)


@pytest.mark.parametrize(
    "text",
    [
        "By Li Mou (Xinhua)",
        "By Li Mou | China Daily",
        "By Li Mou for China Daily",
        "By Li Mou, intern",
        "By Intern Li Mou, Han Moumou",
        "By Global Times staff reporters",
        "Reporting by Li Mou",
        "By Ludwig van Mou",
    ],
)
def test_bylines_with_more_than_names(text: str) -> None:
    assert is_byline(text)


def test_one_word_is_a_name_in_brackets_only() -> None:
    assert is_byline("(By Mou)", bracketed=True)
    assert not is_byline("By Mou")


@pytest.mark.parametrize("text", ["■", "●◆", "Enditem", "-End-", "(The end)", "——End——", "###"])
def test_an_end_mark_by_itself_leaves_nothing(text: str) -> None:
    assert cut_end_mark(text) == ""
    assert cut_end_mark(f"{text} of the road") == f"{text} of the road"


def test_an_end_mark_is_cut_from_its_paragraph() -> None:
    assert cut_end_mark("The bridge is open. Enditem") == "The bridge is open."
    assert cut_end_mark("The bridge is open.■") == "The bridge is open."


@pytest.mark.parametrize(
    "text", ["", "End", "The End", "#", "Endless", "End of story.", "Item 1##"]
)
def test_words_are_no_end_mark(text: str) -> None:
    assert cut_end_mark(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "(Li Mou in Beijing contributed to this story.)",
        "(Xinhua reporters Li Mou and Han Moumou in Harbin contributed to the report.)",
        "（Li Mou contributed to this article）",
        "[Li Mou and Han Moumou contributed to this report]",
    ],
)
def test_contributors(text: str) -> None:
    assert is_contributors(text)
    assert not is_contributors(text[1:])
    assert not is_byline(text, bracketed=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "()",
        "(Li Mou contributed to this success.)",
        "(Li Mou contributed to this report.) More follows.",
        "(" + "Li Mou, " * 50 + "contributed to this report.)",
    ],
)
def test_what_names_no_contributors(text: str) -> None:
    assert not is_contributors(text)


@pytest.mark.parametrize(
    "text",
    [
        "Editor: Li Mou",
        "Editors：Li Mou, Han Moumou",
        "(Editor: Li Mou)",
        "(Web editor: Li Mou, Han Moumou)",
        "（Responsible editor: Li Mou）",
        "Copyedited by Li Mou",
        "Edited by Li Mou",
    ],
)
def test_editor_line(text: str) -> None:
    assert is_editor_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Editor",
        "Editors: choose well. It matters",
        "The editor: Li Mou",
        "Edited by Li Mou. All rights reserved",
        "Editor: " + "Li Mou, " * 20,
    ],
)
def test_what_is_no_editor_line(text: str) -> None:
    assert not is_editor_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "Source: Xinhua",
        "Source(s): Xinhua",
        "Sources：China Daily/Agencies",
        "(Source: Global Times)",
        "(Source: Xinhua, CNS)",
        "(Xinhua)",
        "[ECNS]",
        "（China Daily）",
    ],
)
def test_source_line(text: str) -> None:
    assert is_source_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Xinhua",
        "Source: people who were there",
        "(CPC)",
        "Source: Xinhua said so",
        "(Xinhua) --",
    ],
)
def test_what_is_no_source_line(text: str) -> None:
    assert not is_source_line(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("“It is open.” ◆", "“It is open.”"),
        ("It is open (at last) ●", "It is open (at last)"),
        ("It is open.Enditem", "It is open."),
        ("Enditem", ""),
        ("Open 24/7■", "Open 24/7■"),
        ("NotEnditem", "NotEnditem"),
        ("It is open. -End-", "It is open. -End-"),
    ],
)
def test_where_an_end_mark_may_stand(text: str, left: str) -> None:
    assert cut_end_mark(text) == left
