"""What is done to a page, each with what it promises."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.mutants.originals import Mutant, Original, native_of, originals, tokens, within

__all__ = ["MUTATIONS", "PRINTED", "SAME", "SAME_OR_REFUSED"]

SAME, SAME_OR_REFUSED, PRINTED = "same", "same or refused", "printed"
UNREAD = "Unread words nobody sees"
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
Change = Callable[[random.Random, Original], Mutant]
MUTATIONS: dict[str, tuple[str, Change]] = {}


def mutation(promise: str) -> Callable[[Callable[[random.Random, Original], Any]], Change]:
    """Keeps a mutation that gives the text of the page, its bytes, or a `Mutant`."""

    def register(change: Callable[[random.Random, Original], Any]) -> Change:
        def made(rng: random.Random, page: Original) -> Mutant:
            result = change(rng, page)
            if isinstance(result, str):
                result = result.encode(page.encoding)
            return result if isinstance(result, Mutant) else Mutant(result)

        MUTATIONS[change.__name__] = (promise, made)
        return made

    return register


def insert(rng: random.Random, page: Original, pieces: Iterable[str]) -> str:
    parts = tokens(page)
    for piece in pieces:
        parts.insert(rng.choice(within(parts)), piece)
    return "".join(parts)


def _other(rng: random.Random, page: Original) -> Original:
    return rng.choice(
        [
            one
            for one in originals()
            if one.portal == page.portal and native_of(one) != native_of(page)
        ]
    )


def _with_tags(rng: random.Random, page: Original, change: Callable[[str], str]) -> str:
    places = [m.span() for m in _TAG.finditer(page.text)]
    text = page.text
    for start, end in sorted(rng.sample(places, rng.choice((1, 3))), reverse=True):
        text = text[:start] + change(text[start:end]) + text[end:]
    return text


@mutation(SAME)
def unchanged(rng: random.Random, page: Original) -> str:
    return page.text


@mutation(SAME)
def crlf(rng: random.Random, page: Original) -> str:
    return page.text.replace("\r\n", "\n").replace("\n", "\r\n")


@mutation(SAME)
def upper_case_tags(rng: random.Random, page: Original) -> str:
    return re.sub(r"</?[a-z][a-z0-9]*(?=[\s>])", lambda tag: tag[0].upper(), page.text)


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
    for i in within(parts):
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
    places = [
        (i, m.start())
        for i in within(parts)
        if not parts[i].startswith("<")
        for m in re.finditer(r"(?<=[a-z]) (?=[a-z])", parts[i])
    ]
    if places:
        i, at = rng.choice(places)
        parts[i] = parts[i][:at] + rng.choice(("<br>", "<br/>", " \n ")) + parts[i][at + 1 :]
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
        text = re.sub(r'(<meta charset=")[^"]*', r"\1gb2312", text)
    return Mutant(text.encode(encoding), kind)


@mutation(SAME_OR_REFUSED)
def wrong_encoding(rng: random.Random, page: Original) -> Mutant:
    kind = rng.choice(("", "; charset=utf-8", "; charset=gb2312", "; charset=windows-1252"))
    encoding = rng.choice(("gb18030", "utf-16-le", "utf-16-be", "utf-32-le", "cp1252"))
    return Mutant(page.text.encode(encoding, "xmlcharrefreplace"), f"text/html{kind}")


@mutation(SAME_OR_REFUSED)
def encoded_twice(rng: random.Random, page: Original) -> Mutant:
    once = page.text.encode("utf-8")
    wrong = once.decode(rng.choice(("cp1252", "latin-1", "gb18030")), "replace")
    return Mutant(wrong.encode("utf-8"))


@mutation(SAME_OR_REFUSED)
def cut_short(rng: random.Random, page: Original) -> bytes:
    body = page.text.encode(page.encoding)
    return body[: rng.randrange(len(body))]


@mutation(SAME_OR_REFUSED)
def another_article(rng: random.Random, page: Original) -> Mutant:
    other = _other(rng, page)
    return Mutant(other.text.encode(other.encoding))


@mutation(SAME_OR_REFUSED)
def two_pages(rng: random.Random, page: Original) -> str:
    other = _other(rng, page).text
    pages = [page.text, other] if rng.random() < 0.5 else [other, page.text]
    return "\n".join(pages)


@mutation(SAME_OR_REFUSED)
def another_page_within(rng: random.Random, page: Original) -> str:
    return insert(rng, page, [_other(rng, page).text])


@mutation(SAME_OR_REFUSED)
def chrome_of_another(rng: random.Random, page: Original) -> str:
    other = _other(rng, page).text
    chrome = other[other.index("<body") : other.index("<h1")]
    chrome = chrome[chrome.index(">") + 1 : chrome.rindex("<h3") if "<h3" in chrome else None]
    at = page.text.index(">", page.text.index("<body")) + 1
    return page.text[:at] + chrome + page.text[at:]


@mutation(SAME_OR_REFUSED)
def element_twice(rng: random.Random, page: Original) -> str:
    form = rng.choice((r"<h1\b.*?</h1>", r'<div class="content" id="yanse">', "<!--正文分页..-->"))
    return re.sub(f"({form})", r"\1\n\1", page.text, flags=re.DOTALL)


@mutation(SAME_OR_REFUSED)
def without_a_mark(rng: random.Random, page: Original) -> str:
    return page.text.replace(rng.choice(("<!--正文分页开始-->", "<!--正文分页结束-->")), "", 1)


@mutation(PRINTED)
def bytes_flipped(rng: random.Random, page: Original) -> bytes:
    body = bytearray(page.text.encode(page.encoding))
    for _ in range(rng.choice((1, 5, 50))):
        body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    return bytes(body)


@mutation(PRINTED)
def bytes_deleted(rng: random.Random, page: Original) -> bytes:
    body = page.text.encode(page.encoding)
    at = rng.randrange(len(body))
    return body[:at] + body[at + rng.choice((1, 7, 300)) :]


@mutation(PRINTED)
def bytes_inserted(rng: random.Random, page: Original) -> bytes:
    body = page.text.encode(page.encoding)
    at = rng.randrange(len(body))
    odd = rng.choice(
        (
            rng.randbytes(4).replace(b"\x80", b""),
            b"<",
            b">",
            b"'",
            b'"',
            b"<!--",
            b"-->",
            b"&",
            b"</",
            b"]]>",
        )
    )
    return body[:at] + odd + body[at:]


@mutation(PRINTED)
def tags_dropped(rng: random.Random, page: Original) -> str:
    return _with_tags(rng, page, lambda tag: "")


@mutation(PRINTED)
def tags_twice(rng: random.Random, page: Original) -> str:
    return _with_tags(rng, page, lambda tag: tag * 2)


@mutation(PRINTED)
def tags_broken(rng: random.Random, page: Original) -> str:
    return _with_tags(rng, page, lambda tag: tag.replace(rng.choice('<>"/'), "", 1))


@mutation(PRINTED)
def closing_tags_dropped(rng: random.Random, page: Original) -> str:
    return re.sub(r"</\w+>", lambda tag: "" if rng.random() < 0.2 else tag[0], page.text)


@mutation(PRINTED)
def tags_swapped(rng: random.Random, page: Original) -> str:
    parts = tokens(page)
    tags = [i for i in within(parts) if _TAG.fullmatch(parts[i])]
    one, other = rng.choice(tags), rng.choice(tags)
    parts[one], parts[other] = parts[other], parts[one]
    return "".join(parts)


@mutation(PRINTED)
def blocks_twice(rng: random.Random, page: Original) -> str:
    found = re.findall(
        r"<(?:p|li|div)\b[^>]*>(?:(?!</?(?:p|li|div)\b).)*</(?:p|li|div)>", page.text
    )
    block = rng.choice(found)
    return page.text.replace(block, block * 2, 1)


@mutation(PRINTED)
def comments_broken(rng: random.Random, page: Original) -> str:
    places = [m.span() for m in re.finditer("<!--|-->", page.text)]
    start, end = rng.choice(places)
    return page.text[:start] + page.text[end - rng.choice((0, 1)) :]
