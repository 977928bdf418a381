"""From the bytes of a page to its tree: in which encoding they are, and what is not parsed at all."""

from __future__ import annotations

import re

from lxml import etree
from scrapy.http import Response, TextResponse
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from crawler.blocks import Element
from crawler.jsontree import is_json, tree_of
from crawler.queries import PageError
from crawler.text import collapse, printable

__all__ = ["decoded", "parse"]

_GB = "gb18030"
_BESIDE_GB = {_GB, "utf-8", "cp1252"}
_FOUR = rb"(?:[\x81-\xfe][\x30-\x39]){2}"
_GB_PAIRS = re.compile(rb"(?:[\x00-\x7f]++|[\xa1-\xf7][\xa1-\xfe]|" + _FOUR + rb")*+")
# The pairs of GBK, with those whose second byte is one of ASCII. Alone, and beside a letter, such a
# pair may be two letters of Latin-1: `és`.
_HIGH = rb"(?:[\x81-\xfe][\x80-\xfe]|" + _FOUR + rb")"
_LOW = rb"[\x81-\xfe][\x40-\x7e]"
_GBK_PAIRS = re.compile(
    rb"(?:[\x00-\x7f]++|(?:" + _LOW + rb")?" + _HIGH + rb"(?:" + _HIGH + rb"|" + _LOW + rb")*+"
    rb"|(?:" + _LOW + rb"){2}(?:" + _HIGH + rb"|" + _LOW + rb")*+"
    rb"|(?<![A-Za-z])" + _LOW + rb"(?![A-Za-z]))*+"
)
_ANY_HIGH = re.compile(_HIGH)
# Two bytes of GB 18030 that Python reads as private use (3.11, the table of the year 2000), as
# browsers read them: https://encoding.spec.whatwg.org/index-gb18030.txt of 2024-09-18. It is the
# table of GB 18030-2022, but for A3 A0, which pages have for a wide blank.
_MEANT = dict(
    zip(
        "\ue5e5\ue7c7\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796"
        "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        "\u3000\u1e3f\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19"
        "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
        strict=True,
    )
)
_PRIVATE = re.compile("[\ue5e5\ue78d-\ue796\ue7c7\ue81e-\ue864]")
_HALVES = re.compile(
    rb"&#(?:x([Dd][89ABab][0-9A-Fa-f]{2})|(5[56][0-9]{3}));"
    rb"&#(?:x([Dd][C-Fc-f][0-9A-Fa-f]{2})|(5[67][0-9]{3}));"
)
# What no reader sees; not ESC, SO and SI, which announce another encoding and are refused.
_UNSEEN = bytes({*range(9), *range(0x10, 0x1B), *range(0x1C, 0x20), 0x7F})
_FEEDS = bytes.maketrans(b"\x0b\x0c", b"  ")
_FEED = re.compile(rb"<(?:rss|urlset|sitemapindex|feed)[\s>]")
_SITEMAP = re.compile(r"(?:\{[^}]*\})?(?:urlset|sitemapindex)$")
_ATTRIBUTE = rb"[\s/]++[^\s/>=]++(?:\s*+=\s*+(?:'[^']*+'|\"[^\"]*+\"|[^\s>]*+))?+"
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TAG = re.compile(rb"<[a-zA-Z][^\s/>]*+(?:" + _ATTRIBUTE + rb")*+")
_MOST_ATTRIBUTES = 200
"""More in one tag are not parsed: libxml2 2.14 takes minutes for 200,000."""
_DEEPEST = 1000
"""A page deeper at its end is not read: libxml2 2.14 leaves out all after level 2,048."""
_BOM, _WIDE = b"\xef\xbb\xbf", ("utf-16", "utf-32")
_NO_BROWSERS = frozenset(
    "base64 bz2 hex idna punycode quopri raw_unicode_escape rot13 unicode_escape utf_7 uu zlib".split()
)
"""Encodings that Python knows and pages are not in."""


def parse(response: TextResponse) -> Element:
    """The root of the parsed page, `None` if there is none.

    A feed or sitemap is parsed as XML whatever content type it is served with; entities are not
    expanded and nothing is fetched. JSON is a tree of elements (`crawler.jsontree`).
    (`response.selector` is not used: it and the response refer to each other, so that every page
    would stay in memory until the garbage collector comes by.)
    """
    if _FEED.search(response.body[:2000]):
        return _parsed_xml(response)
    if not response.body[:200].lstrip(_BOM + b" \t\r\n").startswith(b"<"):
        text = _text(response)
        if is_json(text):
            try:
                return tree_of(text)
            except ValueError as error:
                raise PageError("broken JSON", printable(str(error))) from error
    html = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, no_network=True)
    body = response.body
    if response.encoding.replace("-", "_") in _NO_BROWSERS:
        raise PageError("undecodable bytes", f"declared as {response.encoding}")
    if response.encoding != "utf-8" or body.startswith(_BOM):
        body = _text(response).encode("utf-8", "surrogatepass")
    body = _HALVES.sub(_joined, body.translate(_FEEDS, _UNSEEN))
    if any(map(_is_crowded, _TAG.finditer(body))):
        raise PageError("too many attributes")
    root = etree.fromstring(body, html) if body.strip() else None
    depth, last = 0, root
    while last is not None and len(last):
        depth, last = depth + 1, last[-1]
    if depth > _DEEPEST:
        raise PageError("nested too deeply")
    return root


