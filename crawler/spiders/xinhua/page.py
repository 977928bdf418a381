"""What the article pages of all of Xinhua's systems share: the lines around a text, its pager."""

from __future__ import annotations

import re
from functools import cached_property
from typing import ClassVar

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Article
from crawler.layouts.bodies import BodyPage
from crawler.layouts.whole import check_ended, check_single, is_closed, with_closed_headline
from crawler.queries import PageError, Query, xpath
from crawler.spiders.xinhua.addresses import ADDRESSES, KINDS
from crawler.spiders.xinhua.content import XinhuaContent, parted
from crawler.spiders.xinhua.furniture import is_pointer
from crawler.spiders.xinhua.header import Header, editor_line, read_header
from crawler.text import collapse
from crawler.urls import Address, identify, resolve

__all__ = ["XinhuaPage"]

_FOOT = xpath(
    "//script[contains(@src, 'foot.js')] | //*[starts-with(normalize-space(.), 'Copyright')]"
)
_SUFFIX = re.compile(
    r"(?:\s*[-_|–]+\s*(?:English|Xinhua(?:net)?(?: News)?|English\.news\.cn|Xinhua English"
    r"|新华网))+$",
    re.IGNORECASE,
)
_PAGER = re.compile(
    r"(?:[\[\]\s|<>«».·…()/]|\d{1,3}|Next|Prev(?:ious)?|Pages?|First|Last|Home|End|of)+",
    re.IGNORECASE,
)
_PAGER_SLOT = xpath("//*[@id='div_currpage' or starts-with(@id, 'div_page_roll')]")
_MORE_PAGES = re.compile(r"(?<!\d)(?:[2-9]|\d\d+)(?!\d)|Next", re.IGNORECASE)
_HEADINGS = Query("h1")
_OTHER_TITLES = Query("#title, #Title, div.h-title, div.head-line, h2.title, span.title")
_IN_HEADING = xpath(".//*[contains(concat(' ', @class, ' '), ' title ')]")
_DECLARED = xpath(
    "//span[@id='pubtime'] | //meta[@content][translate(@name, 'PUBLISHDATE', 'publishdate') = 'publishdate'"
    " or translate(@name, 'PUBLISHDATE', 'publishdate') = 'pubdate']"
)
_SAYS_ADDRESS = xpath(
    "//head/link[@rel='canonical']/@href | //head/meta[@property='og:url']/@content"
)
_SOURCE = Query(".source, #source")
_NAME = re.compile(r"[A-Z][\w.'’ ]{1,40}")
_UNREAD = frozenset(("script", "style", "noscript", "template"))
_TIME = Query("div.header-time")
_FILM = xpath(".//video | .//iframe | .//object | .//embed")
# What stands around a text, and in it only where its end is missing.
_FOREIGN = xpath(
    ".//h1 | .//*[@id='Title' or @id='title'] | .//b[normalize-space(.)='Related Stories']"
    " | .//script[contains(@src, 'foot.js')] | .//*[contains(@class, 'footer')]"
)


