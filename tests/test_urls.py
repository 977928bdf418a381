"""Addresses: one article, one id and one canonical address, however it is linked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.spiders.ecns.addresses import ADDRESSES
from crawler.urls import AddressForm, host_of, identify, resolve

BASE = "http://www.ecns.cn/news/index.shtml"
NEW = "news/2026-11-24/detail-ihfabcd1234567"
OLD = "business/2017/01-11/241151"


@pytest.mark.parametrize(
    ("path", "native", "section", "day"),
    [
        (NEW, "ihfabcd1234567", "news", date(2026, 11, 24)),
        (OLD, "241151", "business", date(2017, 1, 11)),
        ("2018/05-03/301274", "301274", "", date(2018, 5, 3)),
        ("news/sci-tech/2026-02-31/detail-ia1", "ia1", "news/sci-tech", None),
    ],
)
def test_an_address_says_which_article(
    path: str, native: str, section: str, day: date | None
) -> None:
    found = identify(f"http://www.ecns.cn/{path}.shtml", ADDRESSES)
    assert found is not None
    assert (found.native, found.section, found.day, found.page) == (native, section, day, 1)
    assert found.url == f"https://www.ecns.cn/{path}.shtml"
    assert found.fetchable


@st.composite
def variants(draw: st.DrawFn) -> tuple[str, str, int]:
    """An article's path, a way to write its address, and the page it names."""
    path = draw(st.sampled_from([NEW, OLD]))
    page = draw(st.integers(1, 99))
    pick = [
        draw(st.sampled_from(["http", "https", "HTTP", "Https"])) + "://",
        draw(st.sampled_from(["", "reader@", "reader:word@"])),
        draw(st.sampled_from(["www.ecns.cn", "ecns.cn", "WWW.ECNS.CN", "www.Ecns.cn."])),
        draw(st.sampled_from(["", ":80", ":443", ":8080", ":"])),
        draw(st.sampled_from(["/", "//", "/m/", "//m//"])),
        path,
        f"-p{page}" if page > 1 else draw(st.sampled_from(["", "-p1"])),
        ".shtml",
        draw(st.sampled_from(["", "?", "?from=app&p=2", "?a=/b/"])),
        draw(st.sampled_from(["", "#", "#top", "#/x?y"])),
    ]
    return path, draw(st.sampled_from(["", " ", "\n"])) + "".join(pick), page


@given(variant=variants())
def test_every_variant_is_one_article(variant: tuple[str, str, int]) -> None:
    path, url, page = variant
    found, plain = identify(url, ADDRESSES), identify(f"https://ecns.cn/{path}.shtml", ADDRESSES)
    assert found is not None
    assert plain is not None
    assert (found.native, found.url, found.page) == (plain.native, plain.url, page)


def test_sections_and_the_mobile_page_share_the_id() -> None:
    urls = [
        "https://www.ecns.cn/cns-wire/2026-11-24/detail-ihfabcd1234567.shtml",
        f"https://www.ecns.cn/{NEW}.shtml",
        "https://m.chinanews.com/wap/detail/ecnszw/hfabcd1234567.shtml",
    ]
    found = [identify(url, ADDRESSES) for url in urls]
    assert {one.native for one in found if one} == {"ihfabcd1234567"}
    assert [one.fetchable for one in found if one] == [True, True, False]


