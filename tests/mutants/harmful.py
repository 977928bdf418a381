"""Changes after which the article is read rightly, refused, or at least printed."""

from __future__ import annotations

import random
import re

from tests.mutants.changes import (
    ADDED,
    PRINTED,
    SAME_OR_REFUSED,
    TAG,
    insert,
    mutation,
    with_tags,
)
from tests.mutants.extent import article_of, within
from tests.mutants.originals import (
    Mutant,
    Original,
    names_itself,
    native_of,
    originals,
    same_system,
    tokens,
)


def others_of(page: Original) -> list[Original]:
    return [
        one
        for one in originals()
        if one.portal == page.portal and native_of(one) != native_of(page)
    ]


def other_of(rng: random.Random, page: Original) -> Original:
    return rng.choice(others_of(page))


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
    """One that says which it is: of others nobody could know. The page itself, if none does."""
    named = [one for one in others_of(page) if names_itself(one) and same_system(one, page)]
    other = rng.choice(named or [page])
    return Mutant(other.text.encode(other.encoding))


@mutation(SAME_OR_REFUSED)
def two_pages(rng: random.Random, page: Original) -> str:
    other = other_of(rng, page).text
    pages = [page.text, other] if rng.random() < 0.5 else [other, page.text]
    return "\n".join(pages)


@mutation(SAME_OR_REFUSED)
def another_page_within(rng: random.Random, page: Original) -> str:
    return insert(rng, page, [other_of(rng, page).text])


@mutation(ADDED)
def chrome_of_another(rng: random.Random, page: Original) -> str:
    other = other_of(rng, page)
    parts = tokens(other)
    begin = next(i for i, part in enumerate(parts) if part.lower().startswith("<body")) + 1
    heading = next((i for i, part in enumerate(parts) if part.startswith("<h1")), len(parts))
    end = min(heading, article_of(other)[0])
    # What opens right before it is the headline's own, and may be the frame of the article.
    while end > begin and re.fullmatch(r"\s+|<[^/][^<>]*>", parts[end - 1]):
        end -= 1
    chrome = "".join(parts[begin:end])
    if "<h3" in chrome:
        chrome = chrome[: chrome.rindex("<h3")]
    return re.sub(r"<body[^>]*>", lambda tag: tag[0] + chrome, page.text, count=1)


@mutation(SAME_OR_REFUSED)
def element_twice(rng: random.Random, page: Original) -> str:
    """The headline, a comment of the article, or the beginning of what holds its text."""
    parts, last = tokens(page), article_of(page)[1]
    around = [
        part
        for part in parts[: last + 1]
        if re.match(r"<div\b[^>]*\bid=|<!--", part) and "".join(parts).count(part) == 1
    ]
    form = rng.choice(("<h1", "<div", "<!--"))
    if form == "<h1":
        return re.sub(r"(<h1\b.*?</h1>)", r"\1\n\1", page.text, flags=re.DOTALL)
    last_one = [part for part in around if part.startswith(form)][-1:]
    return page.text.replace(last_one[0], "\n".join(last_one * 2)) if last_one else page.text


@mutation(SAME_OR_REFUSED)
def without_a_mark(rng: random.Random, page: Original) -> str:
    """A comment that names nothing goes."""
    marks = [part for part in tokens(page) if re.fullmatch(r"<!--[^<>]*-->", part)]
    return page.text.replace(rng.choice(marks), "", 1) if marks else page.text


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
    return with_tags(rng, page, lambda tag: "")


@mutation(PRINTED)
def tags_twice(rng: random.Random, page: Original) -> str:
    return with_tags(rng, page, lambda tag: tag * 2)


@mutation(PRINTED)
def tags_broken(rng: random.Random, page: Original) -> str:
    return with_tags(rng, page, lambda tag: tag.replace(rng.choice('<>"/'), "", 1))


@mutation(PRINTED)
def closing_tags_dropped(rng: random.Random, page: Original) -> str:
    return re.sub(r"</\w+>", lambda tag: "" if rng.random() < 0.2 else tag[0], page.text)


@mutation(PRINTED)
def tags_swapped(rng: random.Random, page: Original) -> str:
    parts = tokens(page)
    tags = [i for i in within(page) if TAG.fullmatch(parts[i])]
    tags = tags or [i for i, part in enumerate(parts) if TAG.fullmatch(part)]
    one, other = rng.choice(tags), rng.choice(tags)
    parts[one], parts[other] = parts[other], parts[one]
    return "".join(parts)


@mutation(PRINTED)
def blocks_twice(rng: random.Random, page: Original) -> str:
    found = re.findall(
        r"<(?:p|li|div)\b[^>]*>(?:(?!</?(?:p|li|div)\b).)*</(?:p|li|div)>", page.text
    )
    if not found:
        return page.text
    block = rng.choice(found)
    return page.text.replace(block, block * 2, 1)


@mutation(PRINTED)
def comments_broken(rng: random.Random, page: Original) -> str:
    places = [m.span() for m in re.finditer("<!--|-->", page.text)]
    if not places:
        return page.text
    start, end = rng.choice(places)
    return page.text[:start] + page.text[end - rng.choice((0, 1)) :]
