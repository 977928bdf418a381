"""What a page prints, found without the project's readers."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from lxml import etree

__all__ = [
    "PLACES",
    "SHOWN",
    "bare",
    "printed_lines",
    "shown_by_html_parser",
    "shown_by_libxml2",
    "stands",
    "texts_of",
    "unprinted",
]

SHOWN = "text"
PLACES = (SHOWN, "title", "attributes", "scripts", "comments")
"""Where a page prints something."""
Places = Mapping[str, frozenset[str]]
NOWHERE: Places = {}
_UNSHOWN = frozenset(
    "script style noscript template iframe object svg select textarea title".split()
)
_VOID = frozenset("br img hr input meta link area base col embed source track wbr param".split())
_UNSEEN = dict.fromkeys({*range(32)} - {9, 10, 12, 13, 27})
_END_TAG = re.compile(r"</(title|script|style|textarea)\s[^>]*>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_GONE = dict.fromkeys([*map(ord, "\u200b\u2060\ufeff\u00ad"), *range(32), 127])


class _Shown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: dict[str, list[str]] = {name: [] for name in PLACES}
        self._unshown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for _, value in attrs:
            self.words["attributes"] += _forms(value)
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
            self.words[SHOWN].append(data)
        elif self._unshown[-1] == "script":
            self.words["scripts"] += _forms(data)
        elif self._unshown[-1] == "title":
            self.words["title"].append(data)

    def handle_comment(self, data: str) -> None:
        self.words["comments"] += _forms(data)


def bare(text: str) -> str:
    return "".join(text.translate(_GONE).split())


def texts_of(body: bytes) -> list[str]:
    """The page in the encodings it may be in: one spoilt byte does not tell which. Characters that
    nobody sees are left out, and an end tag goes to its first `>`, as the standard has it."""
    wide = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if wide else ("utf-8", "gb18030")
    texts = [body.decode(encoding, "replace").translate(_UNSEEN) for encoding in encodings]
    return [_END_TAG.sub(r"</\1>", text) for text in texts]


def shown_by_html_parser(text: str) -> dict[str, str]:
    parser = _Shown()
    parser.feed(text.replace("\x00", ""))
    parser.close()
    return {name: bare("".join(words)) for name, words in parser.words.items()}


def shown_by_libxml2(text: str) -> dict[str, str]:
    page = "".join(c for c in text if c.isprintable() or c.isspace()).encode("utf-8", "replace")
    root = etree.fromstring(page, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    if root is None:
        return dict.fromkeys(PLACES, "")
    unshown = " or ".join(f"ancestor::{tag}" for tag in _UNSHOWN)
    found = {
        SHOWN: root.xpath(f"//text()[not({unshown})]"),
        "title": root.xpath("//title//text()"),
        "attributes": [form for value in root.xpath("//@*") for form in _forms(value)],
        "scripts": [form for one in root.xpath("//script/text()") for form in _forms(one)],
        "comments": [form for one in root.xpath("//comment()") for form in _forms(one.text)],
    }
    return {name: bare("".join(words)) for name, words in found.items()}


def _forms(text: str | None) -> list[str]:
    """What a string that is no text of the page may print: itself, and as JSON or markup."""
    said = _ESCAPE.sub(_unescaped, text or "")
    return [text or "", html.unescape(said), html.unescape(_TAG.sub("", said)), "\n"]


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return {"n": "\n", "r": "\r", "t": "\t"}.get(escape[2], escape[2])


def printed_lines(record: dict[str, Any]) -> list[tuple[str, str]]:
    """What is printed of an article, each line with its field."""
    images = [part for i in record["images"] for part in (i["caption"], i["credit"])]
    names = ("headline", "section_text", "published_text", "source_text", "editor_text")
    lines = [(name, record[name]) for name in (*names, "byline_text")]
    lines += [("body", line) for line in record["body"]]
    lines += [("images", part) for part in images]
    lines += [("related", one["headline"]) for one in record["related"]]
    return [(name, line) for name, line in lines if line]


def unprinted(record: dict[str, Any], shown: dict[str, str], places: Places = NOWHERE) -> list[str]:
    """Field and line of what is printed neither in the text of the page nor in those of its other
    `places` that the field may be read from; empty where all is. The words of a caption may come
    from several lines, and a headline may leave some out."""
    for name, line in printed_lines(record):
        texts = [shown[SHOWN], *(shown[place] for place in places.get(name, ()))]
        if not any(stands(name, line, text) for text in texts):
            return [name, line]
    return []


def stands(name: str, line: str, text: str) -> bool:
    """Whether a line of a field stands in `text`, or all its words do."""
    if bare(line) in text:
        return True
    return name != "body" and all(bare(word).strip(",") in text for word in line.split())
