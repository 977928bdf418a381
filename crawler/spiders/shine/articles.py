"""Article pages of SHINE, read by the lines that they print."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Article, Image
from crawler.layouts.whole import check_closed, check_single, with_closed_headline
from crawler.pages import ArticlePage
from crawler.queries import PageError, css, xpath
from crawler.spiders.shine.listings import ARTICLE
from crawler.urls import resolve

__all__ = ["Article2017"]

_NAME = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,3}")
_CLOCK = re.compile(
    rf"(?:(?P<writer>{_NAME.pattern})\s+)?"
    r"(?P<stamp>\d{1,2}:\d\d UTC\+8, \d{4}-\d\d-\d\d)(?:\s+\d+)?"
)
_END = re.compile(r"(?P<source>Source:\s*(?:(?!Editor:).)+?)(?:\s*(?P<editor>Editor:\s*.+))?")
_FOLDERS = re.compile(r"[A-Z][\w&' ]* / [A-Z][\w&' ]*")
_CREDIT = re.compile(
    r"[^\W\d_][\w.'’ -]{1,60}? ?/ ?[A-Z][\w.'’ -]{1,40}|(?:Ti Gong|Imaginechina|Xinhua|AFP|Reuters"
    r"|SHINE|CFP|IC|HelloRF)"
)
_FRAME = re.compile(r"(?:^|[-_ ])(?:fig(?:ure)?|caption|photo|picture)s?(?:$|[-_ ])", re.IGNORECASE)
_TEXTUAL = frozenset("p h2 h3 h4 h5 h6 li blockquote td th figcaption figure".split())


@dataclass(slots=True)
class _Story:
    """What stands between the date and the source."""

    body: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)


class Article2017(ArticlePage):
    """An article, by what it prints. Second hand: the texts of three pages, of 2021 to 2024; no
    markup was seen."""

    proven = False
    marker = xpath(f"//body[{ARTICLE}]")
    headline = css("h1")

    def to_item(self) -> Article:
        check_closed(self)
        check_single(self)
        return with_closed_headline(super().to_item())

    @cached_property
    def _parts(self) -> tuple[list[Block], re.Match[str], list[Block], re.Match[str]]:
        """What is before the date, the date, the text, and the source, from the headline on."""
        heads = self.root.xpath("//h1")
        if len(heads) != 1:
            raise PageError("no single headline", f"{len(heads)} h1")
        around = heads[0].getparent()
        read: list[Block] = []
        while around is not None:
            read = [block for block in blocks(around) if block.kind != "comment"]
            if any(_END.fullmatch(block.text) for block in read):
                break
            around = around.getparent()
        at = [i for i, block in enumerate(read) if block.node is heads[0]]
        rest = read[at[-1] + 1 :] if at else []
        # Writer and date may be printed twice, above and below the summary.
        clocks = {i: match for i, b in enumerate(rest) if (match := _CLOCK.fullmatch(b.text))}
        stamps = {match["stamp"] for match in clocks.values()}
        start = max(clocks, default=0)
        ends = [i for i, block in enumerate(rest) if _END.fullmatch(block.text)]
        if len(stamps) != 1 or len(ends) != 1 or start > ends[0]:
            raise PageError("header not understood", f"{len(stamps)} dates, {len(ends)} sources")
        last = [block.text for block in rest[ends[0] : ends[0] + 2] if block.kind == "text"]
        line = " ".join(last[: 2 if last[-1].startswith("Editor:") else 1])
        end = _END.fullmatch(line)
        assert end
        return rest[:start], clocks[start], rest[start + 1 : ends[0]], end

    @property
    def section_text(self) -> str | None:
        # The nearest line of folders before the headline that links to folders only.
        for node in self.root.xpath("//h1/preceding::*[.//a[@href]]")[::-1]:
            text = text_of(node)
            if len(text) < 60 and _FOLDERS.fullmatch(text):
                return text
        return None

    @property
    def section(self) -> str | None:
        printed = self.section_text
        return printed.rsplit(" / ", 1)[1] if printed else None

    @property
    def published_text(self) -> str | None:
        return self._parts[1]["stamp"]

    @property
    def source_text(self) -> str | None:
        return self._parts[3]["source"].strip()

    @property
    def editor_text(self) -> str | None:
        return self._parts[3]["editor"]

    @cached_property
    def _head(self) -> tuple[list[str], list[str]]:
        """Writers, who have a page of their name, and what else stands above the date."""
        writers, others = [], []
        texts = [block for block in self._parts[0] if block.kind == "text"]
        after = [*(block.text for block in texts[1:]), self._parts[1][0]]
        for block, following in zip(texts, after, strict=False):
            named = [a for a in block.node.iter("a") if _is_writer(a.get("href"), text_of(a))]
            if named and block.text.split() == " ".join(map(text_of, named)).split():
                writers += [text_of(anchor) for anchor in named]
            elif block.text.startswith("By ") or (
                _NAME.fullmatch(block.text)
                and (following == block.text or _CLOCK.fullmatch(following))
            ):
                writers.append(block.text)
            elif clock := _CLOCK.fullmatch(block.text):
                writers += [clock["writer"]] if clock["writer"] else []
            else:
                others.append(block.text)
        writers += [self._parts[1]["writer"]] if self._parts[1]["writer"] else []
        return list(dict.fromkeys(writers)), list(dict.fromkeys(others))

    @property
    def byline_text(self) -> str | None:
        return ", ".join(self._head[0]) or None

    @property
    def subheadline(self) -> str | None:
        if len(self._head[1]) > 1:
            raise PageError("header not understood", " | ".join(self._head[1])[:200])
        return next(iter(self._head[1]), None)

    @cached_property
    def _story(self) -> _Story:
        story, read = _Story(), self._parts[2]
        if read and read[0].kind == "text" and read[0].text.isdecimal():
            read = read[1:]  # the number of comments
        if read and read[0].text and read[0].text == self.subheadline:
            read = read[1:]
        loose = [i for i, b in enumerate(read) if self._is_credit(read, i) and not _framed(b.node)]
        framed = {i for i, b in enumerate(read) if b.kind == "text" and _framed(b.node)}
        told = framed | {at for i in loose for at in (i, i + 1)}
        bare = [i for i in range(1, len(read)) if self._is_bare(read[i - 1], read[i], i in told)]
        if bare or (loose and any(b.kind == "text" and i not in told for i, b in enumerate(read))):
            raise PageError("captions not told from text", read[(bare + loose)[0]].text)
        for at, block in enumerate(read):
            if block.kind == "image":
                source = block.node.get("data-original") or block.node.get("src") or ""
                story.images.append(Image(url=resolve(self.base, source)))
            elif at not in told:
                if block.node.tag not in _TEXTUAL:
                    raise PageError("text outside paragraphs", block.text[:100])
                story.body.append(block.text)
            elif not story.images:
                raise PageError("caption without a picture", block.text[:100])
            elif _CREDIT.fullmatch(block.text):
                story.images[-1].credit = story.images[-1].credit or block.text
            else:
                caption = (story.images[-1].caption, block.text)
                story.images[-1].caption = " ".join(filter(None, caption))
        return story

    @staticmethod
    def _is_bare(before: Block, line: Block, told: bool) -> bool:
        """Whether a line comes right after a picture without a frame, and may be its caption."""
        pair = (before.kind, line.kind) == ("image", "text")
        return pair and not told and not _framed(before.node)

    def _is_credit(self, read: list[Block], at: int) -> bool:
        return bool(at and read[at - 1].kind == "image" and _CREDIT.fullmatch(read[at].text or ""))

    @property
    def body(self) -> list[str]:
        return self._story.body

    @property
    def images(self) -> list[Image]:
        return self._story.images


def _is_writer(href: str | None, name: str) -> bool:
    """Whether a link leads to the page of the person it names."""
    folder = re.fullmatch(r"(?:(?:https?:)?//(?:www\.)?shine\.cn)?/([a-z]+)/?", href or "")
    return bool(folder) and folder[1] == re.sub(r"[^a-z]", "", name.lower())  # type: ignore[index]


def _framed(node: Element) -> bool:
    """Whether a line stands in the frame of one picture."""
    while node is not None and len(node.xpath(".//img")) < 2 and not node.xpath(".//h1"):
        if node.tag in ("figure", "figcaption") or _FRAME.search(node.get("class") or ""):
            return True
        node = node.getparent()
    return False
