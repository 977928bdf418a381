"""Bylines, editor lines, datelines and whole headers, and the names in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.items import Article
from crawler.pipelines.bylines import BylinePipeline
from crawler.pipelines.datelines import Dateline, read_dateline
from crawler.pipelines.headers import Header, read_header
from crawler.pipelines.names import outlet_of, read_authors, read_editors, split_names


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("By Li Lan", ["Li Lan"]),
        ("Li Lan", ["Li Lan"]),
        ("by Li Lan and Wu You", ["Li Lan", "Wu You"]),
        ("By Li Lan, Wu You, and An Jin", ["Li Lan", "Wu You", "An Jin"]),
        ("By LI LAN/WU YOU", ["Li Lan", "Wu You"]),
        ("By LI LAN AND WU YOU", ["Li Lan", "Wu You"]),
        ("By 李兰、吴优", ["李兰", "吴优"]),
        # Roles
        ("(By Intern Li Lan, Wu You)", ["Li Lan", "Wu You"]),
        ("by Xinhua writers Li Lan, Wu You and Naim-Ul-An", ["Li Lan", "Wu You", "Naim-Ul-An"]),
        ("by Xinhua Writers Li Lan", ["Li Lan"]),
        ("By Xinhua reporter Li Lan", ["Li Lan"]),
        ("by sportswriter Li Lan", ["Li Lan"]),
        ("by contributing writer Li Lan", ["Li Lan"]),
        ("By GT staff reporter Li Lan", ["Li Lan"]),
        ("CGTN's Li Lan", ["Li Lan"]),
        ("By Li Lan, Xinhua correspondent", ["Li Lan"]),
        # Places
        ("By LI LAN in Los Angeles", ["Li Lan"]),
        ("By LI LAN at the United Nations", ["Li Lan"]),
        ("By Li Lan in Wuzhen, Zhejiang", ["Li Lan"]),
        ("By Li Lan in Cape Town, South Africa and Wu You", ["Li Lan", "Wu You"]),
        ("By Li Lan in Washington, D.C. and Wu You", ["Li Lan", "Wu You"]),
        ("By LI LAN in Nairobi, Kenya,WU YOU in Rome and LI LAN", ["Li Lan", "Wu You"]),
        ("By LI LAN in New York and Long Beach", ["Li Lan"]),
        ("By Li Lan in Rome, Wu You, CGTN", ["Li Lan", "Wu You"]),
        ("By LI LAN\nand WU YOU\nin Tokyo", ["Li Lan", "Wu You"]),
        # Outlets and desks
        ("By Li Lan, People's Daily", ["Li Lan"]),
        ("By Li Lan (People’s Daily Online)", ["Li Lan"]),
        ("By Li Lan for China Daily", ["Li Lan"]),
        ("By Li Lan | China Daily", ["Li Lan"]),
        ("By China Daily in Shanghai", []),
        ("By GT staff reporters", []),
        ("GT staff", []),
        ("By Agencies", []),
        ("Xinhua", []),
        ("HK EDITION", []),
        ("By The Some Times", []),
        ("By Our Correspondent", []),
        ("By ABC", []),
        ("By GT Voice", []),
        ("By AFP - GT", []),
        ("CGTN America", []),
        ("CGTN America's Li Lan", ["Li Lan"]),
        ("By Senior Colonel Li Lan, Spokesperson for the Harbour", ["Li Lan"]),
        ("By Li Lan, with Wu You", ["Li Lan", "Wu You"]),
        ("By Embassy of the Harbour", []),
        # Casing
        ("By LIU YA'NAN", ["Liu Ya'nan"]),
        ("By ANN O’HARA-POE III", ["Ann O’Hara-Poe III"]),
        ("By Ann Poe III", ["Ann Poe III"]),
        ("By NG YI and TK POE JR", ["Ng Yi", "TK Poe Jr"]),
        ("By LI Lan", ["Li Lan"]),
        ("By JD Poe", ["JD Poe"]),
        ("By Dr.Ann Poe (Ali)", ["Dr.Ann Poe (Ali)"]),
        ("By An Jin and To On", ["An Jin", "To On"]),
        ("By Ludwig van Poe", ["Ludwig van Poe"]),
        ("By Abdul al-Poe", ["Abdul al-Poe"]),
        # No bylines
        ("(Photo by Li Lan)", []),
        ("By the numbers", []),
        ("By 2030", []),
        ("By ...", []),
        ("Edited by Li Lan", []),
        ("By", []),
        ("", []),
        (None, []),
    ],
)
def test_authors_are_persons(text: str | None, authors: list[str]) -> None:
    assert read_authors(text) == authors


SYLLABLES = st.sampled_from(["bao", "chen", "feng", "guo", "hua", "jing", "liu", "qiao", "xu"])
NAMES = st.tuples(SYLLABLES, SYLLABLES, SYLLABLES).map(
    lambda parts: f"{parts[0]} {parts[1]}{parts[2]}".title()
)
LISTS = st.lists(NAMES, min_size=1, max_size=6, unique=True)


@given(names=LISTS)
@pytest.mark.parametrize("mark", [", ", ",", "/", " and ", ", and ", "\nand ", "; "])
def test_a_list_of_names_is_taken_apart(mark: str, names: list[str]) -> None:
    assert split_names(mark.join(names)) == names
    assert read_authors(f"By {mark.join(names)}") == names
    assert read_authors(f"({mark.join(names).upper()})") == names


@given(names=LISTS, place=st.sampled_from(["Rome", "Wuzhen, Zhejiang", "Hong Kong", "Xi'an"]))
def test_places_do_not_matter(names: list[str], place: str) -> None:
    assert read_authors("By " + ", ".join(f"{name} in {place}" for name in names)) == names


@given(text=st.text(max_size=80))
def test_any_text_has_names_or_none(text: str) -> None:
    for name in read_authors(text) + read_editors(text):
        assert name.strip() == name != ""
        assert not set(name) & set(",;/|:@")
        assert outlet_of(name) is None or "(" in name


@pytest.mark.parametrize(
    ("text", "editors"),
    [
        ("Editor  : Li Lan", ["Li Lan"]),
        ("Editor: Li Lan, Wu You'e", ["Li Lan", "Wu You'e"]),
        ("(Web editor: Lanlan, Wu You)", ["Lanlan", "Wu You"]),
        ("Copyedited by Ann Poe Comments to ann@portal.example", ["Ann Poe"]),
        ("Edited by Ann Poe", ["Ann Poe"]),
        ("Editors: Li Lan and Wu You", ["Li Lan", "Wu You"]),
        ("Editor: LI LAN", ["Li Lan"]),
        ("Editor: huaxia", ["huaxia"]),
        ("Editor: LanLi", ["LanLi"]),
        ("李兰", ["李兰"]),
        ("【责任编辑：李兰】", ["李兰"]),
        ("Editor: lan@portal.example", []),
        ("Editor:", []),
        ("", []),
        (None, []),
    ],
)
def test_editors(text: str | None, editors: list[str]) -> None:
    assert read_editors(text) == editors


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("By GT staff", "Global Times"),
        ("By GT staff reporters", "Global Times"),
        ("By Xinhua writers Li Lan, Wu You", "Xinhua"),
        ("By Li Lan, People’s Daily app", "People's Daily app"),
        ("By Li Lan (Xinhua)", "Xinhua"),
        ("CGTN's Li Lan", "CGTN"),
        ("By China Daily in Shanghai", "China Daily"),
        ("By Li Lan in Shanghai", None),
        ("By staff reporters", None),
        (None, None),
    ],
)
def test_the_outlet_of_a_byline(text: str | None, outlet: str | None) -> None:
    assert outlet_of(text) == outlet


@pytest.mark.parametrize(
    ("head", "place", "agency"),
    [
        ("(ECNS) --", None, "ECNS"),
        ("(ECNS)--", None, "ECNS"),
        ("(ECNS) —", None, "ECNS"),
        ("(Ecns.cn) --", None, "ECNS"),
        ("BEIJING (CGTN) --", "BEIJING", "CGTN"),
        ("MANILA, Nov. 24 (Xinhua) --", "MANILA", "Xinhua"),
        ("BEIJING, Jan. 8 (Xinhuanet) --", "BEIJING", "Xinhuanet"),
        ("BEIJING/SHANGHAI, June 26 (Xinhua) --", "BEIJING/SHANGHAI", "Xinhua"),
        ("AMSTERDAM, the Netherlands, June 25 (Xinhua) --", "AMSTERDAM, the Netherlands", "Xinhua"),
        ("Phatthalung, Thailand, Dec. 20 (Xinhua) --", "Phatthalung, Thailand", "Xinhua"),
        ("WASHINGTON, D.C., May 2 (Xinhua) --", "WASHINGTON, D.C.", "Xinhua"),
        ("RIO DE JANEIRO, May 2 (Xinhua) –-", "RIO DE JANEIRO", "Xinhua"),
        ("NEW YORK, Sept. 3, 2026 /PRNewswire/ --", "NEW YORK", "PRNewswire"),
        # Typing errors
        ("SYDNEY. Feb. 7 (Xinhua) --", "SYDNEY", "Xinhua"),
        ("ST. PETERSBURG, June 7(Xinhua) --", "ST. PETERSBURG", "Xinhua"),
        ("BEIJING, May, 12 (Xinhua) --", "BEIJING", "Xinhua"),
        ("NAIROBI, Aug.16 (Xinhua) --", "NAIROBI", "Xinhua"),
        ("April 24 (Xinhua) --", None, "Xinhua"),
    ],
)
def test_a_dateline(head: str, place: str | None, agency: str) -> None:
    assert read_dateline(f"{head} A thing happened (Xinhua) -- here.") == Dateline(
        head, place, agency
    )


@pytest.mark.parametrize(
    ("paragraph", "byline", "place"),
    [
        ("By Ann Poe (ECNS) — A study", "By Ann Poe", None),
        ("By Li Lan, Wu You ROME, April 4 (Xinhua) -- A", "By Li Lan, Wu You", "ROME"),
        ("by Ann Poe III LOS ANGELES, July 31 (Xinhua) -- A", "by Ann Poe III", "LOS ANGELES"),
        ("By LI LAN (ECNS) -- A study", "By LI LAN", None),
    ],
)
def test_a_byline_before_the_dateline(paragraph: str, byline: str, place: str | None) -> None:
    dateline = read_dateline(paragraph)
    assert dateline is not None
    assert (dateline.byline, dateline.place) == (byline, place)
    assert paragraph.startswith(f"{byline} {dateline.text} A")


@pytest.mark.parametrize(
    "paragraph",
    [
        "",
        "A thing happened (Xinhua) -- here.",
        "The outlet China News Service (CNS) -- the second one -- says",
        "The news (ECNS) says",
        "BEIJING, Jan. 5 (Xinhua) A thing happened",
        "BEIJING, Jan. 5 (Some Agency) -- A thing happened",
        "By LI LAN BEIJING (CGTN) -- where the name ends can't be told",
        "By Li Lan Phatthalung, Thailand, Dec. 20 (Xinhua) -- nor here",
        "TOKYO - A thing happened",
        "(Photo/Xinhua(",
        "(Xinhua/Li Lan)",
        " ".join(["word"] * 80) + " BEIJING (CGTN) -- A thing",
    ],
)
def test_no_dateline_beyond_doubt(paragraph: str) -> None:
    assert read_dateline(paragraph) is None


@given(text=st.text(alphabet=st.sampled_from("BEIJING, Jan.5 (Xinhua)--By li/"), max_size=60))
def test_a_dateline_is_as_printed(text: str) -> None:
    dateline = read_dateline(text)
    if dateline:
        assert dateline.text in " ".join(text.split())
        assert dateline.place is None or dateline.place in dateline.text
        assert dateline.agency == "Xinhua"


def process(**fields: Any) -> Article:
    crawler = get_crawler(Spider)
    article = Article(**fields)
    assert BylinePipeline.from_crawler(crawler).process_item(article) is article
    return article


def test_the_pipeline_reads_people_and_dateline() -> None:
    article = process(
        byline_text="(By Intern Li Lan, Wu You)",
        editor_text="Editor : Wu You",
        body=["A caption.", "(ECNS) -- A thing happened."],
    )
    assert article.authors == ["Li Lan", "Wu You"]
    assert article.editors == ["Wu You"]
    assert article.dateline_text == "(ECNS) --"
    assert article.dateline_place is None
    assert article.dateline_agency == "ECNS"
    assert article.byline_text == "(By Intern Li Lan, Wu You)"
    assert article.body == ["A caption.", "(ECNS) -- A thing happened."]


def test_the_pipeline_takes_a_byline_from_the_dateline_paragraph() -> None:
    article = process(body=["By Ann Poe (ECNS) — A study"])
    assert (article.byline_text, article.authors) == ("By Ann Poe", ["Ann Poe"])
    assert article.dateline_text == "(ECNS) —"
    printed = process(byline_text="By Li Lan", body=["By Ann Poe (ECNS) — A study"])
    assert (printed.byline_text, printed.authors) == ("By Li Lan", ["Li Lan"])


def test_the_pipeline_looks_at_six_paragraphs() -> None:
    line = "ROME, May 2 (Xinhua) -- A thing"
    assert process(body=["x"] * 5 + [line]).dateline_place == "ROME"
    assert process(body=["x"] * 6 + [line]).dateline_place is None


def test_the_pipeline_leaves_absent_things_absent() -> None:
    article = process(body=["A thing happened."])
    assert article == Article(body=["A thing happened."])


def test_a_header_is_taken_apart() -> None:
    header = read_header(
        "By LI LAN in Rome | CHINA DAILY | Updated: 2022-05-03 07:56", "chinadaily"
    )
    assert (header.form, header.authors, header.sources) == ("C1", ["Li Lan"], ["China Daily"])
    assert header.updated is not None
    assert header.updated.iso() == "2022-05-03T07:56:00+08:00"
    assert header.published is None


@pytest.mark.parametrize(
    ("portal", "raw", "form"),
    [
        ("ecns", "2014-03-02 08:11 Ecns.cn Web Editor: Li Lan", "E1"),
        ("chinadaily", "Li Lan | China Daily | Updated: 2019-03-02 08:11", "C1"),
        ("chinadaily", "(HK Edition 03/02/2017 page6)", "C2"),
        ("globaltimes", "By Li Lan Published: Mar 03, 2022 07:41 PM", "G2"),
        ("xinhua", "Source: Xinhua 2019-03-02 08:11:12", "X1"),
        ("cgtn", "19:49, 21-Jan-2019 Updated 23:16, 21-Jan-2019\nLi Lan", "N1"),
        ("peoplesdaily", "(Xinhua)    09:09, March 02, 2015", "P1"),
        ("chinaorgcn", "By Li Lan\nChina.org.cn, August 4, 2011", "O1"),
        ("bjreview", "By Li Lan  ·  2019-03-02  ·  Source: Web Exclusive", "B1"),
        ("some-portal", "(Web editor: Li Lan)", "T2"),
        ("some-portal", "Source(s): AFP, Reuters", "S1"),
        ("some-portal", "2014-03-02 08:11 Ecns.cn Editor: Li Lan", None),
        ("chinadaily", "LI LAN / CHINA DAILY", None),
        ("xinhua", "Editor's note: The article reflects views of its author and is a text.", None),
    ],
)
def test_the_form_of_a_header(portal: str, raw: str, form: str | None) -> None:
    header = read_header(raw, portal)
    assert header.form == form
    assert (header == Header()) == (form is None)


@given(text=st.text(max_size=80), portal=st.sampled_from(["ecns", "chinadaily", "cgtn", "x"]))
def test_a_photo_credit_is_no_header(text: str, portal: str) -> None:
    assert read_header(f"(Photo by {text})", portal) == Header()
    assert read_header(f"[Photo/{text}]", portal) == Header()
