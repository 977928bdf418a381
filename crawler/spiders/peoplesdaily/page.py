"""What all article pages of People's Daily Online share."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import takewhile
from typing import ClassVar

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Article, Related
from crawler.layouts.bodies import BodyPage
from crawler.layouts.whole import check_ended, check_single, is_closed, with_closed_headline
from crawler.lines import is_editor_line
from crawler.queries import PageError, Query, xpath
from crawler.spiders.peoplesdaily.addresses import ADDRESSES, KINDS
from crawler.spiders.peoplesdaily.content import (
    PeoplesDailyContent,
    is_furniture,
    is_linked,
    is_pager,
)
from crawler.spiders.peoplesdaily.header import PRINTED, is_header, line_of, read_header
from crawler.urls import identify, resolve

__all__ = ["PeoplesDailyArticle", "has"]


def has(*names: str) -> str:
    """The XPath condition for an element of one of the classes `names`."""
    return " or ".join(
        f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names
    )


_TITLES = (
    xpath("//*[@id='p_title']"),
    xpath(f"//*[{has('wb_10')}]//h1"),
    xpath(f"//*[{has('d2txtCon', 'd2txt', 'main_l')}]//h1"),
    xpath("//h1"),
)
_HEADERS = f"@id='p_publishtime' or {has('origin', 'wb_1', 'wb_2', 'd2txt_1')}"
_HEADER = xpath(
    f"//*[{_HEADERS}][not(ancestor::*[{_HEADERS}])]"
    f" | //*[{has('wb_10')}]/div[not({_HEADERS})][not(.//*[{_HEADERS}])][not(.//h1)]"
)
_CRUMBS = (
    xpath("//*[@id='p_navigator']"),
    xpath(f"//*[{has('route')}]"),
    xpath(f"//*[{has('wbnav2')}]"),
)
_ROOTS = ("Home", "English", "English home", "People's Daily Online")
_CRUMB_MARK = re.compile(r"\s*(?:>+|»)\s*")
_DATE = re.compile(PRINTED, re.IGNORECASE)
_PART = re.compile(rf"^(?:By\b|[(（])|{PRINTED}", re.IGNORECASE)
_NAMED_IN = re.compile(r"\(\s*(?:Web )?Editors?\s*[:：][^()]*\)", re.IGNORECASE)
_EDITOR = xpath(f"//*[{has('editor')}][not(.//*[{has('editor')}])]")
_LINES = xpath(
    "//*[self::p or self::div or self::span or self::td or self::em or self::h5]"
    "[contains(translate(normalize-space(.), 'E', 'e'), 'editor')]"
    "[string-length(normalize-space(.)) < 120]"
)
_LABELS = xpath(
    "//*[self::td or self::h2 or self::h3 or self::h4 or self::h5 or self::strong or self::b"
    " or self::p or self::div][string-length(normalize-space(.)) < 60]"
    "[contains(translate(., 'RELATD', 'relatd'), 'related')]"
)
_NEXT = "following-sibling::*[self::ul or self::table or self::div or self::p][1]"
_RELATED = re.compile(
    r"Related(?: (?:News|Story|Stories|Readings?|Articles?|Coverage|Links))? ?[:：]?", re.IGNORECASE
)
_MORE = re.compile(r"(?:Read more|More (?:news|stories|photos)|See also) ?[:：]?", re.IGNORECASE)
# Headings around the headline: above it a kicker, below it a second headline.
_ABOVE = f"[following-sibling::*[{has('origin')}]]"
_KICKERS = xpath(f"//h1/preceding-sibling::*[self::h2 or self::h3 or self::h4]{_ABOVE}")
_SUBHEADS = xpath(
    f"//h1/following-sibling::*[self::h2 or self::h3 or self::h4 or self::h5]{_ABOVE}"
)
_AFTER = xpath(
    "./following-sibling::node()[self::text() or self::p or self::font or self::br]"
    "[string-length(normalize-space(.)) > 100]"
)
_FOOT = xpath("//*[starts-with(normalize-space(text()), 'Copyright')]")
_BESIDE = xpath(f".//*[{has('d2tj', 'wb_right', 'p1_right')}]")
_COUNTED = re.compile(r"/d\.gif\?id=(\d{6,9})\b")


class PeoplesDailyArticle(BodyPage):
    """What all layouts share."""

    container: ClassVar[Query]
    """What holds the paragraphs, and in some layouts headline and header besides."""
    required = ("headline",)

    def to_item(self) -> Article:
        layout = type(self).__name__
        if not is_closed(self) and not _FOOT.elements(self.root):
            raise PageError("page cut short", layout=layout)
        check_single(self)
        own = identify(self.url, ADDRESSES)
        if own and (strange := [one for one in self._named if one != own.native]):
            raise PageError("another article's page", ", ".join(strange), layout)
        item = with_closed_headline(super().to_item())
        if not (item.published_text or item.updated_text):
            raise PageError("no published_text", layout=layout)
        return item

    @property
    def _named(self) -> list[str]:
        """Ids of the article that the page itself names."""
        named = [
            match[1]
            for source in self.root.xpath("//img/@src")
            if (match := _COUNTED.search(source))
        ]
        for content in self.root.xpath("//head/meta[@name='contentid']/@content"):
            if match := re.search(r"(?<!\d)(\d{6,9})$", content.strip()):
                named.append(match[1])
        return named

    @property
    def kind(self) -> str | None:
        own = identify(self.url, ADDRESSES)
        nodes = own.section.split("/") if own else []
        return next((KINDS[node] for node in nodes if node in KINDS), None)

    @property
    def headline(self) -> str | None:
        for query in _TITLES:
            found = query.elements(self.root)
            if len(found) > 1:
                raise PageError("no single headline", f"{len(found)} match {query.expression}")
            if found:
                return text_of(found[0]) or None
        return None

    @property
    def subheadline(self) -> str | None:
        return " ".join(filter(None, map(text_of, _SUBHEADS.elements(self.root)))) or None

    @cached_property
    def _crumbs(self) -> str | None:
        texts = [text_of(node) for query in _CRUMBS for node in query.elements(self.root)]
        found = dict.fromkeys(text for text in texts if _CRUMB_MARK.search(text))
        if len(found) > 1:
            raise PageError("more than one breadcrumb", " | ".join(found)[:200])
        return next(iter(found), None)

    @property
    def section_text(self) -> str | None:
        return self._crumbs

    @property
    def section(self) -> str | None:
        names = [name for name in _CRUMB_MARK.split(self._crumbs or "") if name]
        return names[-1] if names and names[-1] not in _ROOTS else None

    @cached_property
    def _header(self) -> dict[str, str | None]:
        """Byline, source and date; the date may stand in an element of its own."""
        nodes = [one for one in _HEADER.elements(self.root) if _PART.search(text_of(one))]
        nodes = [node for node in nodes if self._container in node.iterancestors()] or nodes
        nodes.sort(key=lambda node: bool(_DATE.search(text_of(node))))
        nodes = list(dict.fromkeys(map(_widened, nodes)))
        line = " ".join(text for node in nodes if (text := line_of(node)))
        if not nodes:
            # No element is marked as a header: the one line that is nothing else.
            lines = {block.text: None for block in blocks(self.root) if block.kind == "text"}
            line = " / ".join(filter(is_header, lines))
        linked = [text for node in nodes for one in node.iter("a") if (text := text_of(one))]
        return read_header(line, linked[0] if len(linked) == 1 else "")

    @property
    def published_text(self) -> str | None:
        return self._header["published"]

    @property
    def updated_text(self) -> str | None:
        return self._header["updated"]

    @cached_property
    def _container(self) -> Element:
        found = self.container.elements(self.root)
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} match")
        if _AFTER.elements(found[0]):
            raise PageError("body closed early")
        return found[0]

    @cached_property
    def _pages(self) -> dict[Element, str]:
        """Links to pages of this article, with their addresses."""
        own = identify(self.url, ADDRESSES)
        found = {}
        for anchor in self.root.iter("a"):
            url = resolve(self.base, anchor.get("href") or "")
            address = identify(url, ADDRESSES) if url else None
            if url and own and address and address.native == own.native:
                found[anchor] = url
        return found

    @cached_property
    def _blocks(self) -> list[Block]:
        left_out = {*_KICKERS.elements(self.root), *_SUBHEADS.elements(self.root)}
        read = blocks(self._container, lambda node: node in left_out or is_furniture(node))
        return [block for block in read if block.kind != "text" or not is_header(block.text)]

    def _below(self, labels: re.Pattern[str]) -> list[Block]:
        """A label in the body, and the lines after it that are links."""
        found: list[Block] = []
        for index, label in enumerate(self._blocks):
            if label.kind == "text" and labels.fullmatch(label.text):
                links = list(takewhile(is_linked, self._blocks[index + 1 :]))
                found += [label, *links] if links else []
        return found

    @cached_property
    def _links(self) -> list[Block]:
        return self._below(_RELATED)

    @cached_property
    def _content(self) -> PeoplesDailyContent:
        own_links = set(self._pages)
        pagers = [block for block in self._blocks if is_pager(block, own_links)]
        if any("【2】" in block.text for block in pagers) and not own_links:
            raise PageError("pager not understood")
        left_out = [*pagers, *self._links, *self._below(_MORE)]
        lines = [block for block in self._blocks if block not in left_out]
        texts = [block.text for block in lines if block.kind == "text"]
        if _BESIDE.elements(self._container) or any(one.startswith("Copyright") for one in texts):
            raise PageError("body not closed")
        check_ended(self._container)
        return PeoplesDailyContent(self, self._container, lines, gallery=self.kind == "photo")

    @property
    def byline_text(self) -> str | None:
        return self._header["byline"] or self._content.byline

    @property
    def source_text(self) -> str | None:
        return self._header["source"] or self._content.source or self._content.outlet

    @property
    def editor_text(self) -> str | None:
        nodes = [*_EDITOR.elements(self.root), *_LINES.elements(self.root)]
        texts = [text_of(node) for node in nodes]
        lines = [
            match[0] if (match := _NAMED_IN.search(text)) else text
            for text in texts
            if _NAMED_IN.search(text) or is_editor_line(text)
        ]
        named = list(dict.fromkeys(line for line in lines if re.search(r"[:：]\s*\w", line)))
        if len(named) > 1:
            raise PageError("more than one editor line", " | ".join(named))
        return named[0] if named else self._content.editor

    @property
    def related(self) -> list[Related]:
        if self._links:
            return self.related_links([a for line in self._links for a in line.node.iter("a")])
        for label in _LABELS.elements(self.root):
            if not _RELATED.fullmatch(text_of(label)):
                continue
            inside = "ancestor::table[1]" if label.tag == "td" else _NEXT
            if anchors := label.xpath(f"{inside}//a[@href]"):
                return self.related_links(anchors)
        return []

    @property
    def continued(self) -> list[str]:
        own = identify(self.url, ADDRESSES)
        if own is None or not self._pages:
            return []
        numbered = {
            found.page: url for url in self._pages.values() if (found := identify(url, ADDRESSES))
        }
        last = max(numbered)
        form = numbered[last]
        return [
            re.sub(rf"-{last}(?=\.s?html?)", f"-{number}", form)
            for number in range(own.page + 1, last + 1)
        ]


def _widened(node: Element) -> Element:
    """The element around a date that prints the source, too: `(Xinhua) 09:00, May 3, 2013`."""
    around = node.getparent()
    if node.get("id") == "p_publishtime" and around is not None:
        line = line_of(around)
        if line != line_of(node) and is_header(line):
            return around
    return node
