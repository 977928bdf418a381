"""An element as a reader meets it: paragraphs and pictures, in document order.

Paragraphs end at block tags, at two line breaks, and at one that an indent of two ideographic
blanks follows; any other single `<br>` is a blank. What its own tag hides is not met. The walk is
iterative, so that a page nested ten thousand levels deep is read like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.text import collapse

__all__ = ["Block", "Element", "blocks", "text_of"]

Element = Any
"""An lxml element; lxml has no types of its own."""

_BREAKING = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody tfoot"
    " thead tr ul".split()
)
_SPACING = frozenset(("td", "th"))
_UNSHOWN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_DROPPED = frozenset(
    "script style noscript template iframe object embed video audio button select textarea"
    " svg head title".split()
)


@dataclass(slots=True)
class Block:
    """A paragraph, a picture or a comment."""

    kind: str
    """`text`, `image` or `comment`."""
    node: Element
    """The picture or comment itself; of a paragraph, the block element around it."""
    text: str = ""
    """Text of the paragraph, white space collapsed, or of the comment."""


class _Walk:
    """What has been read so far of the element `root`."""

    def __init__(
        self, root: Element, skip: Callable[[Element], bool], parts: Callable[[str], bool]
    ) -> None:
        self.skip = skip
        self.parts = parts
        self.found: list[Block] = []
        self._around = [root]
        self._parts: list[str] = []
        self._pictures: list[Block] = []
        self._breaks = 0

    def text(self, text: str | None) -> None:
        if text:
            if not text.isspace():
                # A line that is indented as paragraphs are in Chinese type is one.
                if self._breaks and text.lstrip(" \t\r\n").startswith("\u3000\u3000"):
                    self.flush()
                self._breaks = 0
            self._parts.append(text)

    def flush(self) -> None:
        if self._parts:
            if text := collapse("".join(self._parts)):
                self.found.append(Block("text", self._around[-1], text))
            self.found += self._pictures
            self._pictures.clear()
            self._parts.clear()
        self._breaks = 0

    def enter(self, node: Element) -> bool:
        """Take in the start of `node`; whether its content is to be read, too."""
        tag = node.tag
        if not isinstance(tag, str):
            if tag is etree.Comment:
                if self.parts((node.text or "").strip()):
                    self.flush()
                self.found.append(Block("comment", node, (node.text or "").strip()))
            return False
        if tag in _BREAKING:
            self.flush()
            self._around.append(node)
        elif tag in _SPACING:
            self._parts.append(" ")
        if tag in _DROPPED or _is_hidden(node) or self.skip(node):
            return False
        if tag == "br":
            self._breaks += 1
            if self._breaks > 1:
                self.flush()
            self._parts.append(" ")
        elif tag == "img":
            # A picture within a paragraph does not part it: it comes before or after.
            started = any(part.strip() for part in self._parts)
            (self._pictures if started else self.found).append(Block("image", node))
        self.text(node.text)
        return True

    def leave(self, node: Element) -> None:
        if node.tag in _BREAKING:
            self.flush()
            self._around.pop()
        elif node.tag in _SPACING:
            self._parts.append(" ")
        self.text(node.tail)


def blocks(
    root: Element,
    skip: Callable[[Element], bool] = lambda _: False,
    parts: Callable[[str], bool] = lambda _: False,
) -> list[Block]:
    """Paragraphs, pictures and comments under `root`, without the elements that `skip` says yes
    to. A comment does not part a paragraph, unless `parts` says yes to its text."""
    walk = _Walk(root, skip, parts)
    walk.text(root.text)
    stack = [(True, child) for child in reversed(root)]
    while stack:
        entering, node = stack.pop()
        if not entering:
            walk.leave(node)
            continue
        stack.append((False, node))
        if walk.enter(node):
            stack.extend((True, child) for child in reversed(node))
    walk.flush()
    return walk.found


def _is_hidden(node: Element) -> bool:
    """Whether the tag itself says that its element is not shown."""
    attributes = node.attrib
    if not attributes:
        return False
    return "hidden" in attributes or bool(_UNSHOWN.search(attributes.get("style", "")))


def text_of(node: Element) -> str:
    """Everything printed under `node` as one line, white space collapsed."""
    if _is_hidden(node):
        return ""
    if not len(node):
        return collapse(node.text or "")
    return " ".join(block.text for block in blocks(node) if block.kind == "text")