class XinhuaPage(BodyPage):
    """A page of one article."""

    containers: ClassVar[tuple[str, ...]]
    """Ids of what may hold the text."""

    def to_item(self) -> Article:
        layout = type(self).__name__
        # `</html>` is a tag that may be left out; then the foot of the page says that it is whole.
        if not is_closed(self) and not _FOOT.elements(self.root):
            raise PageError("page cut short", layout=layout)
        check_single(self)
        own = self._own
        for named in map(str, _SAYS_ADDRESS.elements(self.root)):
            url = resolve(self.base, named)
            other = identify(url, ADDRESSES) if url else None
            if own and other and own.native != other.native and _series(own) == _series(other):
                raise PageError("another article's page", other.native, layout)
        item = with_closed_headline(super().to_item())
        if self._content.source and self._header.source:
            # Both are printed: the one above the text, and the one below it, in `source_text`.
            item.sources = [self._header.source]
        return item

    @property
    def _own(self) -> Address | None:
        return identify(self.url, ADDRESSES)

    @cached_property
    def _container(self) -> Element:
        found = [
            node for name in self.containers for node in self.root.xpath("//*[@id=$id]", id=name)
        ]
        inner = [node for node in found if not any(node in set(f.iterancestors()) for f in found)]
        if len(inner) != 1:
            raise PageError("no single body", f"{len(inner)} of {', '.join(self.containers)}")
        if _FOREIGN.elements(inner[0]):
            raise PageError("body not closed")
        check_ended(inner[0])
        return inner[0]

    @cached_property
    def _around(self) -> tuple[list[str], list[str]]:
        """Lines printed before the text and after it."""
        inside = self._container
        held = set(inside.iter())
        order = {node: at for at, node in enumerate(self.root.iter())}
        end = order[inside] + len(held)
        before: list[str] = []
        after: list[str] = []
        above = set(inside.iterancestors())
        met = False
        for block in blocks(self.root):
            node = block.node
            met = met or node in held or order[node] >= end
            if block.kind != "text" or node in held or (node not in above and self._lists(node)):
                continue
            (after if met else before).append(block.text)
        return before, after

    def _lists(self, node: Element) -> bool:
        """Whether an element holds a link to another article, with its date."""
        own = self._own
        urls = (resolve(self.base, anchor.get("href") or "") for anchor in node.iter("a"))
        named = (identify(url, ADDRESSES) for url in urls if url)
        return any(own and other and other.native != own.native for other in named)

    @cached_property
    def headline(self) -> str | None:
        found = _texts(self, _HEADINGS) or _texts(self, _OTHER_TITLES)
        if len(found) > 1:
            titles = (text_of(title) or title.text or "" for title in self.root.iter("title"))
            named = {_SUFFIX.sub("", collapse(title)) for title in titles}
            found = [text for text in found if text in named] or found
        if len(found) > 1:
            raise PageError("no single headline", " / ".join(found)[:120])
        return found[0] if found else self._titled

    @property
    def _titled(self) -> str | None:
        """The headline in the page's title, where the name of the site follows it."""
        titles = [collapse("".join(title.itertext())) for title in self.root.iter("title")]
        cut = {text: _SUFFIX.sub("", text) for text in titles}
        found = [headline for text, headline in cut.items() if headline != text]
        return found[0] if len(found) == len(titles) == 1 else None

    @cached_property
    def _header(self) -> Header:
        before, _ = self._around
        at = max((n for n, line in enumerate(before) if line == self.headline), default=-1)
        times = self._times
        header = read_header([*times, *before[at + 1 :]])
        if at < 0 or (header.published and (header.source or not times)):
            return header
        # In some systems date and source stand above the headline.
        above = read_header([*times, *_lines_near(before, at)])
        if not above.published or (header.published and not above.source):
            return header
        return above

    @property
    def _times(self) -> list[str]:
        """Year, day and time of `div.header-time`, which stand in elements of their own."""
        nodes = _TIME.elements(self.root)
        parts = [
            [part for part in node.iterchildren("*") if part.tag not in _UNREAD] for node in nodes
        ]
        texts = [" ".join(filter(None, map(text_of, shown))) for shown in parts]
        return [text or text_of(node) for node, text in zip(nodes, texts, strict=True)]

    @property
    def published_text(self) -> str | None:
        if self._header.published:
            return self._header.published
        nodes = _DECLARED.elements(self.root)
        declared = {collapse(node.get("content") or text_of(node)): None for node in nodes}
        dates = [date for date in declared if date]
        if len(dates) > 1:
            raise PageError("more than one date", " / ".join(dates)[:120])
        return dates[0] if dates else None

    @property
    def source_text(self) -> str | None:
        return self._content.source or self._header.source or self._bare_source

    @property
    def _bare_source(self) -> str | None:
        """The source in an element of its own, without a label."""
        found = _texts(self, _SOURCE)
        return found[0] if len(found) == 1 and _NAME.fullmatch(found[0]) else None

    @property
    def editor_text(self) -> str | None:
        return self._header.editor or self._content.editor or editor_line(self._around[1])

    @cached_property
    def _blocks(self) -> list[Block]:
        return blocks(self._text, self._is_furniture)

    @cached_property
    def _text(self) -> Element:
        return parted(self._container)

    def _is_furniture(self, node: Element) -> bool:
        """Whether a node of the body is a pager, or a pointer to other news."""
        if not isinstance(node.tag, str):
            return False
        if is_pointer(node):
            return True
        if node.tag not in ("div", "p", "table", "center", "ul", "td"):
            return False
        if node.find(".//img") is not None or not any(map(self._page_of, node.iter("a"))):
            return False
        return bool(_PAGER.fullmatch(text_of(node)))

    def _page_of(self, anchor: Element) -> int:
        """The number of the page of this article that a link leads to; 0 if it leads elsewhere."""
        url = resolve(self.base, anchor.get("href") or "")
        address, own = identify(url, ADDRESSES) if url else None, self._own
        return address.page if address and own and address.native == own.native else 0

    @cached_property
    def _content(self) -> XinhuaContent:
        return XinhuaContent(
            self, self._text, self._blocks, gallery=KINDS.get(_folder(self._own)) == "photo"
        )

    @property
    def byline_text(self) -> str | None:
        return self._content.signature or self._content.byline

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.images or _FILM.elements(self._container))

    @property
    def continued(self) -> list[str]:
        own = self._own
        last = max(map(self._page_of, self.root.iter("a")), default=0)
        slots = [text_of(slot) for slot in _PAGER_SLOT.elements(self.root)]
        if not last and any(map(_MORE_PAGES.search, slots)):
            raise PageError("pager not understood", slots[0][:80])
        if own is None or last <= own.page:
            return []
        plain = re.sub(r"(?:_\d{1,3})?\.(html?)(?:[?#].*)?$", r".\1", self.url)
        stem, _, suffix = plain.rpartition(".")
        return [f"{stem}_{number}.{suffix}" for number in range(own.page + 1, last + 1)]


def _texts(page: XinhuaPage, query: Query) -> list[str]:
    """The different texts of the headings that `query` matches outside the text."""
    found: dict[str, None] = {}
    for node in query.elements(page.root):
        if page._container in node.iterancestors():
            continue
        if node in page._container.iterancestors():
            raise PageError("headline not closed")
        inner = _IN_HEADING.elements(node)
        if text := text_of(inner[0] if len(inner) == 1 else node):
            found[text] = None
    return list(found)


def _series(address: Address) -> str:
    """What ids an id is one of: an article that was moved has one of each."""
    return address.native.rpartition("_")[0]


def _folder(address: Address | None) -> str:
    return address.section.split("/")[0] if address else ""


def _lines_near(lines: list[str], at: int) -> list[str]:
    """The lines right above the headline."""
    return lines[max(0, at - 6) : at]
