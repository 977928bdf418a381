"""Body, pictures and signatures read as the portals' layouts read them, by `crawler.content`.

It tells captions, credits, signatures and end marks from paragraphs. It is proposed where plain
rules read less of what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from crawler.blocks import Element, blocks
from crawler.content import Content
from crawler.suggest.body import Printed, choose, printed_on
from crawler.suggest.fields import Rule, quoted
from crawler.suggest.selectors import Sample, key_of

__all__ = ["by_content"]

_LINES = {"byline_text": "byline", "editor_text": "editor", "source_text": "source"}
"""Fields that may stand in the body, and what `Content` calls them."""
_MODULES = (
    "from functools import cached_property",
    "from crawler.blocks import blocks",
    "from crawler.content import Content",
)


def by_content(samples: Sequence[Sample], rules: Iterable[Rule | None]) -> list[Rule]:
    """The `rules`, those for what stands in the body replaced where `Content` reads more of it."""
    given = {rule.name: rule for rule in rules if rule is not None}
    body = given.get("body")
    if body is None or not body.selector:
        return list(given.values())
    pages = [
        page
        for sample in samples
        if len(sample.find(body.selector)) == 1 and (page := printed_on(sample)).keys
    ]
    skip = _skip(pages, body.selector)
    read = [(page.sample, _read(page.sample, body.selector, skip)) for page in pages]
    same = sum(_keys(content.body) == _keys(sample.known("body")) for sample, content in read)
    shown = [(sample, content) for sample, content in read if sample.known("images")]
    pictures = sum(map(_shows, *zip(*shown, strict=True))) if shown else 0
    count = sum(len(sample.known("images")) for sample, _ in shown)
    before = given["images"].held if "images" in given else 0
    if (same, pictures) <= (body.held, before) or same < body.held:
        return list(given.values())
    known = sum(bool(sample.known("body")) for sample in samples)
    given["body"] = _body(body.selector, skip, same, known)
    if count:
        note = f"{pictures} of {count} pictures with their captions and credits"
        lines = _property("images", "list[Image]", "images")
        given["images"] = Rule("images", note, lines, modules=("from crawler.items import Image",))
    for name, attribute in _LINES.items():
        rule = given.get(name)
        held = sum(_same_line(sample.known(name), getattr(c, attribute)) for sample, c in read)
        if rule is not None and not rule.lines and held:
            lines = _property(name, "str | None", attribute)
            of = sum(bool(sample.known(name)) for sample in samples)
            given[name] = Rule(name, f"held on {held} of {of} pages, in the body", lines)
    return list(given.values())


def _body(selector: str, skip: Sequence[str], same: int, known: int) -> Rule:
    note = f"the same paragraphs on {same} of {known} pages"
    lines = [f"_story = Query({quoted(selector)})"]
    lines += [f"_skipped = Query({quoted(', '.join(skip))})"] if skip else []
    read = "blocks(found[0], skipped.__contains__)" if skip else "blocks(found[0])"
    lines += [
        "",
        "@cached_property",
        "def _content(self) -> Content:",
        "    found = self._story.elements(self.root)",
        "    if len(found) != 1:",
        f'        raise PageError("no single body", f"{{len(found)}} {selector}")',
        *(["    skipped = set(self._skipped.elements(self.root))"] if skip else []),
        f"    return Content(self, found[0], {read})",
        "",
        *_property("body", "list[str]", "body"),
    ]
    return Rule("body", note, lines, selector, ("Query", "PageError"), _MODULES, same)


def _property(name: str, kind: str, attribute: str) -> list[str]:
    return ["@property", f"def {name}(self) -> {kind}:", f"    return self._content.{attribute}"]


def _read(sample: Sample, selector: str, skip: Sequence[str]) -> Content:
    (container,) = sample.find(selector)
    skipped: set[Element] = {node for one in skip for node in sample.find(one)}
    # All that it asks of a page is what addresses are relative to.
    return Content(cast(Any, sample), container, blocks(container, skipped.__contains__))


def _skip(pages: Sequence[Printed], selector: str) -> list[str]:
    """Selectors of what is taken for a paragraph and is none."""
    chosen: list[str] = []
    for page in pages:
        (container,) = page.sample.find(selector)
        wrong = set(_keys(_read(page.sample, selector, ()).body)) - page.keys
        for block in blocks(container):
            if block.kind == "text" and key_of(block.text) in wrong:
                choose(chosen, page, block.node, container, pages, spared="img")
    return chosen


def _keys(texts: Sequence[str]) -> list[str]:
    return [key_of(text) for text in texts]


def _same_line(known: str | None, read: str | None) -> bool:
    return bool(known) and key_of(known) == key_of(read)


def _shows(sample: Sample, content: Content) -> int:
    """How many pictures are read with the captions and credits that are known."""
    known = [(_file(i["url"]), i["caption"], i["credit"]) for i in sample.known("images")]
    read = [(_file(i.url), i.caption, i.credit) for i in content.images]
    return sum(one in read for one in known)


def _file(url: str | None) -> str:
    return (url or "").rpartition("/")[2]
