"""Article pages of China Military Online."""

from __future__ import annotations

import re
from functools import cached_property

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Article, Related
from crawler.layouts.bodies import BodyPage
from crawler.layouts.founder import properties_in
from crawler.layouts.whole import check_closed, check_single, with_closed_headline
from crawler.queries import PageError, xpath
from crawler.spiders.chinamil.addresses import ADDRESSES, kind_of
from crawler.spiders.chinamil.content import ChinamilContent, furniture, pages_of, related_block
from crawler.spiders.chinamil.header import (
    Header,
    is_header_line,
    is_source_tail,
    read_header,
    split_keywords,
)
from crawler.text import collapse
from crawler.urls import identify, resolve

__all__ = ["Article2016", "Article2023"]

_START, _END = "enpcontent", "/enpcontent"
_HAS_MARKS = f"//comment()[normalize-space(.) = '{_START}']"
_SITE = re.compile(r"China Military(?: Online)?|chinamil\.com\.cn|PLA Daily", re.IGNORECASE)

_HEAD = "contains(concat(' ', normalize-space(@class), ' '), ' article-header ')"
_HEADLINES = xpath("//h1[not(ancestor::header or ancestor::nav or contains(@class, 'site-name'))]")
_HEADER_HEADLINES = xpath(f"//*[{_HEAD}]//h1")
_CONTENT = xpath("//*[@id='article-content']")
_LIST = xpath("//*[@id='main-news-list']")
_KEYWORDS = xpath("//meta[translate(@name, 'KEYWORDS', 'keywords') = 'keywords']/@content")
_PUBLISHED = xpath(
    "//meta[translate(@name, 'PUBLISHDATE', 'publishdate') = 'publishdate']/@content"
)
_CANONICAL = xpath("//link[@rel = 'canonical']/@href | //meta[@property = 'og:url']/@content")
_FOREIGN = xpath(
    f".//h1 | .//*[{_HEAD}] | .//footer | .//*[@id = 'main-news-list']"
    " | .//*[contains(concat(' ', normalize-space(@class), ' '), ' footer ')]"
)
_PLAYER = xpath(
    "//video | //iframe | //object | //embed"
    " | //*[@id = 'mediaurl' or @id = 'cm-player' or @id = 'cmplayer']"
)


class _Article(BodyPage):
    """What both systems share."""

    def to_item(self) -> Article:
        check_closed(self)
        check_single(self)
        own, named = identify(self.url, ADDRESSES), self._named
        if own and named and own.native not in named:
            raise PageError("another article's page", ", ".join(named), type(self).__name__)
        return with_closed_headline(super().to_item())

    @cached_property
    def _named(self) -> list[str]:
        """Ids of the article that the page itself names."""
        found = []
        for href in _CANONICAL.elements(self.root):
            url = resolve(self.base, href)
            if url and (address := identify(url, ADDRESSES)):
                found.append(address.native)
        return found

    @cached_property
    def _skipped(self) -> set[Element]:
        return furniture(self)

    @cached_property
    def _blocks(self) -> list[Block]:
        """Everything printed on the page, with the marks of the body."""
        bodies = self.root.xpath("/html/body") or [self.root]
        return blocks(bodies[0], self._skipped.__contains__, lambda text: text in (_START, _END))

    @cached_property
    def _headline_node(self) -> Element | None:
        found = _HEADER_HEADLINES.elements(self.root) or [
            node for node in _HEADLINES.elements(self.root) if not _SITE.fullmatch(text_of(node))
        ]
        if len(found) > 1:
            raise PageError("no single headline", f"{len(found)} h1")
        return found[0] if found else None

    @property
    def headline(self) -> str | None:
        node = self._headline_node
        if node is None:
            return None
        read = blocks(node, lambda part: part.tag == "span" and is_header_line(text_of(part)))
        return " ".join(block.text for block in read if block.kind == "text") or None

    @cached_property
    def _body_at(self) -> tuple[int, int]:
        """From where to where the blocks are the body's."""
        raise NotImplementedError

    @cached_property
    def _header(self) -> Header:
        """What is printed between the headline and the body."""
        node, start = self._headline_node, self._body_at[0]
        if node is None:
            return Header()
        heads = [at for at, block in enumerate(self._blocks[:start]) if _is_in(block.node, node)]
        if not heads:
            raise PageError("header not understood", "no headline before the body")
        between = self._blocks[heads[-1] + 1 : start]
        lines = [text_of(part) for part in node.iter("span")]
        lines = [line for line in lines if is_header_line(line)]
        return read_header(lines + [block.text for block in between if block.kind == "text"])

    @cached_property
    def _content(self) -> ChinamilContent:
        first, end = self._body_at
        read = self._blocks[first:end]
        return ChinamilContent(self, self.root, read, gallery=self.kind == "photo")

    @property
    def kind(self) -> str | None:
        return kind_of(self.url)

    @property
    def has_content(self) -> bool:
        """A video page may print nothing but its film."""
        film = self.kind == "video" and _PLAYER.elements(self.root)
        return bool(self.body or self.images or film)

    @property
    def published_text(self) -> str | None:
        return self._header.published or self._meta_date

    @property
    def _meta_date(self) -> str | None:
        found = {collapse(str(value)) for value in _PUBLISHED.elements(self.root)} - {""}
        if len(found) > 1:
            raise PageError("more than one date", ", ".join(sorted(found)))
        return found.pop() if found else None

    @property
    def source_text(self) -> str | None:
        return self._header.source or self._content.source or self._source_tail

    @property
    def _source_tail(self) -> str | None:
        """The source right below the body, as on photo pages of 2018 and 2019."""
        after = [block.text for block in self._blocks[self._body_at[1] :] if block.kind == "text"]
        return after[0] if after and is_source_tail(after[0]) else None

    @property
    def editor_text(self) -> str | None:
        return self._header.editor or self._content.editor

    @property
    def byline_text(self) -> str | None:
        return self._header.byline or self._content.byline

    @property
    def keywords(self) -> list[str]:
        found = [str(value) for value in _KEYWORDS.elements(self.root)]
        return split_keywords(found[0]) if found else []

    @property
    def related(self) -> list[Related]:
        block = related_block(self.root)
        return self.related_links(list(block.iter("a")) if block is not None else [])

    @property
    def continued(self) -> list[str]:
        own = identify(self.url, ADDRESSES)
        if own is None:
            return []
        last = pages_of(self, own)
        numbers = range(own.page + 1, last + 1)
        return [re.sub(r"(?=\.html?$)", f"_{number}", own.url) for number in numbers]


