"""Article pages of China.org.cn."""

from __future__ import annotations

import re
from functools import cached_property

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Article
from crawler.layouts.bodies import BodyPage
from crawler.layouts.founder import properties_in
from crawler.layouts.pagers import linked_pages
from crawler.layouts.whole import check_closed, check_single, with_closed_headline
from crawler.lines import is_byline
from crawler.queries import PageError, css, xpath
from crawler.spiders.chinaorgcn.addresses import ADDRESSES, identified
from crawler.spiders.chinaorgcn.content import ChinaOrgCnContent, is_furniture, without_notes
from crawler.spiders.chinaorgcn.header import Guild, read_guild
from crawler.text import collapse
from crawler.urls import identify

__all__ = ["Article2015", "Article2022"]

_START, _END = "enpcontent", "/enpcontent"
_FOREIGN = xpath(".//*[@id='title' or @id='guild' or @id='container_txt' or @id='footer']")
_COPYRIGHT = re.compile(r"Copyright\s*(?:©|\(c\))?.{0,40}\bAll Rights Reserved", re.IGNORECASE)
# Prose: what is short, or all links, is furniture.
_AFTER = xpath(
    "./following-sibling::*[self::p or self::figure][string-length(normalize-space(.)) > 60]"
    "[.//text()[normalize-space(.) != ''][not(ancestor::a)]]"
)


class _Article(BodyPage):
    """What the pages share: the body, and a header that may be printed."""

    def to_item(self) -> Article:
        check_closed(self)
        check_single(self)
        own, named = identify(self.url, ADDRESSES), self._named
        if own and named and own.native not in named:
            raise PageError("another article's page", ", ".join(named), type(self).__name__)
        return with_closed_headline(super().to_item())

    @property
    def _named(self) -> list[str]:
        """Ids of the article that the page itself names."""
        return []

    _one_title = css("#title")

    @property
    def _title(self) -> str | None:
        if any(node.get("id") == "title" for node in self._container.iterancestors()):
            raise PageError("headline not closed")
        text: str | None = self._one_title
        return text

    @cached_property
    def _guild(self) -> Guild | None:
        """The line below the headline; `None` where there is none."""
        found = self.root.xpath("//*[@id='guild']")
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} match #guild")
        return read_guild(text_of(found[0])) if found else None

    @cached_property
    def _container(self) -> Element:
        found = self.root.xpath("//*[@id='container_txt']")
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} #container_txt")
        return found[0]

    @cached_property
    def _blocks(self) -> list[Block]:
        """What stands between the marks of the body; all of the container where it has none."""
        read = blocks(self._container, is_furniture, lambda text: text in (_START, _END))
        marks = [i for i, b in enumerate(read) if b.kind == "comment" and b.text in (_START, _END)]
        if marks:
            said = [read[i].text for i in marks]
            if said != sorted(said, reverse=True) or set(said) != {_START, _END}:
                raise PageError("marks of the body not understood", f"{len(marks)} marks")
            read = read[marks[0] : marks[-1]]
        else:
            self._check_end()
        return without_notes(read, self.base)

    def _check_end(self) -> None:
        """Whether a body without marks is there as a whole, and nothing else."""
        if _FOREIGN.elements(self._container) or _COPYRIGHT.search(text_of(self._container)):
            raise PageError("body not closed")
        if _AFTER.elements(self._container):
            raise PageError("body closed early")

    @cached_property
    def _content(self) -> ChinaOrgCnContent:
        return ChinaOrgCnContent(self, self._container, self._blocks)

    @property
    def continued(self) -> list[str]:
        return linked_pages(self, identified).after("_{n}.")


class Article2022(_Article):
    """An article with a comment of its facts behind the body. What is printed goes before them."""

    marker = xpath("//*[@id='container_txt'][//comment()[contains(., 'enpproperty')]]")

    @cached_property
    def _facts(self) -> dict[str, str]:
        found = properties_in(self.root)
        if len(found) != 1:
            raise PageError("no single comment of facts", f"{len(found)} enpproperty")
        return found[0]

    @cached_property
    def _printed(self) -> Guild | None:
        try:
            return self._guild
        except PageError:  # the same is said in the comment, beyond doubt
            return None

    @property
    def _named(self) -> list[str]:
        address = identify(self._facts.get("url", ""), ADDRESSES)
        named = [self._facts.get("articleid"), address.native if address else None]
        return [native for native in named if native]

    @property
    def headline(self) -> str | None:
        return self._title or self._facts.get("title")

    @property
    def subheadline(self) -> str | None:
        text = self._facts.get("subtitle")
        same = (self.headline, self._facts.get("author"))
        return None if not text or text in same or is_byline(text) else text

    @property
    def published_text(self) -> str | None:
        return (self._printed and self._printed.published) or self._facts.get("date")

    @property
    def byline_text(self) -> str | None:
        author = self._facts.get("author", "")
        # One that is no byline and no name in letters is that of who put the page in.
        if not re.search("[A-Za-z]", author) or author == self._facts.get("liability"):
            author = ""
        lines = (self._facts.get(name, "") for name in ("subtitle", "introtitle"))
        byline = next(filter(is_byline, lines), None)
        return (self._printed and self._printed.byline) or author or byline or self._content.byline

    @property
    def source_text(self) -> str | None:
        return (
            (self._printed and self._printed.source)
            or self._facts.get("sourcename")
            or self._content.source
        )

    @property
    def editor_text(self) -> str | None:
        return self._facts.get("liability") or self._content.editor

    @property
    def keywords(self) -> list[str]:
        words = re.split("[,，;；、]", self._facts.get("keyword", ""))
        return [word for text in words if (word := collapse(text))]


class Article2015(_Article):
    """An article without such a comment. Second hand: a scraper of 2025, megaCrawler, reads the
    header so; the text of a page of 2015 bears it out."""

    proven = False
    marker = xpath("//*[@id='container_txt'][not(//comment()[contains(., 'enpproperty')])]")

    @property
    def headline(self) -> str | None:
        return self._title

    @property
    def published_text(self) -> str | None:
        return self._guild.published if self._guild else None

    @property
    def byline_text(self) -> str | None:
        return (self._guild and self._guild.byline) or self._content.byline

    @property
    def source_text(self) -> str | None:
        return (self._guild and self._guild.source) or self._content.source

    @property
    def editor_text(self) -> str | None:
        return self._content.editor
