"""Changes that a person does not see."""

from __future__ import annotations

import random
import re

from tests.mutants.changes import (
    SAME,
    UNREAD,
    insert,
    mutation,
)
from tests.mutants.extent import parted_by_breaks, within
from tests.mutants.originals import (
    Mutant,
    Original,
    tokens,
)


@mutation(SAME)
def unchanged(rng: random.Random, page: Original) -> str:
    return page.text


@mutation(SAME)
def crlf(rng: random.Random, page: Original) -> str:
    return page.text.replace("\r\n", "\n").replace("\n", "\r\n")


@mutation(SAME)
def upper_case_tags(rng: random.Random, page: Original) -> str:
    name = re.compile(r"^</?[a-z][a-z0-9]*(?=[\s>])")
    return "".join(name.sub(lambda tag: tag[0].upper(), part) for part in tokens(page))


@mutation(SAME)
def shuffled_attributes(rng: random.Random, page: Original) -> str:
    def shuffled(tag: re.Match[str]) -> str:
        attributes = re.findall(r"\s+[\w-]+=\"[^\"]*\"", tag[2])
        if "".join(attributes) != tag[2].rstrip():
            return tag[0]
        rng.shuffle(attributes)
        return f"<{tag[1]}{''.join(attributes)}>"

    return re.sub(r"<([a-z0-9]+)((?:\s+[\w-]+=\"[^\"<>]*\")+\s*)>", shuffled, page.text)


@mutation(SAME)
def entities(rng: random.Random, page: Original) -> str:
    parts = tokens(page)
    for i in within(page):
        if not parts[i].startswith("<") and "&" not in parts[i]:
            form = rng.choice(("&#{};", "&#x{:x};"))
            parts[i] = "".join(
                form.format(ord(c)) if rng.random() < 0.1 and not c.isspace() else c
                for c in parts[i]
            )
    return "".join(parts)


@mutation(SAME)
def comments(rng: random.Random, page: Original) -> str:
    if page.kind == "video":
        return page.text
    words = (f"<!-- {UNREAD} -->", "<!-- <p>x</p> -->", "<!---->", "<!-- > -- -->")
    return insert(rng, page, rng.choices(words, k=3))


@mutation(SAME)
def unread_elements(rng: random.Random, page: Original) -> str:
    tag = rng.choice(("script", "style", "noscript", "template"))
    return insert(rng, page, [f"<{tag}>{UNREAD}</{tag}>"] * rng.randint(1, 3))


@mutation(SAME)
def scripts_with_markup(rng: random.Random, page: Original) -> str:
    script = f"<script>var a = '</p></div><h1 id=contitle>{UNREAD}</h1><!-- x';</script>"
    return insert(rng, page, [script])


@mutation(SAME)
def hidden_elements(rng: random.Random, page: Original) -> str:
    attribute = rng.choice(("hidden", 'style="display:none"', "style='color:red; DISPLAY : none;'"))
    return insert(rng, page, [f"<span {attribute}>{UNREAD}</span>"] * rng.randint(1, 3))


@mutation(SAME)
def line_breaks(rng: random.Random, page: Original) -> str:
    parts = tokens(page)
    forms = (" \n ",) if parted_by_breaks(page) else ("<br>", "<br/>", " \n ")
    places = [
        (i, m.start())
        for i in within(page)
        if not parts[i].startswith("<")
        for m in re.finditer(r"(?<=[a-z]) (?=[a-z])", parts[i])
    ]
    if places:
        i, at = rng.choice(places)
        parts[i] = parts[i][:at] + rng.choice(forms) + parts[i][at + 1 :]
    return "".join(parts)


@mutation(SAME)
def wrapped(rng: random.Random, page: Original) -> str:
    depth = rng.choice((1, 3, 200))
    text = re.sub(r"(<body[^>]*>)", rf"\1{'<div>' * depth}", page.text, count=1)
    return text.replace("</body>", "</div>" * depth + "</body>")


@mutation(SAME)
def nul_characters(rng: random.Random, page: Original) -> bytes:
    body = bytearray(page.text.encode(page.encoding))
    for _ in range(rng.randint(1, 20)):
        at = rng.randrange(len(body))
        if body[at] < 0x80 and body[at - 1] < 0x80:  # not within a character
            body.insert(at, 0)
    return bytes(body)


@mutation(SAME)
def right_encoding(rng: random.Random, page: Original) -> Mutant:
    encoding, kind = rng.choice(
        (
            ("utf-8", "text/html; charset=utf-8"),
            ("utf-8", "text/html; charset=gb2312"),
            ("utf-8", "text/html; charset=iso-8859-1"),
            ("utf-8-sig", "text/html"),
            ("gb18030", "text/html; charset=gb2312"),
            ("gb18030", "text/html; charset=gbk"),
            ("utf-16", "text/html"),
            ("utf-16", "text/html; charset=utf-16"),
        )
    )
    text = page.text
    if encoding == "gb18030":
        text = re.sub(r"(<meta\b[^>]*charset=[\"']?)[\w-]+", r"\1gb2312", text, flags=re.IGNORECASE)
    return Mutant(text.encode(encoding), kind)
