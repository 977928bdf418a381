"""Rules for what is printed in a line of its own: headline, dates, source, people, section.

What is known may stand alone in an element, behind a label that is the same on all pages, or, a
date, anywhere in a longer line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from crawler.blocks import Element
from crawler.suggest.dates import Printed, printed_in, shape_of
from crawler.suggest.selectors import Sample, Won, elect, key_of, name_of
from crawler.text import printable

__all__ = ["TEXTS", "Rule", "date_rule", "held_on", "missing", "quoted", "text_rule"]

TEXTS = (
    "section_text", "section", "headline", "subheadline",
    "byline_text", "editor_text", "source_text",
)  # fmt: skip
"""Fields that are text; the dates are `published_text` and `updated_text`."""
_NAMES = {"byline_text": "authors", "editor_text": "editors"}
_LABEL = re.compile(r"(?:[^\W\d_][\w ()]{1,24}\s*[:：|]|By|From|Source|Editor) ?", re.IGNORECASE)
_ENDED = re.compile(r"\s*[|,;:·)\]-]*\s*")
_WORDS = re.compile(r"\w+")
_MOST_BESIDE = 40
"""Characters that a line of names has beside the names."""

Place = tuple[str, str]
"""What stands before and after what is known, in its element."""
_ALONE: Place = ("", "")
Holding = dict[Place, list[Element]]
"""The elements of a page that print what is known, by what else they print."""


@dataclass(slots=True)
class Rule:
    """Lines of a page class, and what is to be said of them."""

    name: str
    """Of the field."""
    note: str
    lines: list[str] = field(default_factory=list)
    """None where nothing was found."""
    selector: str = ""
    words: tuple[str, ...] = ()
    """What the lines use of `crawler.queries`."""
    modules: tuple[str, ...] = ()
    """Further imports, as whole lines."""
    held: int = 0
    """Pages on which it gives what is known, where that is counted."""
    forms: tuple[str, ...] = ()
    """Formats of a date that the portal does not have yet."""


def text_rule(name: str, samples: Sequence[Sample]) -> Rule | None:
    """The rule for a field, without lines if there is none; `None` if nothing is known of it."""
    holding = [_holding(name, sample) for sample in samples]
    if all(found is None for found in holding):
        return None
    won, place = _best(samples, holding)
    if won is None:
        return missing(name, samples, holding)
    return _rule(name, won, place, samples)


def date_rule(
    name: str, samples: Sequence[Sample], formats: Sequence[str], zone: str
) -> Rule | None:
    """As `text_rule`, for `published_text` or `updated_text`."""
    printed: dict[int, Printed] = {}
    holding: list[Holding | None] = []
    for sample in samples:
        iso = sample.known(name.replace("_text", "_at"))
        if not iso:
            holding.append(None)
            continue
        precision = sample.known("published_precision") if name == "published_text" else "second"
        found: Holding = defaultdict(list)
        for node, line in sample.texts:
            if len(line) <= 200 and (one := printed_in(line, iso, precision, formats, zone)):
                printed[id(node)] = one
                found[one.before, one.after].append(node)
        holding.append(found)
    if all(found is None for found in holding):
        return None
    won, place = _best(samples, holding)
    # In a line that is another on each page, or has more on some.
    within = elect(samples, [None if found is None else _flat(found) for found in holding])
    if within is not None and within.held > (won.held if won else 0):
        if 2 * within.held < within.known:
            return missing(name, samples, holding)
        won = within
        texts = {printed[id(node)].text for node in _read(samples, won, printed)}
        shape = "|".join(sorted(map(shape_of, texts), key=len, reverse=True))
        shape = "|".join(dict.fromkeys(shape.split("|")))
        lines = _taken_out(name, won.selector, f're.search(r"{shape}", text)', "found[0]")
        note = f"{held_on(won)}; cut out of a longer line"
        rule = Rule(name, note, lines, won.selector, ("css", "PageError"), ("import re",))
    elif won is not None:
        rule = _rule(name, won, place, samples)
    else:
        return missing(name, samples, holding)
    read = [printed[id(node)].forms for node in _read(samples, won, printed)]
    common = frozenset.intersection(*read)
    forms = (min(common, key=_plainness),) if common else tuple(sorted({min(f) for f in read}))
    rule.forms = tuple(form for form in forms if form not in formats)
    return rule


def held_on(won: Won) -> str:
    return f"held on {won.held} of {won.known} pages"


def missing(name: str, samples: Sequence[Sample], holding: Sequence[Holding | None]) -> Rule:
    """What is to be said of a field for which there is no rule: where what is known was seen."""
    known = sum(found is not None for found in holding)
    note = f"known of {known} pages, no selector finds it"
    for sample, found in zip(samples, holding, strict=True):
        if found:
            place, nodes = next(iter(found.items()))
            around = " ".join(filter(None, (place[0][-30:], "…", place[1][:30])))
            note += f"; seen in {name_of(nodes[0])}"
            note += f" ({printable(around)})" if place != _ALONE else ""
            note += f" of {printable(sample.url)}"
            break
    else:
        note += "; printed on none of them"
    return Rule(name, note)


def _best(samples: Sequence[Sample], holding: Sequence[Holding | None]) -> tuple[Won | None, Place]:
    """The selector found where what is known stands in the way that most pages have it."""
    ways: dict[Place, int] = defaultdict(int)
    for found in holding:
        for place in found or ():
            ways[place] += 1
    for place in sorted(ways, key=lambda p: (-ways[p], p != _ALONE, len(p[0]) + len(p[1]))):
        nodes = [None if found is None else found.get(place, []) for found in holding]
        if place != _ALONE and not _is_label(place) and not _is_varied(samples, holding, place):
            continue
        won = elect(samples, nodes)
        if won is None or 2 * won.held < won.known:
            continue
        if place == _ALONE or not _is_otherwise(won.selector, samples, holding, place):
            return won, place
    return None, _ALONE


def _is_label(place: Place) -> bool:
    """Whether what stands around what is known looks like a label, and what closes it."""
    return bool(_LABEL.fullmatch(place[0] or "By") and _ENDED.fullmatch(place[1]))


def _is_varied(samples: Sequence[Sample], holding: Sequence[Holding | None], place: Place) -> bool:
    """Whether different texts stand at one place, so that what is around them is the template's."""
    printed = set()
    for sample, found in zip(samples, holding, strict=True):
        if found and place in found:
            printed |= {text for node, text in sample.texts if node is found[place][0]}
    return len(printed) > 1