def _parsed_xml(response: TextResponse) -> Element:
    xml = etree.XMLParser(encoding="utf-8", recover=True, resolve_entities=False, no_network=True)
    try:
        text = _text(response).strip().lstrip("\ufeff").encode("utf-8", "replace")
        root = etree.fromstring(_HALVES.sub(_joined, text), xml)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PageError("broken XML", printable(str(error))) from error
    if root is not None and _SITEMAP.match(str(root.tag)):
        # The elements of a sitemap are told apart by where they stand; their names will do.
        for node in root.iter(etree.Element):
            node.tag = etree.QName(node).localname
    return root


def _text(response: TextResponse) -> str:
    """The page's text, GB 18030 as browsers read it."""
    text = response.text
    if response.encoding != _GB:
        return text
    return _PRIVATE.sub(lambda one: _MEANT.get(one[0], one[0]), text)


def _joined(halves: re.Match[bytes]) -> bytes:
    """`&#55357;&#56832;`, a character in the two halves of UTF-16, as one reference."""
    high, low = (
        int(sixteen, 16) if sixteen else int(ten)
        for sixteen, ten in (halves.group(1, 2), halves.group(3, 4))
    )
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return halves[0]
    return b"&#%d;" % (0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _is_crowded(tag: re.Match[bytes]) -> bool:
    """Whether a tag has more attributes than any tag has."""
    if tag.end() - tag.start() < 3 * _MOST_ATTRIBUTES:
        return False
    return sum(1 for _ in _ATTRIBUTES.finditer(tag[0])) > _MOST_ATTRIBUTES


def decoded(response: Response) -> TextResponse:
    """`response` in the encoding its bytes are in.

    What is declared is believed (gb2312 as gb18030), but for these: a page whose bytes are UTF-8
    throughout, multi-byte characters among them, is UTF-8 whatever it declares (GB18030 text is
    not, by chance, UTF-8 throughout); one declared UTF-8, or nothing, that is not, and whose high
    bytes all come in the pairs of GB 2312 or the fours of GB18030, is read as GB18030. One that
    declares GB beside UTF-8 or Latin-1, in header and meta, and is not UTF-8, is read as GB18030
    if its high bytes come in the pairs of GBK; any other that declares two encodings, or none, is
    not read. One of NULs is in UTF-16 or UTF-32: it is read if it says so, if a mark at its
    beginning does or if, declaring nothing that can be read, Scrapy tells by its bytes.
    """
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"unknown type").decode("latin-1")
        raise PageError("not a text page", printable(collapse(kind)))
    body = response.body
    if not body.strip(b"\x00 \t\r\n\x0b\x0c"):
        raise PageError("empty page")
    declared = response.encoding.lower()
    if declared.startswith(("hz", "iso2022")) or (declared.startswith(_WIDE) and body.count(0)):
        return response
    if body.count(0) * 3 > len(body):
        raise PageError("undecodable bytes", "NULs")
    actual = declared
    if _decodes(body, "utf-8"):
        actual = "utf-8"
    else:
        header = (response.headers.get("Content-Type") or b"").decode("latin-1")
        told = {http_content_type_encoding(header), html_body_declared_encoding(body)} - {None}
        if (declared == "utf-8" or not told) and _is_gb(body, _GB_PAIRS):
            actual = _GB
        elif len(told) != 1:
            beside = _GB in told and told <= _BESIDE_GB and _is_gb(body, _GBK_PAIRS)
            if not beside and not (declared == _GB and _is_gb(body, _GB_PAIRS)):
                raise PageError("undecodable bytes", f"declared as {sorted(map(str, told))}")
            actual = _GB
    return response if declared == actual else response.replace(encoding=actual)


def _is_gb(body: bytes, pairs: re.Pattern[bytes]) -> bool:
    """Whether a body is GB18030, in certain pairs and at least one of high bytes."""
    return bool(_ANY_HIGH.search(body) and pairs.fullmatch(body)) and _decodes(body, _GB)


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except (UnicodeError, LookupError):  # `base64` is a codec of Python's, but none of text
        return False
    return True
