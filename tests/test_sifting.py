"""Links of a listing: taken, or passed over by a rule that is named."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.facts import PortalFacts
from crawler.pages import Link
from crawler.selection import Section, Selection
from crawler.sifting import Sifted, sift
from crawler.urls import AddressForm

HOME = "https://portal.example"


class Portal(PortalFacts):
    name = "portal"
    listing_date_formats = ("%Y-%m-%d",)
    addresses = (
        AddressForm(
            hosts=("portal.example",),
            path=r"/(?P<section>(?:[a-z]+/)*)(?P<date>\d{8})/(?P<id>\d+)\.html",
            url=HOME + "/{section}{date}/{id}.html",
        ),
        AddressForm(
            hosts=("m.portal.example",),
            path=r"/(?P<id>\d+)\.html",
            url="https://m.portal.example/{id}.html",
            fetchable=False,
        ),
    )
    sections = {"news": Section(("/news/",))}
    ignored_sections = {"lessons": "no news", "/voices/letters/": "by readers"}


def link(url: str | None, day: str | None = None, headline: str = "") -> Link:
    return Link(url, url or "mailto:a@portal.example", headline, day)


def sifted(*links: Link, **days: date) -> Sifted:
    return sift(Portal(), Selection(("news",), **days), "news", list(links))


def test_articles_are_admitted_in_order() -> None:
    found = sifted(
        link(f"{HOME}/news/20261102/2.html?from=app", headline="Two"),
        link("http://portal.example/20261101/1.html", "2026-10-31", "One"),
    )
    assert [(one.id, one.url, one.address) for one in found.admitted] == [
        ("portal:2", f"{HOME}/news/20261102/2.html", f"{HOME}/news/20261102/2.html"),
        ("portal:1", f"{HOME}/20261101/1.html", "http://portal.example/20261101/1.html"),
    ]
    assert [(one.section, one.headline, one.day) for one in found.admitted] == [
        ("news", "Two", date(2026, 11, 2)),
        ("news", "One", date(2026, 10, 31)),
    ]
    assert (found.ignored, found.sides) == ([], [None, None])


def test_an_article_is_admitted_once() -> None:
    found = sifted(
        link(f"{HOME}/news/20261102/2.html", headline="First"),
        link(f"{HOME}/world/20261102/2.html", headline="Second"),
    )
    assert [(one.id, one.headline) for one in found.admitted] == [("portal:2", "First")]


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        (None, "no http address"),
        ("https://other.example/20261102/2.html", "another site"),
        (f"{HOME}/about.html", "no article's address"),
        ("https://m.portal.example/2.html", "no article's address"),
    ],
)
def test_what_is_no_article_is_ignored(url: str | None, rule: str) -> None:
    found = sifted(link(url, headline="Elsewhere"))
    [(one, reason)] = found.ignored
    assert (found.admitted, found.sides, reason) == ([], [], rule)
    text = url or "mailto:a@portal.example"
    assert (one.id, one.url, one.headline) == (f"portal:{text}", text, "Elsewhere")


@pytest.mark.parametrize(
    ("folder", "rule"),
    [
        ("lessons/", "section lessons: no news"),
        ("lessons/verbs/", "section lessons: no news"),
        ("voices/letters/", "section /voices/letters/: by readers"),
        ("lessonsplan/", None),
        ("voices/", None),
        ("news/lessons/", None),
        ("", None),
    ],
)
def test_folders_that_are_not_taken(folder: str, rule: str | None) -> None:
    found = sifted(link(f"{HOME}/{folder}20261102/2.html"))
    assert [reason for _, reason in found.ignored] == ([rule] if rule else [])
    assert [one.id for one in found.admitted] == ([] if rule else ["portal:2"])
    assert found.sides == [None]


@pytest.mark.parametrize(
    ("days", "side"),
    [
        ({"since": date(2026, 11, 3)}, "before"),
        ({"until": date(2026, 11, 1)}, "after"),
        ({"since": date(2026, 11, 2), "until": date(2026, 11, 2)}, None),
    ],
)
def test_links_outside_the_days_asked_for(days: dict[str, date], side: str | None) -> None:
    found = sifted(link(f"{HOME}/20261102/2.html"), **days)
    assert found.sides == [side]
    assert [reason for _, reason in found.ignored] == (
        ["outside the days asked for"] if side else []
    )
    assert len(found.admitted) == (0 if side else 1)


def test_one_day_inside_is_enough() -> None:
    found = sifted(link(f"{HOME}/20261102/2.html", "2026-11-05"), since=date(2026, 11, 4))
    assert len(found.admitted) == 1


def test_a_listing_of_nothing() -> None:
    assert sifted() == Sifted()