def _is_otherwise(
    selector: str, samples: Sequence[Sample], holding: Sequence[Holding | None], place: Place
) -> bool:
    """Whether a selector finds, on some page, an element that prints what is known with something
    else around it: a rule for the label would refuse that page."""
    for sample, found in zip(samples, holding, strict=True):
        nodes = sample.find(selector)
        if nodes and found and nodes[0] not in found.get(place, []):
            return True
    return False


def _holding(name: str, sample: Sample) -> Holding | None:
    value = sample.known(name)
    if not value:
        return None
    key = _key(name, value)
    found: Holding = defaultdict(list)
    for node, text in sample.texts:
        own = _key(name, text)
        if own == key:
            found[_ALONE].append(node)
        elif name != "section_text" and len(key) > 2 and (place := _around(text, own, key)):
            found[place].append(node)
    if _ALONE not in found and (
        names := [key_of(one) for one in sample.known(_NAMES.get(name, "")) or ()]
    ):
        most = sum(map(len, names)) + _MOST_BESIDE
        near = [
            n for n, t in sample.texts if len(t) <= most and all(one in key_of(t) for one in names)
        ]
        # The innermost alone: what stands around it prints more.
        found[_ALONE] += [
            n for n in near if not any(o is not n and n in o.iterancestors() for o in near)
        ]
        if not found[_ALONE]:
            del found[_ALONE]
    return dict(found)


def _key(name: str, text: str) -> str:
    # The marks between the parts of a breadcrumb are a template's.
    return " ".join(_WORDS.findall(text.lower())) if name == "section_text" else key_of(text)


def _around(text: str, own: str, key: str) -> Place | None:
    """What `text` prints around what is known, if that is short."""
    at = own.find(key)
    if at < 0 or len(own) != len(text) or len(own) - len(key) > 2 * _MOST_BESIDE:
        return None
    before, after = text[:at], text[at + len(key) :]
    if (before[-1:].isalnum() and key[0].isalnum()) or (after[:1].isalnum() and key[-1].isalnum()):
        return None
    return before, after


def _flat(found: Holding) -> list[Element]:
    return [node for nodes in found.values() for node in nodes]


def _read(samples: Sequence[Sample], won: Won, printed: dict[int, Printed]) -> list[Element]:
    """The elements that a selector finds, of those that print a known date."""
    found = (sample.find(won.selector) for sample in samples)
    return [nodes[0] for nodes in found if nodes and id(nodes[0]) in printed]


def _plainness(form: str) -> tuple[bool, int, str]:
    """Of two formats that read all pages the likelier: the month before the day."""
    month = form.find("%b") if "%b" in form else form.find("%m")
    return (month > form.find("%d"), len(form), form)


def _rule(name: str, won: Won, place: Place, samples: Sequence[Sample]) -> Rule:
    note = held_on(won)
    values = {str(sample.known(name)) for sample in samples if sample.known(name)}
    if len(values) == 1 and won.held > 1:
        note += "; they all have the same value, so look whether it is the right element"
    selector = quoted(won.selector)
    if place == _ALONE:
        return Rule(name, note, [f"{name} = css({selector})"], won.selector, ("css",))
    before, after = (re.escape(part).replace("\\ ", " ") for part in place)
    pattern = quoted(f"{before}(.+){after}")
    plain = '"' in pattern[1:-1] or "\\" not in pattern
    raw = pattern if plain else f'r"{before}(.+){after}"'
    lines = _taken_out(name, won.selector, f"re.fullmatch({raw}, text)", "found[1]")
    note += f", with {place[0] + '…' + place[1]!r}"
    return Rule(name, note, lines, won.selector, ("css", "PageError"), ("import re",))


def _taken_out(name: str, selector: str, match: str, part: str) -> list[str]:
    """The lines of a property that refuses a page on which the text has another form."""
    return [
        f"_{name} = css({quoted(selector)})",
        "",
        "@property",
        f"def {name}(self) -> str | None:",
        f"    text = self._{name}",
        "    if text is None:",
        "        return None",
        f"    found = {match}",
        "    if found is None:",
        f'        raise PageError("{name} not understood", text)',
        f"    return {part}",
    ]


def quoted(text: str) -> str:
    """`text` as a literal in double quotes, as the formatter has it."""
    single = repr(text)
    if '"' in text or single[0] == '"':
        return single
    return f'"{single[1:-1]}"'
