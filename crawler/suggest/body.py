"""The rule for the body: what the known paragraphs stand in, and what is to be skipped there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.blocks import Block, Element, blocks
from crawler.suggest.fields import Rule, quoted
from crawler.suggest.selectors import Sample, elect, key_of, selectors_of

__all__ = ["Printed", "body_rule", "choose", "printed_on"]

_SHARE = 3
"""A page prints a known body if it has one in so many of its paragraphs: texts are revised, and the
first page of an article has the first of them only."""
_LEVELS = 4
"""Elements around the paragraphs that are tried."""


@dataclass(slots=True)
class Printed:
    """The known paragraphs of a page, where it prints them."""

    sample: Sample
    keys: set[str]
    nodes: list[Element]


def body_rule(samples: Sequence[Sample]) -> Rule | None:
    """The rule, without lines if there is none; `None` if no body is known."""
    printed = {i: printed_on(sample) for i, sample in enumerate(samples) if sample.known("body")}
    if not printed:
        return None
    holding = [(_around(one) if (one := printed.get(i)) else None) for i in range(len(samples))]
    won = elect(samples, holding)
    if won is None or 2 * won.held < won.known:
        return Rule("body", f"known of {len(printed)} pages, no one element holds its paragraphs")
    pages = [printed[i] for i, nodes in enumerate(holding) if nodes]
    skip = _skip(pages, won.selector)
    same = sum(_reads_same(page, won.selector, skip) for page in pages)
    note = f"the same paragraphs on {same} of {won.known} pages"
    if same < won.held:
        note += f", others among them on {won.held - same}: look what they are"
    skipped = f", skip={quoted(', '.join(skip))}" if skip else ""
    lines = [f"body = paragraphs({quoted(won.selector)}{skipped})"]
    if skip and len(lines[0]) > 96:
        lines = [
            "body = paragraphs(",
            f"    {quoted(won.selector)},",
            f"    skip={quoted(', '.join(skip))},",
            ")",
        ]
    return Rule("body", note, lines, won.selector, ("paragraphs",), held=same)


def printed_on(sample: Sample) -> Printed:
    """Where a page prints the paragraphs that are known; nowhere if these are too few."""
    keys = {key_of(text) for text in sample.known("body") or ()}
    found = [b.node for b in _texts(sample.root) if key_of(b.text) in keys]
    return Printed(sample, keys, found if len(found) * _SHARE >= len(keys) else [])


def _texts(root: Element, skipped: set[Element] | None = None) -> list[Block]:
    without = skipped or set()
    read = blocks(root, lambda node: node.tag == "figcaption" or node in without)
    return [block for block in read if block.kind == "text"]


def _around(printed: Printed) -> list[Element]:
    """The elements that hold all known paragraphs of a page, the innermost first."""
    if not printed.nodes:
        return []
    first, *others = printed.nodes
    chain = [first, *first.iterancestors()]
    for node in others:
        own = {node, *node.iterancestors()}
        chain = [one for one in chain if one in own]
    # A paragraph is not what paragraphs stand in.
    chain = [one for one in chain if one.tag not in ("p", "html", "body", "h2", "h3", "li", "span")]
    return chain[:_LEVELS]


def _skip(pages: Sequence[Printed], selector: str) -> list[str]:
    """Selectors of what stands among the paragraphs and is none."""
    chosen: list[str] = []
    for page in pages:
        (container,) = page.sample.find(selector)
        for block in _texts(container):
            if key_of(block.text) not in page.keys:
                choose(chosen, page, block.node, container, pages)
    return chosen


def choose(
    chosen: list[str],
    page: Printed,
    node: Element,
    container: Element,
    pages: Sequence[Printed],
    spared: str = "",
) -> None:
    """Adds to `chosen` a selector for what `node` stands in, if there is one that takes no known
    paragraph, and nothing that holds what `spared` matches, from any of the pages."""
    around = _kept(page)[0]
    if _is_skipped(node, page.sample, chosen):
        return
    while (above := node.getparent()) is not None and above not in around:
        if above is container:
            break
        node = above
    if node in around or node is container:
        return
    for _, candidate in selectors_of(node, numbered=False):
        if all(_spares(one, candidate, spared) for one in pages):
            chosen.append(candidate)
            return


def _kept(page: Printed) -> tuple[set[Element], set[Element]]:
    """What known paragraphs stand in, themselves among it, and what stands in them."""
    around = {one for node in page.nodes for one in (node, *node.iterancestors())}
    within = {one for node in page.nodes if node.tag == "p" for one in node.iter("*")}
    return around, within


def _spares(page: Printed, selector: str, spared: str) -> bool:
    around, within = _kept(page)
    held = set(page.sample.find(spared)) if spared else set()
    return not any(
        node in around or node in within or any(one in held for one in node.iter("*"))
        for node in page.sample.find(selector)
    )


def _is_skipped(node: Element, sample: Sample, chosen: Sequence[str]) -> bool:
    own = {node, *node.iterancestors()}
    return any(one in own for selector in chosen for one in sample.find(selector))


def _reads_same(page: Printed, selector: str, skip: Sequence[str]) -> bool:
    (container,) = page.sample.find(selector)
    skipped = {node for one in skip for node in page.sample.find(one)}
    read = [key_of(block.text) for block in _texts(container, skipped)]
    return read == [key_of(text) for text in page.sample.known("body")]
