"""Article pages of Sixth Tone: what they print, from the JSON that they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from lxml import etree

from crawler.blocks import Block, Element, blocks
from crawler.content import Content
from crawler.items import Image, Related
from crawler.jsontree import tree_of
from crawler.pages import ArticlePage
from crawler.queries import PageError, xpath
from crawler.spiders.sixthtone.addresses import ADDRESSES, HOME
from crawler.spiders.sixthtone.listings import row_of
from crawler.text import collapse
from crawler.urls import identify, resolve

__all__ = ["Article2023"]

_HEADER_IMAGE = re.compile(
    r"[(\[]?(?P<credit>Header (?:image|photo|illustration|video)s?\s*:\s*[^()\[\]]{2,160})"
    r"[)\]]?\.?",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"(?:(?:Contributions?|Additional (?:reporting|research)|Translators?|Translated by|Editors?"
    r"|Edited by|Portrait artists?|Visuals?|Interpreters?)\s*:\s*[^.:;]{2,120}[.;]?\s*){1,4}",
    re.IGNORECASE,
)
_EDITORS = re.compile(r"(?:^|(?<=[;.] ))Editors?\s*:\s*[^.:;]+", re.IGNORECASE)
# `…, May 1, 2019. Zhou Quan/People Visual`, `Zhou Quan for Sixth Tone`
_UNBRACKETED = re.compile(
    r"(?P<caption>.+[.!?”\"])\s+"
    r"(?P<credit>[A-Z][^.!?/]{1,60}(?:/[A-Z][^.!?]{1,60}| for Sixth Tone))\.?"
)

_YEAR = re.compile(r"\b20\d\d\b")
_DATA = xpath(
    "//script[@id='__NEXT_DATA__'][contains(., '\"detailData\"')][contains(., '\"content\"')]"
)


class Article2023(ArticlePage):
    """An article of today's site, read from its JSON. Second hand: SeventhTone, and an importer of
    feeds; no page was seen."""

    proven = False
    marker = _DATA

    @cached_property
    def _data(self) -> Element:
        try:
            script = _DATA.elements(self.root)[0]
            root = tree_of(script.text or "")
        except ValueError as error:
            raise PageError("broken JSON", str(error)) from error
        detail = root.find("props/pageProps/detailData")
        data = detail.find("data") if detail is not None else None
        code = collapse(detail.findtext("code") or "") if detail is not None else ""
        if data is None or not len(data) or code not in ("", "200"):
            raise PageError("no article", f"code {code}")
        own, told = identify(self.url, ADDRESSES), collapse(data.findtext("contId") or "")
        if own and own.native != told:
            raise PageError("another article's page", told)
        return data

    def _text(self, name: str) -> str | None:
        return collapse(self._data.findtext(name) or "") or None

    @property
    def kind(self) -> str | None:
        if self.body or not self._has_video:
            return None
        return "video"

    @property
    def _has_video(self) -> bool:
        return self._data.find("videoList/item") is not None

    @property
    def has_content(self) -> bool:
        return bool(self.body or self.images or self._has_video)

    @property
    def headline(self) -> str | None:
        return self._text("name")

    @property
    def subheadline(self) -> str | None:
        return self._text("summary")

    @property
    def section_text(self) -> str | None:
        return self._text("nodeInfo/name")

    section = section_text

    @property
    def published_text(self) -> str | None:
        # What is printed; for what is hours old that may be an age, and the moment is in the JSON.
        printed, told = self._text("pubTime"), self._text("publishTime")
        return printed if printed and (told is None or _YEAR.search(printed)) else told

    @property
    def byline_text(self) -> str | None:
        return ", ".join(self._names("authorList")) or self._content.byline

    @property
    def keywords(self) -> list[str]:
        return self._names("topicList")

    def _names(self, field: str) -> list[str]:
        named = (
            collapse(item.findtext("name") or "") for item in self._data.findall(f"{field}/item")
        )
        return list(dict.fromkeys(filter(None, named)))

    @cached_property
    def _lines(self) -> tuple[Element, list[Block], list[str]]:
        """The content, its blocks, and the lines about people and the head's picture."""
        parser = etree.HTMLParser(encoding="utf-8", no_network=True)
        html = self._data.findtext("content") or ""
        root = etree.fromstring(f"<div>{html}</div>".encode("utf-8", "replace"), parser)
        self._put_pictures(root)
        kept, aside = [], []
        for block in blocks(root):
            line = block.text if block.kind == "text" else ""
            if _HEADER_IMAGE.fullmatch(line) or _PEOPLE.fullmatch(line):
                aside.append(line)
            else:
                kept.append(block)
        return root, kept, aside

    def _put_pictures(self, root: Element) -> None:
        pictures = self._data.findall("textImageList/item")
        for place in root.xpath(
            ".//*[contains(concat(' ', normalize-space(@class), ' '), ' illustrationWrap ')]"
        ):
            number = collapse(place.get("data-index") or "")
            if not number.isdecimal() or int(number) >= len(pictures):
                raise PageError("picture not found", f"{number} of {len(pictures)}")
            picture = pictures[int(number)]
            for child in list(place):
                place.remove(child)
            place.tag, place.text = "figure", None
            etree.SubElement(place, "img", src=collapse(picture.findtext("url") or ""))
            etree.SubElement(place, "figcaption").text = picture.findtext("desc")

    @cached_property
    def _content(self) -> Content:
        root, kept, _ = self._lines
        return Content(self, root, kept)

    @property
    def body(self) -> list[str]:
        return self._content.body

    @property
    def images(self) -> list[Image]:
        found = [*self._head_picture(), *self._content.images, *self._atlas()]
        return [_credited(image) for image in found]

    def _head_picture(self) -> Iterator[Image]:
        matches = (_HEADER_IMAGE.fullmatch(line) for line in self._lines[2])
        credit = next((match["credit"].rstrip() for match in matches if match), None)
        url = resolve(HOME, self._text("headPic") or "")
        if url or credit:
            yield Image(url=url, credit=credit)

    def _atlas(self) -> Iterator[Image]:
        for item in self._data.findall("atlasList//item[url]"):
            url, caption = item.findtext("url") or "", collapse(item.findtext("desc") or "")
            yield Image(url=resolve(HOME, url), caption=caption or None)

    @property
    def editor_text(self) -> str | None:
        matches = (_EDITORS.search(line) for line in self._lines[2])
        return next((match[0].strip() for match in matches if match), self._content.editor)

    @property
    def source_text(self) -> str | None:
        return self._content.source

    @property
    def related(self) -> list[Related]:
        rows = map(row_of, self._data.findall("relateConts/item[contId][name]"))
        return [Related(headline=row.headline, url=row.url) for row in rows if row.url]


def _credited(image: Image) -> Image:
    match = _UNBRACKETED.fullmatch(image.caption or "")
    if match is None or image.credit:
        return image
    return replace(image, caption=match["caption"], credit=match["credit"].strip())
