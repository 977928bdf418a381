"""JSON as a tree of elements, so that what a portal sends as JSON is read by the same rules.

`{"datasource": [{"title": "T"}]}` is `<json><datasource><item><title>T</title></item></datasource>
</json>`: a member is an element of its name (one that is no name of an element is `<member
name="…">`), an element of an array is an `<item>`, `true` and numbers are as JSON writes them,
`null` is an empty element. JSON in a call (JSONP, `callback({…});`) is read without the call.
"""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

from crawler.blocks import Element

__all__ = ["is_json", "tree_of"]

_CALL = re.compile(r"\s*(?:/\*.{0,20}?\*/)?\s*[A-Za-z_$][\w$.]{0,60}\s*\((?=\s*[\[{])", re.ASCII)
_CALL_END = re.compile(r"\)\s*;?\s*$")
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_json(text: str) -> bool:
    """Whether a body is JSON, or JSON in a call, by how it begins."""
    start = text[:200].lstrip("\ufeff \t\r\n")
    return start.startswith(("{", "[")) or bool(_CALL.match(start))


def tree_of(text: str) -> Element:
    """The tree of a JSON text. Raises `ValueError` if it is none."""
    text = text.strip().lstrip("\ufeff")
    if call := _CALL.match(text):
        text = _CALL_END.sub("", text[call.end() :])
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    root = etree.Element("json")
    stack: list[tuple[Element, Any]] = [(root, value)]
    while stack:
        node, value = stack.pop()
        if isinstance(value, dict):
            stack += [(_child(node, str(name)), part) for name, part in value.items()]
        elif isinstance(value, list):
            stack += [(etree.SubElement(node, "item"), part) for part in value]
        elif value is not None:
            text = value if isinstance(value, str) else json.dumps(value)
            node.text = _NO_XML.sub("\ufffd", text)
    return root


def _child(node: Element, name: str) -> Element:
    if _NAME.fullmatch(name):
        return etree.SubElement(node, name)
    return etree.SubElement(node, "member", name=_NO_XML.sub("\ufffd", name))
