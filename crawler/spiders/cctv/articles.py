"""Article pages of CCTV English. Videos and galleries are taken to be printed on them, too."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cached_property

from lxml import etree

from crawler.blocks import Element, blocks, text_of
from crawler.content import Content
from crawler.items import Article
from crawler.layouts.bodies import BodyPage
from crawler.layouts.whole import check_closed, check_single, with_closed_headline
from crawler.queries import PageError, Query, css, xpath
from crawler.spiders.cctv.addresses import ADDRESSES, kind_of
from crawler.urls import identify

__all__ = ["Article2026", "Article2026Script"]

_INFO = re.compile(
    r"(?P<source>Source\s*[:：](?:(?!Updated\b|Published\b)[^|])*?)?[\s|]*"
    r"(?P<first>Updated\s*[:：]?\s*)?"
    r"(?P<date>\d\d-\d\d-\d\d \d\d:\d\d|\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?)"
    r"\s*(?P<updated>Updated\b)?:?\s*(?:BJT|Beijing Time)?",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(r"\w+\s*[:：]?", re.ASCII)
_SHORT_DATE = re.compile(r"(\d\d)-(\d\d)-(\d\d) ")
_CLOSE = timedelta(days=1)
_DEEPEST = 1000
_BEGIN, _END = "repaste.body.begin", "repaste.body.end"
_SCRIPT = re.compile(
    r"\bvar\s+contentdate\s*=\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(\r?\n)|(.))", re.DOTALL)
_HAS_SCRIPT = "//script[contains(., 'var contentdate')]"
_HAS_TITLE = "//h1[not(ancestor::*[@id='content_area'])]"
_PRINTS = ".//p or .//img or .//comment()[contains(., 'repaste.body')]"
_AREA = xpath("//*[@id='content_area']")
_FOREIGN = xpath(
    ".//h1 | .//*[@id='title_area'] | .//*[contains(@class, 'bottom_ind01')"
    " or contains(@class, 'zebian') or contains(@class, 'column_wrapper')] | .//*[@id='page_bottom']"
)
_PLAYER = xpath(
    "//video | //iframe | //object | //embed | //*[@id='video' or @id='_video' or @id='myFlash']"
    " | //script[contains(., 'videoCenterId') or contains(., 'guid')]"
)
_HEADLINES = (xpath("//*[@id='title_area']//h1"), xpath(_HAS_TITLE))
_INFO_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' info ')"
_INFOS = (xpath(f"//*[@id='title_area']//*[{_INFO_CLASS}]"), xpath(f"//*[{_INFO_CLASS}]"))
_EDITORS = (
    xpath("//span[contains(concat(' ', normalize-space(@class), ' '), ' wen ')]"),
    xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' zebian ')]"),
)
_CRUMBS = xpath("//*[contains(concat(' ', normalize-space(@class), ' '), ' nav_daohang ')]")


class _Article(BodyPage):
    """What both templates share."""

    required = ("headline",)
    subheadline = css("#title_area h2#subtitle")

    def to_item(self) -> Article:
        check_closed(self)
        check_single(self)
        item = with_closed_headline(super().to_item())
        if not (item.published_text or item.updated_text):
            raise PageError("no date", layout=type(self).__name__)
        return item

    @property
    def headline(self) -> str | None:
        node = self._first(_HEADLINES)
        return (text_of(node) or None) if node is not None else None

    def _first(self, queries: tuple[Query, ...]) -> Element | None:
        """The only element by the first of `queries` that finds any."""
        found = next(filter(None, (query.elements(self.root) for query in queries)), [])
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} match {queries[0].expression}")
        return found[0] if found else None

    @property
    def kind(self) -> str | None:
        return kind_of(self.url)

    @property
    def section_text(self) -> str | None:
        found = {text for node in _CRUMBS.elements(self.root) if (text := text_of(node))}
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} different .nav_daohang")
        return found.pop() if found else None

    @property
    def section(self) -> str | None:
        names = [name.strip() for name in re.split("[>›»]", self.section_text or "")]
        names = [name for name in names if name and name.casefold() not in ("homepage", "home")]
        return names[-1] if names else None

    @cached_property
    def _info(self) -> dict[str, str | None]:
        """`Source:Xinhua    30-09-26 02:56  Updated BJT`"""
        found = self._first(_INFOS)
        if found is None:
            raise PageError("header not understood", "no .info")
        text = " ".join(b.text for b in blocks(found, _is_sizes) if b.kind == "text")
        match = _INFO.fullmatch(text)
        if match is None:
            raise PageError("header not understood", text[:100])
        self._check_order(match["date"])
        source = (match["source"] or "").strip(" |")
        return {
            "source": None if _LABEL_ALONE.fullmatch(source) else source or None,
            "date": match["date"],
            "updated": match["first"] or match["updated"],
        }

    def _check_order(self, printed: str) -> None:
        """Day, month, year is how the one page seen prints it. One on which this order gives a day
        before that of its address, or only the American order gives that day, is not understood."""
        own, short = identify(self.url, ADDRESSES), _SHORT_DATE.match(printed)
        if short is None or own is None or own.day is None:
            return
        first, second, year = int(short[1]), int(short[2]), 2000 + int(short[3])
        read, swapped = _date(year, second, first), _date(year, first, second)
        if read is not None and abs(read - own.day) <= _CLOSE:
            return
        american = swapped is not None and abs(swapped - own.day) <= _CLOSE
        if read is None or american or read < own.day:
            raise PageError("date not understood", f"{printed}, address of {own.day}")

    @property
    def published_text(self) -> str | None:
        return None if self._info["updated"] else self._info["date"]

    @property
    def updated_text(self) -> str | None:
        return self._info["date"] if self._info["updated"] else None

    @property
    def source_text(self) -> str | None:
        return self._info["source"] or self._content.source

    @property
    def editor_text(self) -> str | None:
        node = self._first(_EDITORS)
        printed = (text_of(node) or None) if node is not None else None
        alone = printed is None or (
            _LABEL_ALONE.fullmatch(printed) and printed.endswith((":", "："))
        )
        return self._content.editor if alone else printed

    @property
    def keywords(self) -> list[str]:
        nodes = self.root.xpath("//*[@id='searchkeywords']/li")
        return [text for node in nodes if (text := text_of(node))]

    @cached_property
    def _area(self) -> Element:
        found = _AREA.elements(self.root)
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} #content_area")
        if _FOREIGN.elements(found[0]):
            raise PageError("body not closed")
        marks = [
            c.text.strip() for c in found[0].xpath(".//comment()[contains(., 'repaste.body')]")
        ]
        if marks not in ([], [_BEGIN, _END]):
            raise PageError("page cut short", " ".join(marks))
        return found[0]

    @cached_property
    def _printed(self) -> Element:
        """The element that holds the body."""
        return self._area

    @cached_property
    def _content(self) -> CctvContent:
        read = blocks(self._printed, _is_sizes, lambda text: text in (_BEGIN, _END))
        marks = [i for i, b in enumerate(read) if b.kind == "comment" and b.text in (_BEGIN, _END)]
        read = read[marks[0] : marks[-1]] if marks else read
        return CctvContent(self, self._printed, read, gallery=self.kind == "photo")

    @property
    def byline_text(self) -> str | None:
        return self._content.byline

    @property
    def has_content(self) -> bool:
        """A video page may print nothing but its film."""
        film = self.kind == "video" and _PLAYER.elements(self.root)
        return bool(self.body or self.images or film)


class Article2026(_Article):
    """The template of the page of 2026-09-30; one without `#title_area` has its parts as well."""

    marker = xpath(f"//*[@id='content_area'][{_HAS_TITLE}][not({_HAS_SCRIPT}) or {_PRINTS}]")


class Article2026Script(_Article):
    """The template whose text is in a script. Second hand: seen on news.cctv.com on 2026-10-04."""

    proven = False
    marker = xpath(f"//*[@id='content_area'][{_HAS_TITLE}][{_HAS_SCRIPT}][not({_PRINTS})]")

    @cached_property
    def _printed(self) -> Element:
        assert self._area is not None
        found = [
            one or other
            for script in self.root.iter("script")
            for one, other in _SCRIPT.findall(script.text or "")
        ]
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} scripts")
        return _tree_of(_ESCAPE.sub(_unescaped, found[0]))


class CctvContent(Content):
    """The body of an article: on sister sites pictures stand in `p.photo_img_<number>` (2025). That
    captions stand in `photo_alt…` is second hand."""

    def frame(self, node: Element) -> str:
        names = (node.get("class") or "").split()
        if any(name.startswith("photo_alt") for name in names):
            return "caption"
        return super().frame(node)


def _is_sizes(node: Element) -> bool:
    """Whether a node is the switch for the size of the letters."""
    return "fontadd" in (node.get("class") or "").split()


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _tree_of(html: str) -> Element:
    """The element that holds what a script writes into the page."""
    whole = html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves join
    parser = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, no_network=True)
    root = etree.fromstring(f"<body><div>{whole}</div></body>".encode(), parser)
    depth, last = 0, root
    while len(last):
        depth, last = depth + 1, last[-1]
    if depth > _DEEPEST:
        raise PageError("nested too deeply")
    return root


def _unescaped(match: re.Match[str]) -> str:
    """What an escape in a string of JavaScript stands for."""
    if match[1]:
        return chr(int(match[1], 16))
    return "" if match[2] else {"n": "\n", "r": "\r", "t": "\t"}.get(match[3], match[3])
