"""The comments of the Founder CMS: what it says of an article, and where its text is.

China Daily (2012), China.org.cn (2022) and China Military Online print them behind or before the
text: `<!--enpproperty <articleid>78478030</articleid><date>2022-10-21 09:44:58:0</date>…
/enpproperty-->` and `<!--enpcontent--> … <!--/enpcontent-->`.
"""

from __future__ import annotations

import html
import re

from lxml.etree import Comment

from crawler.blocks import Element
from crawler.text import collapse

__all__ = ["properties_in"]

_PROPERTY = re.compile(r"\s*enpproperty\b(.*)", re.DOTALL)
_FIELD = re.compile(
    r"<(?P<name>[a-z]+)\s*>(?P<value>.*?)</(?P=name)\s*>", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")


def properties_in(root: Element) -> list[dict[str, str]]:
    """What the comments of a page say, by name, each different one once; without what they leave
    empty or say `null` of. Values are without tags and entities, white space collapsed."""
    found: list[dict[str, str]] = []
    for comment in root.iter(Comment):
        if match := _PROPERTY.match(comment.text or ""):
            pairs = ((m["name"].lower(), _plain(m["value"])) for m in _FIELD.finditer(match[1]))
            said = {name: value for name, value in pairs if value and value != "null"}
            if said not in found:
                found.append(said)
    return found


def _plain(text: str) -> str:
    return collapse(_TAG.sub(" ", html.unescape(text)))
