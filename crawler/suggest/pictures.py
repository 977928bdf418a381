"""The rule for the pictures of an article, their captions and credits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from crawler.blocks import Element, text_of
from crawler.lines import split_credit
from crawler.suggest.fields import Rule, quoted
from crawler.suggest.selectors import Sample, key_of, name_of, selectors_of
from crawler.urls import resolve

__all__ = ["images_rule"]

_FRAMES = 4
"""Elements around a picture in which its caption is looked for."""
_LONGER = 150
"""Characters that a caption may have beside what is known of it: its credit."""


def images_rule(samples: Sequence[Sample], body: str) -> Rule | None:
    """The rule, without lines if there is none; `None` if no picture is known. `body` is the
    selector of the body, empty if there is none."""
    known = [sample for sample in samples if _images(sample)]
    if not known:
        return None
    shown = {sample.url: _shown(sample) for sample in samples}
    having = [sample for sample in known if shown[sample.url]]
    selector = _selector(samples, having, shown, body)
    if not selector or 2 * len(having) < len(known):
        return Rule("images", f"known of {len(known)} pages, no selector finds them alone")
    note = f"held on {len(having)} of {len(known)} pages"
    frame, caption = _captions(having, shown)
    lines = [f"_pictures = Query({quoted(selector)})"]
    if not caption:
        if any(image["caption"] for sample in having for image in _images(sample)):
            note += "; their captions were not found"
        lines += [
            "",
            "@property",
            "def images(self) -> list[Image]:",
            "    found = self._pictures.elements(self.root)",
            "    return [self.image(node, None, None) for node in found]",
        ]
        return Rule("images", note, lines, selector, ("Query",), (_IMAGE,))
    same, all_of_them = _compared(having, shown, frame, caption)
    note += f", captions and credits of {same} of {all_of_them}"
    lines += [
        f"_captions = Query({quoted(caption)})",
        "",
        "@property",
        "def images(self) -> list[Image]:",
        "    found = []",
        "    for node in self._pictures.elements(self.root):",
        f"        frame = next(node.iterancestors({quoted(frame)}), node)",
        '        line = " ".join(map(text_of, self._captions.elements(frame)))',
        "        found.append(self.image(node, *split_credit(line, beside_picture=True)))",
        "    return found",
    ]
    return Rule("images", note, lines, selector, ("Query",), (_IMAGE, _TEXT, _CREDIT), same)


_IMAGE = "from crawler.items import Image"
_TEXT = "from crawler.blocks import text_of"
_CREDIT = "from crawler.lines import split_credit"


def _images(sample: Sample) -> list[dict[str, Any]]:
    """The known pictures; of some only the caption is left."""
    return [image for image in sample.known("images") or () if image.get("url")]


def _shown(sample: Sample) -> list[Element]:
    """The pictures of a page that are known, by their address, or by the name of their file: a
    redesign may move them to another host. Empty if one is not there."""
    by_address: dict[str, list[Element]] = {}
    for node in sample.find("img"):
        url = resolve(sample.base, node.get("src") or "")
        for name in (url, _file(url)):
            if name:
                by_address.setdefault(name, []).append(node)
    found = []
    for url in (image["url"] for image in _images(sample)):
        nodes = by_address.get(url) or by_address.get(_file(url)) or []
        if len(nodes) != 1:
            return []
        found += nodes
    return found


def _file(url: str | None) -> str:
    return urlsplit(url or "").path.rpartition("/")[2]


def _selector(
    samples: Sequence[Sample],
    having: Sequence[Sample],
    shown: dict[str, list[Element]],
    body: str,
) -> str:
    """The best selector that matches the known pictures and no other, on pages that are known to
    have none, none."""
    candidates = [f"{body} img"] if body else []
    for sample in having[:3]:
        candidates += [one for _, one in selectors_of(shown[sample.url][0], numbered=False)]
    without = [one for one in samples if one.record is not None and not one.known("images")]
    for strict in (True, False):
        for selector in dict.fromkeys(candidates):
            right = all(set(one.find(selector)) == set(shown[one.url]) for one in having)
            if right and not (strict and any(one.find(selector) for one in without)):
                return selector
    return ""


def _captions(having: Sequence[Sample], shown: dict[str, list[Element]]) -> tuple[str, str]:
    """Tag of the frame around a picture, and selector of the caption within; empty if they are
    not the same for all known captions."""
    found = set()
    for sample in having:
        for node, image in zip(shown[sample.url], _images(sample), strict=True):
            if image["caption"]:
                found.add(_caption(node, key_of(image["caption"])))
    return found.pop() if len(found) == 1 else ("", "")


def _caption(picture: Element, key: str) -> tuple[str, str]:
    for level, frame in enumerate(picture.iterancestors()):
        if level == _FRAMES or next(picture.iterancestors(frame.tag)) is not frame:
            break
        inner = [
            node
            for node in frame.iter("*")
            if node.tag.isalnum()
            and node is not frame
            and key in (text := key_of(text_of(node)))
            and len(text) <= len(key) + _LONGER
        ]
        if inner:
            own = [
                node for node in inner if not any(other in inner for other in node.iterchildren())
            ]
            return frame.tag, name_of(own[0])
    return "", ""


def _compared(
    having: Sequence[Sample], shown: dict[str, list[Element]], frame: str, caption: str
) -> tuple[int, int]:
    """How many of the pictures have the caption and credit that are known, and how many there
    are."""
    same = count = 0
    for sample in having:
        captions = set(sample.find(caption))
        for node, image in zip(shown[sample.url], _images(sample), strict=True):
            around = next(node.iterancestors(frame), node)
            line = " ".join(text_of(one) for one in around.iter("*") if one in captions)
            read = split_credit(line, beside_picture=True)
            count += 1
            same += read == (image["caption"], image["credit"])
    return same, count
