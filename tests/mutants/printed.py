"""What a page prints, found without the project's readers."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from lxml import etree

__all__ = [
    "bare",
    "printed_lines",
    "shown_by_html_parser",
    "shown_by_libxml2",
    "texts_of",
    "unprinted",
]

_UNSHOWN = frozenset(
    "script style noscript template iframe object svg select textarea title".split()
)
_VOID = frozenset("br img hr input meta link area base col embed source track wbr param".split())
_UNSEEN = dict.fromkeys({*range(32)} - {9, 10, 12, 13, 27})
_END_TAG = re.compile(r"</(title|script|style|textarea)\s[^>]*>", re.IGNORECASE)
_GONE = dict.fromkeys([*map(ord, "\u200b\u2060\ufeff\u00ad"), *range(32), 127])


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unshown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        style = (dict(attrs).get("style") or "").replace(" ", "").lower()
        hidden = "display:none" in style or "hidden" in dict(attrs)
        if tag not in _VOID and (self._unshown or hidden or tag in _UNSHOWN):
            self._unshown.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unshown:
            while self._unshown.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self.words.append(data)


def bare(text: str) -> str:
    return "".join(text.translate(_GONE).split())


def texts_of(body: bytes) -> list[str]:
    """The page in the encodings it may be in: one spoilt byte does not tell which. Characters that
    nobody sees are left out, and an end tag goes to its first `>`, as the standard has it."""
    wide = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if wide else ("utf-8", "gb18030")
    texts = [body.decode(encoding, "replace").translate(_UNSEEN) for encoding in encodings]
    return [_END_TAG.sub(r"</\1>", text) for text in texts]


def shown_by_html_parser(text: str) -> str:
    parser = _Shown()
    parser.feed(text.replace("\x00", ""))
    parser.close()
    return bare("".join(parser.words))


def shown_by_libxml2(text: str) -> str:
    page = "".join(c for c in text if c.isprintable() or c.isspace()).encode("utf-8", "replace")
    root = etree.fromstring(page, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    unshown = " or ".join(f"ancestor::{tag}" for tag in _UNSHOWN)
    return "" if root is None else bare("".join(root.xpath(f"//text()[not({unshown})]")))


def printed_lines(record: dict[str, Any]) -> list[str]:
    images = [part for i in record["images"] for part in (i["caption"], i["credit"])]
    related = [one["headline"] for one in record["related"]]
    names = ("headline", "section_text", "published_text", "source_text", "editor_text")
    lines = [record[name] for name in (*names, "byline_text")]
    return [line for line in (*lines, *record["body"], *images, *related) if line]


def unprinted(record: dict[str, Any], shown: str) -> str:
    """A line of `record` that is not printed; empty where all are. The words of a caption may come
    from several lines, and a headline may leave some out."""
    for line in printed_lines(record):
        if bare(line) in shown:
            continue
        if line in record["body"] or not all(bare(word) in shown for word in line.split()):
            return line
    return ""
