"""Pages to suggest from, and the selectors of their elements: short, and likely to stay.

An id is better than a class, a class better than a tag below the nearest element that has either.
Names that look made by a machine (`css-1x8w2`, `post-90817`) come last, and so does an element's
number among its like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from crawler.blocks import Element, text_of
from crawler.queries import Query
from crawler.skeleton import skeleton_of
from crawler.urls import resolve

__all__ = ["Sample", "Won", "elect", "key_of", "name_of", "selectors_of"]

_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
_MADE = re.compile(r"\d{3}|\d[A-Za-z]+\d|[A-Za-z]\d[A-Za-z]")
_OF_LAYOUT = frozenset(
    "active center clear clearfix cf col container content-wrapper fl fr hidden inner left main"
    " middle page right row wrap wrapper".split()
)
"""Classes that say where an element stands, and not what it is."""
_TAG = re.compile(r"[a-z][a-z0-9]*")
"""Tags that a selector can name; Word leaves `o:p`."""
_ALONE = frozenset(("article", "h1", "main", "time"))
"""Tags that a page has once, as a rule."""
_UNREAD = frozenset(
    "script style noscript template iframe object embed video audio button select textarea svg head"
    " nav footer".split()
)
"""What holds no field of an article."""
_LONGEST = 600
"""Characters of an element's text above which it is no field but the body."""
_QUOTES = str.maketrans("‘’“”–—\u00a0", "''\"\"-- ")
_MADE_BY_MACHINE, _NUMBERED = 20, 10


@dataclass(frozen=True, slots=True)
class Won:
    """A selector that a vote has found."""

    selector: str
    held: int
    """Pages on which it finds what is known."""
    known: int
    """Pages of which something is known."""


class Sample:
    """A page that no layout claims."""

    def __init__(
        self, url: str, root: Element, when: datetime, record: Mapping[str, Any] | None = None
    ) -> None:
        """`record` is what the archive has of its article."""
        self.url = url
        self.root = root
        self.when = when
        self.record = record
        self.skeleton = skeleton_of(root)
        self._found: dict[str, list[Element]] = {}

    def known(self, field: str) -> Any:
        """What is known of a field, `None` or empty if nothing is."""
        return self.record.get(field) if self.record else None

    def find(self, selector: str) -> list[Element]:
        """The elements that a selector matches."""
        if selector not in self._found:
            self._found[selector] = _query(selector).elements(self.root)
        return self._found[selector]

    @cached_property
    def base(self) -> str:
        """What addresses on the page are relative to."""
        named = self.find("head base[href]")
        return (resolve(self.url, named[0].get("href")) if named else None) or self.url

    @cached_property
    def texts(self) -> list[tuple[Element, str]]:
        """The elements that print something short, each with its text, inner ones first."""
        found = []
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if not isinstance(node.tag, str) or node.tag in _UNREAD or "hidden" in node.attrib:
                continue
            waiting.extend(node)
            if node.tag in ("html", "body"):
                continue
            if len("".join(node.itertext())) <= 4 * _LONGEST:
                text = text_of(node)
                if 0 < len(text) <= _LONGEST:
                    found.append((node, text))
        return found[::-1]


@lru_cache(maxsize=4096)
def _query(selector: str) -> Query:
    return Query(selector)


def key_of(text: str | None) -> str:
    """`text` as it is compared: without regard to case and to the form of quotes and dashes."""
    return " ".join((text or "").translate(_QUOTES).lower().split())


def name_of(node: Element) -> str:
    """The shortest name of an element: tag and id, tag and class, or the tag."""
    return next(iter(_own(node)), (0, node.tag))[1]


def _own(node: Element) -> list[tuple[int, str]]:
    """Names of an element by id and class, the best first, each with its rank."""
    if not _TAG.fullmatch(node.tag):
        return []
    names = [(0, "#", node.get("id") or "")]
    names += [(1, ".", word) for word in (node.get("class") or "").split()]
    found = []
    for rank, mark, name in names:
        if _NAME.fullmatch(name):
            made = _MADE_BY_MACHINE if _MADE.search(name) else 0
            vague = 2 if name.lower() in _OF_LAYOUT else 0
            found.append((rank + made + vague, f"{node.tag}{mark}{name}"))
    return sorted(found, key=lambda one: one[0])


def selectors_of(node: Element, *, numbered: bool = True) -> list[tuple[int, str]]:
    """Selectors that match an element, and maybe others, each with its rank: the lower, the
    better. `numbered` has those by its number among its like among them."""
    if not _TAG.fullmatch(node.tag):
        return []
    own = _own(node)
    found = [*own, *([(5, node.tag)] if node.tag in _ALONE else [])]
    number = 1 + sum(1 for _ in node.itersiblings(node.tag, preceding=True))
    parent = node.getparent()
    distance = 0
    for around in node.iterancestors():
        if around.tag == "html" or distance > 2:
            break
        names = _own(around)[:2]
        distance += bool(names)
        for rank, name in names:
            far = rank + distance + (3 if around.tag == "body" else 0)
            found.append((2 + far, f"{name} {node.tag}"))
            found += [(2 + far + mine, f"{name} {self}") for mine, self in own[:2]]
            if around is parent:
                found.append((4 + far, f"{name} > {node.tag}"))
                if numbered:
                    nth = f"{name} > {node.tag}:nth-of-type({number})"
                    found.append((_NUMBERED + far, nth))
    return sorted(dict.fromkeys(found), key=lambda one: (one[0], len(one[1])))


def elect(samples: Sequence[Sample], holding: Sequence[Sequence[Element] | None]) -> Won | None:
    """The best selector that matches exactly one element on each page that has one of those in
    `holding`, one of these, and never more than one. `holding` is by page: `None` where nothing is
    known, empty where what is known is not printed. `None` if no selector does so."""
    having = [i for i, nodes in enumerate(holding) if nodes]
    known = sum(nodes is not None for nodes in holding)
    for selector in _candidates([holding[i] or () for i in having]):
        if any(len(sample.find(selector)) > 1 for sample in samples):
            continue
        if all(
            (found := samples[i].find(selector)) and found[0] in _of(holding[i]) for i in having
        ):
            return Won(selector, len(having), known)
    return None


def _of(nodes: Sequence[Element] | None) -> Sequence[Element]:
    return nodes or ()


def _candidates(holding: Sequence[Sequence[Element]]) -> Iterator[str]:
    """Selectors of the elements of the first pages, the best first. The number of an element is
    taken for a rule only if there is a second page to say so, too."""
    ranked: dict[str, tuple[int, int]] = {}
    for nodes in holding[:3]:
        for place, node in enumerate(nodes):
            for rank, selector in selectors_of(node, numbered=len(holding) > 1):
                better = (rank + place, len(selector))
                ranked[selector] = min(better, ranked.get(selector, better))
    yield from sorted(ranked, key=lambda selector: ranked[selector])
