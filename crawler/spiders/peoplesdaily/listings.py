"""Pages of People's Daily Online that list articles. No markup of one was seen."""

from __future__ import annotations

import re

from crawler.blocks import Element, text_of
from crawler.layouts.links import article_links
from crawler.moments import MONTH
from crawler.pages import Link, ListingPage
from crawler.queries import xpath
from crawler.spiders.peoplesdaily.addresses import identified
from crawler.spiders.peoplesdaily.page import has
from crawler.text import collapse

__all__ = ["Archive2004", "Listing2023", "Review2012"]


_CELLS = " or ".join(
    has(name)
    for name in ("p1_content", "p2_content", "p1_left", "p1_right", "p2_left", "p1_c", "p1_c2")
)
_ROWS = f"//ul[{has('foreign_list8')} or {has('foreign_list7')}]/li | //*[@id='tiles']//li"
_ARTICLE = f"//*[@id='p_content'] or //*[{has('d2txtCon')}] or //*[{has('wb_12')}]"
_DATED = "//body[contains(normalize-space(.), 'News Archive --- Date:')]"
_LISTED = re.compile(r"\d{4}-\d\d?-\d\d? \d\d?:\d\d")
_BESIDE = re.compile(rf"\s*\(\s*(\d{{1,2}}:\d\d, {MONTH} \d{{1,2}}, \d{{4}})\s*\)")


class _Listing(ListingPage):
    """What all lists share: of several links to an article the one with most words stands."""

    def _listed(
        self, anchors: list[Element], beside: dict[Element, str] | None = None
    ) -> list[Link]:
        return article_links(self, anchors, identified, beside)


class Listing2023(_Listing):
    """A section's list. Second hand: scrapers of 2023 and later read `ul.foreign_list8 li` with
    `2023-02-17 08:24` in a span, `ul.foreign_list7` in 102775 and `#tiles` in 518252."""

    proven = False
    marker = xpath(_ROWS)

    @property
    def links(self) -> list[Link]:
        anchors, beside = [], {}
        for row in self.bounded(self.root.xpath(_ROWS)):
            dates = [text for one in row.iter("span", "i", "em") if (text := text_of(one))]
            listed = [text for text in dates if _LISTED.fullmatch(text)]
            for anchor in row.xpath(".//a[@href]"):
                anchors.append(anchor)
                if len(set(listed)) == 1:
                    beside[anchor] = listed[0]
        return self._listed(anchors, beside)


class Review2012(_Listing):
    """All articles of a day, `/review/20150102.html`. Second hand: scrapers of 2015 to 2021 read
    the links in `.p1_content`, `.p2_content`, `div.p1_left`, `div.p1_right`, `div.p2_left`,
    `div.p1_c` and `div.p1_c2`."""

    proven = False
    marker = xpath(f"//div[{_CELLS}][.//a[@href]][not({_ARTICLE})][not({_ROWS})][not({_DATED})]")

    @property
    def links(self) -> list[Link]:
        return self._listed(self.root.xpath(f"//a[@href][ancestor::*[{_CELLS}]]"))


class Archive2004(_Listing):
    """All articles of a day, `/200405/01/archive.html`: `News Archive --- Date:20040501` over
    links, each with `(18:44, May 01, 2004)` after it. Second hand: the text of that page was seen,
    its markup was not."""

    proven = False
    marker = xpath(f"//body[{_DATED}][.//a[@href]][not({_ARTICLE})][not({_ROWS})]")

    @property
    def links(self) -> list[Link]:
        beside = {}
        for anchor in self.bounded(self.root.xpath("//a[@href]")):
            if match := _BESIDE.match(collapse(_after(anchor))):
                beside[anchor] = match[1]
        return self._listed(self.root.xpath("//a[@href]"), beside)


def _after(node: Element) -> str:
    """The text after an element, or after the elements that end with it."""
    while not (node.tail or "").strip():
        around = node.getparent()
        if around is None or around[-1] is not node:
            return ""
        node = around
    return str(node.tail)
