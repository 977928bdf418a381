"""What the article layouts of Global Times share: header line, body, kind, related links."""

from __future__ import annotations

import re
from functools import cached_property

from crawler.blocks import Element, blocks, text_of
from crawler.items import Article, Related
from crawler.layouts.bodies import BodyPage
from crawler.layouts.whole import check_closed, check_ended, check_single, with_closed_headline
from crawler.lines import is_source_line
from crawler.moments import MONTH
from crawler.queries import PageError, Query, xpath
from crawler.spiders.globaltimes.addresses import ADDRESSES
from crawler.spiders.globaltimes.content import GlobalTimesContent, classes_of, is_furniture
from crawler.urls import identify, resolve

__all__ = ["TIMES", "GlobalTimesArticle", "has", "is_no_byline", "last_crumb", "printed"]

_NAMED = rf"{MONTH}\.? \d{{1,2}},? \d{{4}}"
# Not `00:30 PM`: it may be noon or midnight.
_CLOCK = r"(?!0?0:[\d:]+ ?P)\d{1,2}:\d\d(?::\d\d)?"
_WHEN = (
    rf"(?:{_NAMED}(?:,? {_CLOCK}(?: ?[AP]\.?M\.?)?)?"
    rf"|\d{{4}}[/-]\d{{1,2}}[/-]\d{{1,2}}(?: {_CLOCK})?)"
)
_DATES = (
    rf"(?:Published\s*:\s*(?P<published>{_WHEN}))?\s*\|?\s*"
    rf"(?:(?:Last )?Updated\s*:\s*(?P<updated>{_WHEN}))?"
)
_PEOPLE = r"(?P<byline>.*?)\s*\|?\s*(?:Sources?\s*:\s*(?P<source>.*?))?\s*\|?\s*"
TIMES = re.compile(_DATES, re.IGNORECASE)
"""`Published: Mar 03, 2022 07:41 PM Updated: Mar 03, 2022 09:10 PM`, either part of it."""
_HEADER = {
    2013: re.compile(_PEOPLE + _DATES, re.IGNORECASE),
    2009: re.compile(
        rf"{_PEOPLE}\[\s*(?P<published>{_CLOCK},? {_NAMED})\s*\]\s*(?:\d* ?Comments?(?: \d+)?)?",
        re.IGNORECASE,
    ),
}
"""`By NAME Source:Global Times Published: 2019/11/28 21:23:40`; and with a date in brackets."""
_NO_BYLINE = re.compile(r"Published|Updated|Source\s*:|[:|\[\]]|\d{2}", re.IGNORECASE)
_CRUMB_MARKS = re.compile(r"\s*(?:>+|»|/)\s*")
_KINDS = {
    **dict.fromkeys(("video", "videos"), "video"),
    **dict.fromkeys(("photo", "photos", "gallery", "galleries"), "photo"),
}


