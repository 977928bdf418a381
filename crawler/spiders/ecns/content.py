"""What is no part of the article in an ECNS body, and how its pictures are framed.

Captions are printed in `div.pictext` below their picture, and, in copy of other outlets, as plain
paragraphs that end in a credit, centred ones, or, in galleries, simply after their picture.
"""

from __future__ import annotations

import re

from crawler.blocks import Element, text_of
from crawler.content import Content
from crawler.text import collapse

__all__ = ["EcnsContent", "is_furniture"]

_OWN_ACCOUNT = re.compile(r"//[^/]+/(?:@)?echinanews\b", re.IGNORECASE)
_SOCIAL = re.compile(r"//(?:[\w-]+\.)*(?:facebook|twitter|x|weibo|youtube)\.com/", re.IGNORECASE)


class EcnsContent(Content):
    """The body of an ECNS article."""

    def frame(self, node: Element) -> str:
        classes = (node.get("class") or "").split()
        if "pictext" in classes:
            return "caption"
        return "picture" if "img_wrapper" in classes else super().frame(node)


def is_furniture(node: Element) -> bool:
    """Whether a node of the body is a pager, or a paragraph of links to the portal's accounts."""
    if node.tag != "p":
        return bool(node.get("id") == "function_code_page")
    anchors = list(node.iter("a"))
    if not anchors:
        return False
    hrefs = [a.get("href") or "" for a in anchors]
    words = text_of(node)
    linked = collapse(" ".join(map(text_of, anchors)))
    if words != linked:
        return False
    if all(_OWN_ACCOUNT.search(href) for href in hrefs):
        return True
    return not linked and all(_SOCIAL.search(href) for href in hrefs)
