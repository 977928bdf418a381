"""Article pages of Xinhua, told apart by what holds their text."""

from __future__ import annotations

from functools import cached_property

from crawler.blocks import Element, text_of
from crawler.items import Related
from crawler.queries import PageError, xpath
from crawler.spiders.xinhua.page import XinhuaPage

__all__ = ["Article2007", "Article2010", "Article2017", "Article2021"]

_RELATED_LABEL = xpath("//table[normalize-space(.)='Related Stories']")
_HOME = xpath(".//a[normalize-space(.)='Home']")


class Article2021(XinhuaPage):
    """The pages of english.news.cn. Second hand: the body is that of one capture of 2023, the rest
    of the page by the scrapers rhetoric-corpus and hoovercgsp (2025, 2026)."""

    proven = False
    marker = "#detailContent"
    containers = ("detailContent",)


class Article2017(XinhuaPage):
    """The pages of www.xinhuanet.com/english. Second hand: body ids by scrapers that try several,
    the header line by a pasted article of 2020; no whole page was seen."""

    proven = False
    marker = xpath("//*[@id='detail' or @id='p-detail'][not(//*[@id='detailContent'])]")
    containers = ("detail", "p-detail")


class Article2010(XinhuaPage):
    """The pages of news.xinhuanet.com/english after the tables. Second hand: `#Content` and
    `meta pubdate` by a script that read three pages of 2015; no whole page was seen."""

    proven = False
    marker = xpath(
        "//*[@id='Content' or @id='content' or @id='articleContent'][.//p or .//br]"
        "[not(.//h1) and not(//*[@id='detail' or @id='p-detail' or @id='detailContent'])]"
        "[not(//div[@id='Title'])]"
        "[//h1 or //*[@id='title' or @class='title' or @class='h-title'] or //title]"
        "[not(//@*[contains(., 'datasource:')])]"
    )
    containers = ("Content", "content", "articleContent")


class Article2007(XinhuaPage):
    """Nested tables in gb2312, tags in capitals, paragraphs that are not closed."""

    marker = xpath(
        "//div[@id='Title'][//div[@id='Content']]"
        "[not(//*[@id='detail' or @id='p-detail' or @id='detailContent'])]"
    )
    containers = ("Content",)

    @property
    def headline(self) -> str | None:
        found = self.root.xpath("//div[@id='Title']")
        if len(found) != 1:
            raise PageError("no single headline", f"{len(found)} div#Title")
        return text_of(found[0]) or None

    @cached_property
    def _crumbs(self) -> list[str]:
        """`Home` and the section, in one row below the text."""
        rows = self.root.xpath(
            "//tr[td//a[normalize-space(.)='Home']][not(.//table)][preceding::div[@id='Content']]"
        )
        read = [[text for a in row.iter("a") if (text := text_of(a))] for row in rows]
        return read[0] if read else []

    @property
    def section_text(self) -> str | None:
        return " ".join(self._crumbs) or None

    @property
    def section(self) -> str | None:
        names = [name for name in self._crumbs if name != "Home"]
        return names[-1] if names else None

    @property
    def related(self) -> list[Related]:
        labels = _RELATED_LABEL.elements(self.root)
        anchors: list[Element] = []
        for table in labels[-1].itersiblings("table") if labels else ():
            if _HOME.elements(table):
                break
            anchors += table.iter("a")
        return self.related_links(anchors)