@pytest.mark.parametrize(
    "url",
    [
        f"http://www.ecns.cn@evil.example/{NEW}.shtml",
        f"http://www.ecns.cn.evil.example/{NEW}.shtml",
        f"http://evil.example/www.ecns.cn/{NEW}.shtml",
        f"http://www.ecns.cn\\@evil.example/{NEW}.shtml",
        f"ftp://www.ecns.cn/{NEW}.shtml",
        f"//www.ecns.cn/{NEW}.shtml",
        f"/{NEW}.shtml",
        f"http:///{NEW}.shtml",
        f"http://www.ecns.cn/{NEW}.shtml/more",
        f"http://www.ecns.cn/{NEW}.shtml\x00",
        f"http://www.ecns.cn/x y/{NEW}.shtml",
        f"http://www.ecns.cn/../{NEW}.shtml",
        f"http://www.ecns.cn/{NEW}.html",
        "http://www.ecns.cn/news/",
        "http://[",
        "http://[::1",
        "http://\u2100.example/",
        "javascript:void(0)",
        "mailto:editor@ecns.cn",
        "data:text/html,x",
        "",
        "x" * 100_000,
    ],
)
def test_what_is_no_articles_address(url: str) -> None:
    assert identify(url, ADDRESSES) is None


TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="htps:/[]@#?.\\ \t\nwecn-i1p0"),
    st.builds("http://www.ecns.cn/2026-01-01/detail-i{}.shtml".format, st.text()),
    st.builds("http://{}/2026-01-01/detail-ia1.shtml".format, st.text()),
)


@given(text=TEXTS)
def test_no_text_is_too_odd(text: str) -> None:
    found = identify(text, ADDRESSES)
    assert found is None or identify(found.url, ADDRESSES) is not None
    url = resolve(BASE, text)
    assert url is None or url.lower().startswith(("http://", "https://"))
    assert not {*"@/?#"} & {*host_of(text)}


def test_a_page_number_is_not_too_long() -> None:
    assert identify(f"http://www.ecns.cn/{NEW}-p{'1' * 5000}.shtml", ADDRESSES) is None


def test_digits_are_ascii() -> None:
    assert identify("http://www.ecns.cn/٢٠٢٦-٠١-٠١/detail-ia١.shtml", ADDRESSES) is None


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a.shtml", "http://www.ecns.cn/a.shtml"),
        ("a.shtml", "http://www.ecns.cn/news/a.shtml"),
        ("../../../a.shtml", "http://www.ecns.cn/a.shtml"),
        ("//img.example/a.jpg", "http://img.example/a.jpg"),
        (" \u3000/a b.shtml\n", "http://www.ecns.cn/a b.shtml"),
        ("/a\r\n\t.shtml", "http://www.ecns.cn/a.shtml"),
        ("?page=2", "http://www.ecns.cn/news/index.shtml?page=2"),
        ("HTTP://Other.Example/A", "http://Other.Example/A"),
        ("http://www.ecns.cn@evil.example/a", "http://www.ecns.cn@evil.example/a"),
        ("", None),
        ("#top", None),
        ("javascript:void(0)", None),
        ("JavaScript:void(0)", None),
        ("java\nscript:void(0)", None),
        ("mailto:editor@ecns.cn", None),
        ("tel:1", None),
        ("data:text/html,x", None),
        ("ftp://a.example/", None),
        ("http://[", None),
        ("//[", None),
    ],
)
def test_links_are_resolved(href: str, url: str | None) -> None:
    assert resolve(BASE, href) == url


def test_a_link_keeps_the_scheme_of_its_page() -> None:
    assert resolve("https://www.ecns.cn/", "//www.ecns.cn/a") == "https://www.ecns.cn/a"


def test_the_host_is_never_the_user() -> None:
    assert host_of("http://www.ecns.cn@Evil.example:80/") == "evil.example"
    assert host_of("http://[") == host_of("mailto:a@b") == ""


def test_forms_are_tried_in_order() -> None:
    forms = [
        AddressForm(hosts=("a.example",), path=r"/(?P<id>\d+)", url="https://a.example/{id}"),
        AddressForm(hosts=("a.example",), path=r"/(?P<id>\w+)", url="https://b.example/{id}"),
    ]
    urls = [getattr(identify(f"http://a.example/{x}", forms), "url", None) for x in ("1", "x", "-")]
    assert urls == ["https://a.example/1", "https://b.example/x", None]
