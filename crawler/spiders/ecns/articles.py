"""Article pages of ECNS. Galleries and videos are taken to be printed on them, too."""

from __future__ import annotations

import re
from functools import cached_property

from lxml.etree import Comment

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Article, Related
from crawler.layouts.bodies import BodyPage
from crawler.layouts.pagers import linked_pages
from crawler.queries import PageError, Query, xpath
from crawler.spiders.ecns.addresses import ADDRESSES, KINDS, identified
from crawler.spiders.ecns.content import EcnsContent, is_furniture
from crawler.urls import identify, resolve

__all__ = ["Article2011", "Article2018"]

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:\s+\d{1,2}:\d\d(?::\d\d)?)?")
_EDITOR_FORM = r"(?:(?:Web|Copy|Chief|Executive|Responsible) ?)?Editors?\s*[:：].*"
_EDITOR = re.compile(_EDITOR_FORM, re.IGNORECASE)
# All in one line: `2017-01-11 09:29 Global Times Editor: NAME`.
_LINE = re.compile(
    rf"(?P<published>{_DATE.pattern})\s*(?P<source>.*?)\s*(?P<editor>{_EDITOR_FORM})?",
    re.IGNORECASE,
)
_CRUMB_MARKS = re.compile(r"\s+[/>»]\s*|\s*[/>»]\s+|[/>»]$|^[/>»]")
_UNREADABLE = re.compile(r"[\u0080-\u2dff\ufffd]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BODY, _BODY_START, _BODY_END = "正文分页", "正文分页开始", "正文分页结束"
_PLAYER = "新视频播放器"
# What a page says of itself: `<!--[886,1,301274] published at …` before the body of the old
# system (the second number is 1 for articles), `var wap_url = "…";` of the new one.
_OLD_ID = re.compile(r"\[\d+,1,(\d+)\] published at ")
_MOBILE = re.compile(r"^\s*var wap_url\s*=\s*[\"']([^\"']+)[\"']", re.MULTILINE)
_CLOSED = re.compile(r"</html\s*>", re.IGNORECASE)

_HEADLINE = Query("h1#contitle")
_CRUMBS = xpath("id('contitle')/preceding-sibling::h3[1]/span")
_DOWNINFO = Query("div.downinfo")
_HEADER_SPANS = xpath("./span[not(.//a[contains(@href, '/app/')])]")
_YANSE = Query("div#yanse")
# A pager that has something in it: links, a choice, a script, numbers.
_PAGER = xpath(
    ".//*[@id='function_code_page'][.//a or .//option or .//script or .//*[@onclick]"
    " or normalize-space(.) != '']"
)
_FILM = xpath(
    ".//video | .//iframe | .//object | .//embed | .//*[preceding-sibling::comment()[1]"
    f"[contains(., '{_PLAYER}') and contains(., 'start')]]"
)
# What stands around a headline and a body, and in them only where their end is missing.
_FOREIGN = xpath(
    ".//h1[@id='contitle'] | .//h3[contains(@class, 'itemtit')] | .//div[@id='yanse']"
    " | .//div[contains(@class, 'downinfo')] | .//div[contains(@class, 'foottip')]"
    " | .//ul[contains(@class, 'newslst') or contains(@class, 'picshowlist')]"
    " | .//div[contains(@class, 'picshowtit') or contains(@class, 'picshowins')]"
)
# The foot of the page; and what stands beside a body that was closed before its end: text, or what
# holds the text of a paragraph.
_FOOT = xpath("id('yanse')/following::*[contains(@class, 'foottip')]")
_COPYRIGHT = xpath("id('yanse')/following::*[starts-with(normalize-space(.), 'Copyright')]")
_AFTER = xpath(
    "id('yanse')/following-sibling::node()[self::text() or self::p or self::span or self::font"
    " or self::strong or self::b or self::em or self::i or self::table or self::center]"
    "[normalize-space(.) != '' and not(starts-with(normalize-space(.), 'Copyright'))]"
    "[not(@hidden or contains(translate(@style, 'DISPLAY: ', 'display:'), 'display:none'))]"
)
_RELATED = xpath(
    "//h3[starts-with(translate(normalize-space(.), 'RELATDNWS', 'relatdnws'), 'related news')]"
    "/following-sibling::*[1][self::ul]//li//a"
)


class _Article(BodyPage):
    """What both systems share."""

    def to_item(self) -> Article:
        # `</html>` is a tag that may be left out; the foot of the page is on all that were seen.
        text, layout = self.response.text.replace("\0", ""), type(self).__name__
        if not _CLOSED.search(text) and not self._has_foot:
            raise PageError("page cut short", layout=layout)
        if any(isinstance(after.tag, str) for after in self.root.itersiblings()):
            raise PageError("more than one page", layout=layout)
        own, named = identify(self.url, ADDRESSES), self._named
        if own and named and own.native not in named:
            raise PageError("another article's page", ", ".join(named), type(self).__name__)
        return super().to_item()

    @cached_property
    def _has_foot(self) -> bool:
        return bool(_FOOT.elements(self.root) or _COPYRIGHT.elements(self.root))

    @property
    def _named(self) -> list[str]:
        """Ids of the article that the page itself names."""
        comments = self.root.xpath("/html/head//comment() | /html/comment()")
        named = [match[1] for one in comments if (match := _OLD_ID.search(one.text or ""))]
        for script in self.root.iter("script"):
            for match in _MOBILE.finditer(script.text or ""):
                url = resolve(self.base, match[1])
                if url and (address := identify(url, ADDRESSES)):
                    named.append(address.native)
        return named

    @property
    def headline(self) -> str | None:
        found = _HEADLINE.elements(self.root)
        if len(found) != 1:
            raise PageError("no single headline", f"{len(found)} h1#contitle")
        if _FOREIGN.elements(found[0]):
            raise PageError("headline not closed")
        read = blocks(found[0], _is_link_to_chinese)
        return " ".join(block.text for block in read if block.kind == "text") or None

    @cached_property
    def _crumbs(self) -> list[str]:
        spans = _CRUMBS.elements(self.root)
        return [text for span in spans if (text := text_of(span))]

    @property
    def section_text(self) -> str | None:
        return " ".join(self._crumbs) or None

    @property
    def section(self) -> str | None:
        parts = _CRUMB_MARKS.split(" ".join(self._crumbs))
        names = [name for part in parts if (name := part.strip()) and name != "Home"]
        return names[-1] if names else None

    @cached_property
    def _header(self) -> dict[str, str | None]:
        """Date, source and editor line, printed one after the other, each in a span."""
        found = _DOWNINFO.elements(self.root)
        if len(found) != 1:
            raise PageError("no single header", f"{len(found)} div.downinfo")
        spans = _HEADER_SPANS.elements(found[0])
        parts = [text for span in spans if (text := text_of(span))] or [text_of(found[0])]
        if len(parts) == 1 and (match := _LINE.fullmatch(parts[0])):
            return {name: value or None for name, value in match.groupdict().items()}
        published, *others = parts
        editors = [text for text in others if _EDITOR.fullmatch(text)]
        sources = [text for text in others if text not in editors]
        if not _DATE.fullmatch(published) or len(editors) > 1 or len(sources) > 1:
            raise PageError("header not understood", " | ".join(parts))
        return {
            "published": published,
            "source": sources[0] if sources else None,
            "editor": editors[0] if editors else None,
        }

    @property
    def published_text(self) -> str | None:
        return self._header["published"]

    @property
    def source_text(self) -> str | None:
        return self._header["source"] or self._content.source

    @property
    def editor_text(self) -> str | None:
        return self._header["editor"] or self._content.editor

    @cached_property
    def _yanse(self) -> Element:
        found = _YANSE.elements(self.root)
        if len(found) != 1:
            raise PageError("no single body", f"{len(found)} div#yanse")
        if _FOREIGN.elements(found[0]):
            raise PageError("body not closed")
        slots = self.root.xpath("//*[@id='function_code_page']")
        if any(not slot.xpath("ancestor::div[@id='yanse']") for slot in slots):
            raise PageError("body closed early")
        return found[0]

    @cached_property
    def _blocks(self) -> list[Block]:
        return blocks(self._yanse, is_furniture)

    @cached_property
    def _content(self) -> EcnsContent:
        own = identify(self.url, ADDRESSES)
        folder = own.section.split("/")[0] if own else ""
        return EcnsContent(self, self._yanse, self._blocks, gallery=KINDS.get(folder) == "photo")

    @property
    def byline_text(self) -> str | None:
        return self._content.byline

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.images or self._has_player)

    @property
    def _has_player(self) -> bool:
        """Whether the body holds a film: a video page may print nothing else."""
        return bool(_FILM.elements(self._yanse))

    @property
    def related(self) -> list[Related]:
        return self.related_links(_RELATED.elements(self.root))

    @property
    def continued(self) -> list[str]:
        linked = linked_pages(self, identified, self._yanse.iter("a"))
        if not linked.known and _PAGER.elements(self._yanse):
            raise PageError("pager not understood")
        return linked.after("-p{n}.shtml")


