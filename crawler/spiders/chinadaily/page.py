"""What article pages of China Daily share, whatever their layout."""

from __future__ import annotations

import re
from functools import cached_property

from crawler.blocks import Element, text_of
from crawler.items import Article, Related
from crawler.layouts.bodies import BodyPage
from crawler.layouts.founder import properties_in
from crawler.layouts.pagers import linked_pages
from crawler.layouts.whole import check_closed, check_ended, check_single, with_closed_headline
from crawler.queries import PageError, xpath
from crawler.spiders.chinadaily.addresses import ADDRESSES, identified
from crawler.spiders.chinadaily.content import ChinaDailyContent
from crawler.spiders.chinadaily.header import Header
from crawler.text import collapse
from crawler.urls import identify, resolve

__all__ = ["ChinaDailyPage", "has_class"]

_COPYRIGHT = re.compile(r"Copyright\s*(?:©|\(c\)|\d{4})", re.IGNORECASE)
_KEYWORD_MARKS = re.compile(r"\s*[,，;；、|]\s*")
_TOTAL = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")
_NUMBER = re.compile(r"_\d+(?=\.html?$)")


def has_class(name: str, node: str = "*") -> str:
    """XPath test for elements of a class."""
    return f"{node}[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


_FOREIGN = xpath(
    ".//meta[@name or @property] | .//*[@id='bread-nav' or @id='bread-nav1' or @id='mobileView']"
    f" | .//{has_class('info_l')} | .//{has_class('mobile-foot')} | .//{has_class('dibu-three')}"
    f" | .//{has_class('photo_page_bt_art')} | .//{has_class('rgt_art')}"
)
_PAGERS = xpath(f"//*[@id='div_currpage' or @id='displaypagenum'] | //{has_class('selectpage')}")
_LISTS = xpath("//ul[.//a[@href]] | //div[.//a[@href]]")
_RELATED = re.compile(r"Related(?: (?:news|stories|readings?|articles))?\W*", re.IGNORECASE)
_FILM = xpath(".//video | .//iframe | .//object | .//embed | .//*[@id='playerFrame']")


class ChinaDailyPage(BodyPage):
    """An article's page; a layout says where headline, header and body are."""

    required = ("headline",)
    gallery = False

    def to_item(self) -> Article:
        layout = type(self).__name__
        check_closed(self)
        check_single(self)
        own, named = identify(self.url, ADDRESSES), self._named
        if own and named and own.native[:2] == named[:2] and own.native != named:
            raise PageError("another article's page", named, layout)
        item = with_closed_headline(super().to_item())
        if not (item.published_text or item.updated_text):
            raise PageError("no published_text", layout=layout)
        return item

    # What a layout says

    @cached_property
    def _header(self) -> Header:
        raise NotImplementedError

    @cached_property
    def _container(self) -> Element:
        """The element of the body."""
        found = self.root.xpath("//*[@id='Content']")
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} #Content")
        return found[0]

    # What follows

    def _meta(self, name: str) -> str | None:
        """What the head says under `name`."""
        found = {
            text
            for node in self.root.iter("meta")
            if (node.get("name") or "").lower() == name
            and (text := collapse(node.get("content") or ""))
        }
        if len(found) > 1:
            raise PageError(f"more than one {name}", " | ".join(sorted(found)))
        return found.pop() if found else None

    @property
    def _named(self) -> str | None:
        """The id that the page says it has."""
        named = self._meta("contentid")
        if named:
            return named if named.startswith("WS") else None
        for node in self.root.iter("meta"):
            # It is relative at times, and then no address at all.
            if node.get("property") == "og:url" and "//" in (node.get("content") or ""):
                address = identify(resolve(self.base, node.get("content")) or "", ADDRESSES)
                return address.native if address else None
        return None

    @cached_property
    def _content(self) -> ChinaDailyContent:
        if _FOREIGN.elements(self._container):
            raise PageError("body not closed")
        if _goes_on(self._container):
            raise PageError("body closed early")
        check_ended(self._container)
        lists = frozenset(self._related)
        content = ChinaDailyContent(self, self._container, skip=lists, gallery=self.gallery)
        if any(map(_COPYRIGHT.match, content.body)):
            raise PageError("body not closed", "the foot of the page")
        return content

    @cached_property
    def _related(self) -> list[Element]:
        """Lists of links right below a label."""
        pairs = [(node.getprevious(), node) for node in _LISTS.elements(self.root)]
        return [
            node
            for label, node in pairs
            if label is not None
            and isinstance(label.tag, str)
            and label.tag != "a"
            and _RELATED.fullmatch(text_of(label))
        ]

    @property
    def byline_text(self) -> str | None:
        return self._header.byline or self._content.byline

    @property
    def source_text(self) -> str | None:
        return self._header.source or self._content.source or self._content.slug

    @property
    def editor_text(self) -> str | None:
        return self._content.editor

    @property
    def published_text(self) -> str | None:
        return self._header.published

    @property
    def updated_text(self) -> str | None:
        return self._header.updated

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.images or _FILM.elements(self._container))

    @property
    def related(self) -> list[Related]:
        anchors = [anchor for node in self._related for anchor in node.iter("a")]
        return self.related_links([*anchors, *self._content.related])

    @staticmethod
    def split_keywords(text: str | None) -> list[str]:
        return list(dict.fromkeys(filter(None, _KEYWORD_MARKS.split(text or ""))))

    @cached_property
    def _properties(self) -> dict[str, str]:
        """What the older system says of the article in a comment, by name; empty where it says
        nothing."""
        said = properties_in(self.root)
        if any(one != said[0] for one in said):
            raise PageError("no single comment of facts", f"{len(said)} enpproperty")
        return said[0] if said else {}

    @property
    def continued(self) -> list[str]:
        linked = linked_pages(self, identified)
        last, form = linked.last, linked.form
        for pager in _PAGERS.elements(self.root):
            # `1/6` on narrow screens, where only the next page is linked.
            total = _TOTAL.search("".join(pager.itertext()))
            last = max(last, int(total[2])) if total else last
            if not linked.known and pager.xpath(".//a[@href]"):
                raise PageError("pager not understood")
        if last > linked.own and not form:
            raise PageError("pager not understood", f"{linked.own} of {last}")
        return [_NUMBER.sub(f"_{number}", form) for number in range(linked.own + 1, last + 1)]


def _goes_on(container: Element) -> bool:
    """Whether paragraphs stand right behind the body, which was closed too early then."""
    if (container.tail or "").strip():
        return True
    for node in container.itersiblings():
        if node.tag == "div":
            return False
        plain = node.tag == "p" and not node.get("class") and not node.get("id")
        if node.tag == "figure" or (plain and text_of(node)) or (node.tail or "").strip():
            return True
    return False
