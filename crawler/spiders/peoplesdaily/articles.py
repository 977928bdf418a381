"""Article layouts of People's Daily Online, newest first."""

from __future__ import annotations

import re
from functools import cached_property

from crawler.blocks import Element, blocks
from crawler.queries import PageError, Query, xpath
from crawler.spiders.peoplesdaily.header import PRINTED
from crawler.spiders.peoplesdaily.page import PeoplesDailyArticle, has
from crawler.text import collapse

__all__ = [
    "Article2003",
    "Article2007",
    "Article2011",
    "Article2014",
    "Article2019",
    "Article2021",
]

_CONTENT = "@id='p_content'"
_D2TXT = has("d2txtCon")
_WB = f"//*[{has('wb_1', 'wb_2', 'wbnav2')}]"
_FBODY = f"//font[{has('fbody')}][not(ancestor::*[{_CONTENT}])]"

_EDITOR_OUTSIDE = (
    f"//div[{has('editor')}][contains(., 'ditor:')][not(ancestor::div[{has('d2txtCon')}])]"
)
_OUTLET = re.compile(
    r"^People['’]s Daily Online\s*-+\s*|\s*[-_]+\s*People['’]s Daily Online\s*$", re.IGNORECASE
)


class Article2021(PeoplesDailyArticle):
    """The template with `div.d2txtCon`, which holds all: a page of November 2022; scrapers read it
    from January 2021 on."""

    container = Query(f"//div[{_D2TXT}]", is_xpath=True)
    marker = xpath(f"//div[{_D2TXT}][.//h1][.//*[{has('origin')}]]")

    @property
    def editor_text(self) -> str | None:
        if self.root.xpath(_EDITOR_OUTSIDE):
            raise PageError("body closed early")
        return super().editor_text


class Article2019(PeoplesDailyArticle):
    """The template with `div.wb_10` over `div.wb_12`. Second hand: a scraper that read
    /n3/2019/0508/c90000-9576134.html, and three more."""

    proven = False
    container = Query(f"//div[{has('wb_12')}]", is_xpath=True)
    marker = xpath(f"//div[{has('wb_12')}][not(//*[{_CONTENT}])][not(//div[{_D2TXT}])]")


class Article2014(PeoplesDailyArticle):
    """Templates with `div.main_l` or `div.d2txt_con`. Second hand: rhetoric-corpus reads them,
    October 2026, without saying where or of when; the year is that of the earliest addresses of
    their form, `/n/`, in use."""

    proven = False
    container = Query(
        f"//div[{has('d2txt_con')}] | //div[{has('main_l')}][not(//div[{has('d2txt_con')}])]",
        is_xpath=True,
    )
    marker = xpath(
        f"//div[{has('main_l', 'd2txt_con')}][//h1]"
        f"[not(//*[{_CONTENT}])][not(//div[{_D2TXT}])][not(//div[{has('wb_12')}])]"
    )


class Article2011(PeoplesDailyArticle):
    """The template of August 2011: `#p_title`, `#p_content`, byline, source and date in
    `div.wb_1`, or byline in `h3.wb_2` and date in `#p_publishtime`. Second hand: a scraper of the
    day archive, and the text of /90882/7560758.html."""

    proven = False
    container = Query(f"//*[{_CONTENT}]", is_xpath=True)
    marker = xpath(f"//*[{_CONTENT}][{_WB}][not(//div[{_D2TXT}])]")


class Article2007(PeoplesDailyArticle):
    """The template of 2006: `#p_navigator`, `#p_title`, `#p_publishtime`, `#p_content`; a page of
    28 December 2007."""

    container = Query(f"//*[{_CONTENT}]", is_xpath=True)
    marker = xpath(f"//*[{_CONTENT}][not({_WB})][not(//div[{_D2TXT}])]")


class Article2003(PeoplesDailyArticle):
    """Addresses with `eng`: `font.fbody` without `#p_content`. Second hand: a scraper reads that
    element last of all. Of headline and date no mark is known, so that the headline is the page's
    title if a line of the page repeats it, and the date the one line that prints one."""

    proven = False
    container = Query(_FBODY, is_xpath=True)
    marker = xpath(f"{_FBODY}[not(//*[{_CONTENT}])][not({_WB})][not(//div[{_D2TXT}])]")

    @cached_property
    def _lines(self) -> list[str]:
        bodies = self.root.xpath("//body")
        read = blocks(bodies[0], lambda node: node is self._container) if bodies else []
        return [block.text for block in read if block.kind == "text"]

    @property
    def headline(self) -> str | None:
        titles = [_OUTLET.sub("", _title_of(node)) for node in self.root.xpath("//title")]
        if len(titles) != 1 or titles[0] not in self._lines:
            raise PageError("no single headline", " | ".join(titles)[:200])
        return titles[0]

    @cached_property
    def _header(self) -> dict[str, str | None]:
        weekday = r"(?:[A-Z][a-z]+day, )" + PRINTED.partition(",? ")[2]
        dated = re.compile(
            rf"(?P<label>(?:Last )?Updated(?: at)?\s*[:：]?\s*)?(?:\(Beijing Time\)\s*)?"
            rf"(?P<printed>{PRINTED}|{weekday})",
            re.IGNORECASE,
        )
        found = {match.groups(): match for line in self._lines if (match := dated.fullmatch(line))}
        if len(found) != 1:
            raise PageError("header not understood", f"{len(found)} dates")
        match = next(iter(found.values()))
        name = "updated" if match["label"] else "published"
        empty = dict.fromkeys(("byline", "source", "published", "updated"))
        return {**empty, name: match["printed"]}


def _title_of(node: Element) -> str:
    """The text of a `title`, which is not shown on the page."""
    return collapse("".join(node.itertext()))
