"""A page class as text, from the rules that hold on the pages of a template.

Pages of one template may differ in their skeleton (one has a picture, one has none): those that
the rules of another group read are counted to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.blocks import Element
from crawler.queries import Query
from crawler.suggest.body import body_rule
from crawler.suggest.fields import TEXTS, Rule, date_rule, quoted, text_rule
from crawler.suggest.pictures import images_rule
from crawler.suggest.selectors import Sample, selectors_of
from crawler.suggest.story import by_content

__all__ = ["Facts", "Suggestion", "suggest"]

_ORDER = (
    "section_text", "section", "headline", "subheadline", "published_text", "updated_text",
    "byline_text", "source_text", "editor_text", "body", "images",
)  # fmt: skip
_SURE = ("headline", "published_text", "body")
"""Fields whose rules tell whether a page is of the same template."""


_PAGE = ("html", "body")


@dataclass(frozen=True, slots=True)
class Facts:
    """What has to be known of the portal."""

    date_formats: tuple[str, ...]
    timezone: str
    layouts: tuple[str, ...]
    """Names of the page classes that it has."""
    others: tuple[Element, ...] = ()
    """Pages that its layouts claim: no new marker may match on them."""


@dataclass(slots=True)
class Suggestion:
    """A page class to begin with."""

    name: str
    pages: list[Sample]
    """The pages that it was made from, all of one template."""
    rules: list[Rule]
    marker: str
    """Empty if none was found."""
    others: int
    """Pages of other layouts that the marker was tried on."""
    lines: list[str] = field(default_factory=list)

    @property
    def date_formats(self) -> list[str]:
        """Formats that the portal does not have yet."""
        return list(dict.fromkeys(form for rule in self.rules for form in rule.forms))

    @property
    def imports(self) -> list[str]:
        """The lines that the class needs before it, without those of the others."""
        words = {word for rule in self.rules for word in rule.words}
        queries = f"from crawler.queries import {', '.join(sorted(words))}"
        further = {line for rule in self.rules for line in rule.modules}
        return [
            *sorted(further),
            "from crawler.pages import ArticlePage",
            *([queries] * bool(words)),
        ]

    def __str__(self) -> str:
        return "\n".join(self.lines)


def suggest(samples: Sequence[Sample], facts: Facts) -> list[Suggestion]:
    """A class for each template of which articles are known, that of most pages first."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[sample.skeleton].append(sample)
    templates: list[tuple[list[Sample], list[Rule]]] = []
    for group in sorted(
        groups.values(), key=lambda g: (-sum(s.record is not None for s in g), -len(g))
    ):
        if not _joins(group, templates, facts) and any(one.record for one in group):
            templates.append((group, _rules(group, facts)))
    found = []
    names = set(facts.layouts)
    for pages, rules in templates:
        if any(rule.lines for rule in rules):
            name = _free(f"Article{min(one.when for one in pages):%Y}", names)
            names.add(name)
            elsewhere = [s.root for s in samples if s not in pages]
            others = [*facts.others, *elsewhere]
            marker = _marker(pages, rules, others)
            suggestion = Suggestion(name, pages, rules, marker, len(others))
            suggestion.lines = _lines(suggestion)
            found.append(suggestion)
    return sorted(found, key=lambda one: -len(one.pages))


def _joins(
    group: list[Sample], templates: list[tuple[list[Sample], list[Rule]]], facts: Facts
) -> bool:
    """Takes the pages of a group in where they are of a template that is known already."""
    for place, (pages, rules) in enumerate(templates):
        sure = [rule for rule in rules if rule.name in _SURE and rule.lines]
        if len(sure) < 2 or not all(len(s.find(r.selector)) == 1 for s in group for r in sure):
            continue
        together = _rules([*pages, *group], facts)
        held = {rule.name for rule in together if rule.lines}
        if {rule.name for rule in sure} <= held:
            templates[place] = ([*pages, *group], together)
            return True
    return False


def _rules(pages: Sequence[Sample], facts: Facts) -> list[Rule]:
    found = [text_rule(name, pages) for name in TEXTS]
    for name in ("published_text", "updated_text"):
        found.append(date_rule(name, pages, facts.date_formats, facts.timezone))
    body = body_rule(pages)
    found += [body, images_rule(pages, body.selector if body else "")]
    return sorted(by_content(pages, found), key=lambda rule: _ORDER.index(rule.name))


def _free(name: str, taken: set[str]) -> str:
    letters = ("", *"BCDEFGHIJKLMNOPQRSTUVWXYZ")
    free = (f"{name}{letter}" for letter in letters)
    return next(one for one in free if one not in taken)


def _marker(pages: Sequence[Sample], rules: Sequence[Rule], others: Sequence[Element]) -> str:
    """A selector that matches on all pages of the template, and on no other; empty if there is
    none."""
    body_first = sorted(rules, key=lambda rule: rule.name != "body")
    selectors = [rule.selector for rule in body_first if rule.lines and rule.selector]
    nodes = [node for one in selectors for node in pages[0].find(one)]
    around = [one for node in nodes for one in node.iterancestors() if one.tag not in _PAGE]
    ranked: dict[str, int] = {}
    for node in dict.fromkeys([*nodes, *around]):
        for rank, selector in selectors_of(node, numbered=False):
            if any(mark in selector for mark in "#."):
                ranked[selector] = min(rank, ranked.get(selector, rank))
    for selector in sorted(ranked, key=lambda one: ranked[one]):
        query = Query(selector)
        if all(one.find(selector) for one in pages) and not any(map(query.elements, others)):
            return selector
    return ""


def _lines(suggestion: Suggestion) -> list[str]:
    pages = suggestion.pages
    known = sum(one.record is not None for one in pages)
    first, last = (f"{pick(one.when for one in pages):%Y-%m-%d}" for pick in (min, max))
    days = first if first == last else f"{first} to {last}"
    skeletons = ", ".join(sorted({one.skeleton for one in pages}))
    lines = [
        f"class {suggestion.name}(ArticlePage):",
        f'    """To be described: {len(pages)} pages of {days},',
        f"    {known} of them of archived articles; skeleton {skeletons}.",
        '    """',
        "",
    ]
    if suggestion.marker:
        lines += [
            f"    # on all {len(pages)} pages, and on none of {suggestion.others} others",
            f"    marker = {quoted(suggestion.marker)}",
        ]
    else:
        lines += [
            f"    # nothing is on all {len(pages)} pages and on none of {suggestion.others} others",
            '    marker = "to-be-found"',
        ]
    for rule in suggestion.rules:
        lines += [f"    # {line}" for line in _wrapped(rule)]
        lines += [f"    {line}" if line else "" for line in rule.lines]
        if any(line.startswith("def ") for line in rule.lines):
            lines.append("")
    absent = [name for name in _ORDER if name not in {rule.name for rule in suggestion.rules}]
    if absent:
        lines.append(f"    # nothing is known of {', '.join(absent)}")
    for form in suggestion.date_formats:
        lines.append(f"    # to be added to the date_formats of the spider: {quoted(form)}")
    return [line for line, after in zip(lines, [*lines[1:], ""], strict=True) if line or after]


def _wrapped(rule: Rule) -> list[str]:
    """What is said of a rule, in lines that are not too long."""
    text = rule.note if rule.lines else f"{rule.name}: {rule.note}"
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 90:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