class Article2023(_Article):
    """The pages at `/<folders>/<number>.html`. Second hand: the element names are those of two
    scrapers that read the live site in May and October 2026."""

    proven = False
    marker = xpath(
        f"//body[.//*[@id='article-content'] or .//*[@id='main-news-list']]"
        f"[.//*[{_HEAD}]//h1][not({_HAS_MARKS})]"
    )

    @cached_property
    def _container(self) -> Element:
        found = _CONTENT.elements(self.root) or _LIST.elements(self.root)
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} containers")
        if _FOREIGN.elements(found[0]):
            raise PageError("body not closed")
        return found[0]

    @cached_property
    def _body_at(self) -> tuple[int, int]:
        read = enumerate(self._blocks)
        within = [at for at, block in read if _is_in(block.node, self._container)]
        if not within:
            return self._after_headline, self._after_headline
        if within[-1] - within[0] + 1 != len(within):
            raise PageError("body not understood", "parts of it stand apart")
        return within[0], within[-1] + 1

    @cached_property
    def _after_headline(self) -> int:
        """Where a body without text or pictures would begin."""
        before = self._container.xpath("preceding::*")
        nodes = {*before, *self._container.iterancestors()}
        kept = [at for at, block in enumerate(self._blocks) if block.node in nodes]
        return kept[-1] + 1 if kept else 0


class Article2016(_Article):
    """The pages at `/view/YYYY-MM/DD/content_N.htm`, with the marks of the CMS in comments around
    the body. Second hand: the marks are those of a scraper of archived copies, the forms of the
    header those of texts taken from pages of 2016 to 2022."""

    proven = False
    marker = xpath(_HAS_MARKS)

    @cached_property
    def _body_at(self) -> tuple[int, int]:
        marks = [(at, one.text) for at, one in enumerate(self._blocks) if one.kind == "comment"]
        # The pair may stand on a page twice: the body is within the last one.
        start = max((at for at, text in marks if text == _START), default=-1)
        end = min((at for at, text in marks if text == _END and at > start), default=-1)
        if start < 0 or end < 0:
            raise PageError("marks of the body not understood", f"{start}, {end}")
        return start, end + 1

    @cached_property
    def _property(self) -> dict[str, str]:
        return next(reversed(properties_in(self.root)), {})

    @cached_property
    def _named(self) -> list[str]:
        found = list(super()._named)
        address = identify(self._property.get("url", ""), ADDRESSES)
        stated = address.native if address else self._property.get("articleid")
        return [*found, stated] if stated else found

    @property
    def headline(self) -> str | None:
        return super().headline or self._property.get("title")

    @property
    def section_text(self) -> str | None:
        return self._property.get("nodename")

    section = section_text

    @property
    def published_text(self) -> str | None:
        return self._header.published or self._property.get("date") or self._meta_date

    @property
    def source_text(self) -> str | None:
        return super().source_text or self._property.get("sourcename")

    @property
    def editor_text(self) -> str | None:
        return super().editor_text or self._property.get("liability")

    @property
    def byline_text(self) -> str | None:
        author = self._property.get("author", "")
        # One that is no name in letters, or is the editor's, is that of who put the page in.
        editor = re.sub(r"^Editors?\s*[:：]\s*", "", self.editor_text or "")
        if author == editor or not re.search("[A-Za-z]", author):
            author = ""
        return super().byline_text or author or None

    @property
    def keywords(self) -> list[str]:
        said = self._property.get("keyword")
        return split_keywords(said) if said else super().keywords


def _is_in(node: Element, container: Element) -> bool:
    return node is container or any(one is container for one in node.iterancestors())
