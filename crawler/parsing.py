"""From the bytes of a page to its tree: in which encoding they are, and what is not parsed at all."""

from __future__ import annotations

import re

from lxml import etree
from scrapy.http import Response, TextResponse
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from crawler.blocks import Element
from crawler.queries import PageError
from crawler.text import collapse, printable

__all__ = ["decoded", "parse"]

_GB_PAIRS = re.compile(rb"(?:[\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe]|(?:[\x81-\xfe][\x30-\x39]){2})*")
# What no reader sees; not ESC, SO and SI, which announce another encoding and are refused.
_UNSEEN = bytes({*range(9), *range(0x10, 0x1B), *range(0x1C, 0x20), 0x7F})
_FEEDS = bytes.maketrans(b"\x0b\x0c", b"  ")
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

    A feed is parsed as XML whatever content type it is served with; entities are not expanded and
    nothing is fetched. (`response.selector` is not used: it and the response refer to each other,
    so that every page would stay in memory until the garbage collector comes by.)
    """
    if b"<rss" in response.body[:1000]:
        xml = etree.XMLParser(
            encoding="utf-8", recover=True, resolve_entities=False, no_network=True
        )
        try:
            return etree.fromstring(response.text.strip().encode("utf-8", "replace"), xml)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise PageError("broken XML", printable(str(error))) from error
    html = etree.HTMLParser(encoding="utf-8", recover=True, huge_tree=True, no_network=True)
    body = response.body
    if response.encoding.replace("-", "_") in _NO_BROWSERS:
        raise PageError("undecodable bytes", f"declared as {response.encoding}")
    if response.encoding != "utf-8" or body.startswith(_BOM):
        body = response.text.encode("utf-8", "surrogatepass")
    body = body.translate(_FEEDS, _UNSEEN)
    if any(map(_is_crowded, _TAG.finditer(body))):
        raise PageError("too many attributes")
    root = etree.fromstring(body, html) if body.strip() else None
    depth, last = 0, root
    while last is not None and len(last):
        depth, last = depth + 1, last[-1]
    if depth > _DEEPEST:
        raise PageError("nested too deeply")
    return root


def _is_crowded(tag: re.Match[bytes]) -> bool:
    """Whether a tag has more attributes than any tag has."""
    if tag.end() - tag.start() < 3 * _MOST_ATTRIBUTES:
        return False
    return sum(1 for _ in _ATTRIBUTES.finditer(tag[0])) > _MOST_ATTRIBUTES


def decoded(response: Response) -> TextResponse:
    """`response` in the encoding its bytes are in.

    What is declared is believed (gb2312 as gb18030), but for two kinds of page: one whose bytes
    are UTF-8 throughout, multi-byte characters among them, is UTF-8 whatever it declares (GB18030
    text is not, by chance, UTF-8 throughout); one declared UTF-8, or nothing, that is not, and
    whose high bytes all come in the pairs of GB 2312 or the fours of GB18030, is read as GB18030.
    One of NULs is in UTF-16 or UTF-32 and does not say so, and is not read; nor is one that
    declares no encoding, or one in its header and another in its meta.
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
        pairs = _GB_PAIRS.fullmatch(body) and _decodes(body, "gb18030")
        if pairs and (declared == "utf-8" or not told):
            actual = "gb18030"
        elif len(told) != 1 and not (pairs and declared == "gb18030"):
            raise PageError("undecodable bytes", f"declared as {sorted(map(str, told))}")
    return response if declared == actual else response.replace(encoding=actual)


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except (UnicodeError, LookupError):  # `base64` is a codec of Python's, but none of text
        return False
    return True