def has(name: str) -> str:
    """XPath: whether an element is of a class."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


_FILM = xpath(
    ".//video | .//iframe | .//object | .//embed | .//*[starts-with(@id, 'id_video_container')]"
)
# What stands around a body, and in it only where its end is missing.
_FOREIGN = xpath(
    f".//*[{has('article_title')} or {has('article_top')} or {has('article-title')}"
    f" or {has('article-source')} or {has('crumbs')} or {has('article_column')}"
    f" or {has('footer')} or @id = 'footer']"
    " | .//script[contains(., 'footer.html')]"
)
# What stands beside a body that was closed before its end.
_AFTER = xpath(
    "./following-sibling::node()[self::text() or self::p or self::center or self::strong"
    " or self::em or self::b][normalize-space(translate(., '\u00a0', ' ')) != '']"
)
_NAMING = xpath("//link[@rel = 'canonical'] | //meta[@property = 'og:url']")
_LOWER = "translate(normalize-space(.), 'RELATDICSNW: ', 'relatdicsnw')"
_RELATED = xpath(f"//*[not(*)][{_LOWER} = 'relatedarticles' or {_LOWER} = 'relatednews']")


class GlobalTimesArticle(BodyPage):
    """A page of an article, in any layout."""

    proven = False
    # Which of its two dates a page must print is the header's business.
    required = ("headline",)

    def to_item(self) -> Article:
        layout = type(self).__name__
        check_closed(self)
        check_single(self)
        own = identify(self.url, ADDRESSES)
        for named in self._named:
            if own and named != own.native:
                raise PageError("another article's page", named, layout)
        return with_closed_headline(super().to_item())

    @property
    def _named(self) -> list[str]:
        """Numbers of the article that the head of the page names, where it does."""
        printed = [tag.get("href") or tag.get("content") for tag in _NAMING.elements(self.root)]
        urls = [resolve(self.base, text or "") for text in printed]
        found = [identify(url, ADDRESSES) for url in urls if url]
        return [address.native for address in found if address]

    def one(self, what: str, *queries: Query) -> Element:
        """The only element that the first of `queries` finds that finds any."""
        for query in queries:
            found = query.elements(self.root)
            if len(found) > 1:
                raise PageError(f"no single {what}", f"{len(found)} match {query.expression}")
            if found:
                return found[0]
        raise PageError(f"no single {what}", "none")

    def perhaps(self, what: str, query: Query) -> str | None:
        """The text of the only element that `query` finds, `None` if it finds none."""
        if not query.elements(self.root):
            return None
        return text_of(self.one(what, query)) or None

    # What a layout says

    @property
    def header(self) -> dict[str, str | None]:
        """`byline`, `source`, `published` and `updated`, as printed."""
        raise NotImplementedError

    @property
    def container(self) -> Element:
        """The element that holds the body."""
        raise NotImplementedError

    # What follows from it

    @staticmethod
    def header_of(line: str, year: int) -> dict[str, str | None]:
        """The parts of a header that stands in one line, in the form of a layout."""
        match = _HEADER[year].fullmatch(line)
        parts = {name: text or None for name, text in match.groupdict().items()} if match else {}
        if not (parts.get("published") or parts.get("updated")):
            raise PageError("header not understood", line[:200])
        if is_no_byline(parts["byline"]):
            raise PageError("header not understood", line[:200])
        if (parts["byline"] or "").casefold() == "by":
            parts["byline"] = None
        return parts

    @property
    def published_text(self) -> str | None:
        return self.header.get("published")

    @property
    def updated_text(self) -> str | None:
        return self.header.get("updated")

    @property
    def source_text(self) -> str | None:
        """The source as printed; else the outlet that stands in the author slot, `By Xinhua`."""
        outlet = (self.header.get("byline") or "").removeprefix("By ")
        named = self.header.get("source") or self._content.source
        return named or (outlet if is_source_line(f"Source: {outlet}") else None)

    @property
    def byline_text(self) -> str | None:
        return self.header.get("byline") or self._content.byline

    @property
    def editor_text(self) -> str | None:
        return self._content.editor

    @property
    def kind(self) -> str | None:
        # The address of an article has no folder: what it is, its section says.
        own = identify(self.url, ADDRESSES)
        if own and own.section == "galleries":
            return "photo"
        printed = f"{self.section_text or ''} / {self.section or ''}".casefold()
        found = {_KINDS[name] for name in _CRUMB_MARKS.split(printed) if name in _KINDS}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _content(self) -> GlobalTimesContent:
        if _FOREIGN.elements(self.container):
            raise PageError("body not closed")
        if _AFTER.elements(self.container):
            raise PageError("body closed early")
        check_ended(self.container)
        return GlobalTimesContent(self, self.container, gallery=self.kind == "photo")

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.images or _FILM.elements(self.container))

    @property
    def related(self) -> list[Related]:
        """Links of the element after a label `RELATED ARTICLES`, or below one in the body."""
        for label in _RELATED.elements(self.root):
            for node in (label, label.getparent()):
                following = node.getnext() if node is not None else None
                if following is not None and following.xpath(".//a[@href]"):
                    return self.related_links(following.xpath(".//a[@href]"))
        return self._content.related


def is_no_byline(text: str | None) -> bool:
    """Whether a text is none that stands in the place of a byline: `By NAME`, `Xinhua`."""
    return bool(text) and (len(text or "") > 300 or bool(_NO_BYLINE.search(text or "")))


def last_crumb(text: str | None) -> str | None:
    """The last part of a path of folders: `CHINA / DIPLOMACY`, `CHINA >> Profile`."""
    names = [name for name in _CRUMB_MARKS.split(text or "") if name.strip()]
    return names[-1].strip() if names else None


def printed(node: Element, *left_out: str) -> str:
    """The text of an element without that of the classes `left_out` in it; unless they are named,
    without the cards about authors."""
    named = set(left_out)
    skip = (lambda inner: not named.isdisjoint(classes_of(inner))) if named else is_furniture
    return " ".join(block.text for block in blocks(node, skip) if block.kind == "text")