class Article2018(_Article):
    """The system with `detail-i…` addresses: two comments mark where the body begins and ends."""

    marker = xpath(f"//div[@id='yanse'][comment()[contains(., '{_BODY_START}')]][id('contitle')]")

    @cached_property
    def _blocks(self) -> list[Block]:
        read = blocks(self._yanse, is_furniture, lambda comment: _BODY in comment)
        marks = [(i, b.text) for i, b in enumerate(read) if b.kind == "comment" and _BODY in b.text]
        if [text for _, text in marks] != [_BODY_START, _BODY_END]:
            raise PageError("marks of the body not understood", f"{len(marks)} marks")
        return read[marks[0][0] : marks[1][0]]


class Article2011(_Article):
    """The system with numeric addresses: the body is all of `div#yanse`."""

    marker = xpath(f"//div[@id='yanse'][not(.//comment()[contains(., '{_BODY}')])][id('contitle')]")

    @property
    def body(self) -> list[str]:
        # No mark says where the body ends: what follows it has to. Marks that cannot be read, since
        # the page was encoded twice, are none that are not there.
        if any(_UNREADABLE.search(comment.text or "") for comment in self._yanse.iter(Comment)):
            raise PageError("marks of the body not understood")
        if not self._has_foot:
            raise PageError("end of the body not seen")
        if _AFTER.elements(self.root):
            raise PageError("body closed early")
        return super().body


def _is_link_to_chinese(node: Element) -> bool:
    """The template has a place in the headline for a link to the Chinese text."""
    words = "".join(node.itertext()) if node.tag == "a" else ""
    return bool(_CHINESE.search(words)) and not re.search("[A-Za-z]", words)
