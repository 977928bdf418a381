"""What is no part of the article in a China Daily body, and how its pictures are framed."""

from __future__ import annotations

import re

from crawler.blocks import Block, Element, blocks, text_of
from crawler.content import Content
from crawler.items import Image
from crawler.pages import ArticlePage
from crawler.text import collapse

__all__ = ["ChinaDailyContent"]

_PAGERS = ("div_currpage", "displaypagenum")
# Where copy of the paper was printed: `(China Daily 11/08/2018 page14)`, month first.
_SLUG = re.compile(
    r"\s*[(（]\s*(?:China Daily|HK Edition)[A-Za-z ]*\s\d\d/\d\d/\d{4}\s+page\s?\w{1,4}\s*[)）]$",
    re.IGNORECASE,
)
# A writer's mailbox (feed of 2017-12-12, print edition of 2023-09-19), alone or asked to be
# written to; what is said below all opinion articles (2024-04-27).
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_VIEWS = (
    r"The (?:opinions|views)(?: expressed here are those of the (?:writers?|authors?) and)?"
    r" (?:do(?:es)? not|don['’]t) (?:necessarily )?(?:represent|reflect) (?:the |those )?(?:views )?"
    r"of China Daily(?: and China Daily website| website)?\."
)
_FOOT = re.compile(
    r"(?:(?:To )?contact the (?:writers?|reporters?|authors?|editors?)(?: of this story)?"
    rf"\s*(?:at|:)\s*)?{_MAIL}(?:\s*(?:,|;|/|and|or)?\s*{_MAIL})*\.?"
    rf"|{_VIEWS}|If you have a specific expertise,[^.!?]*{_MAIL}(?:,? and {_MAIL})?\.?",
    re.IGNORECASE,
)
# Below the last paragraph: who the author is (2024-04-27), who helped (2019-06-22, without a full
# stop; 2024-10-14), whose copy it is (2022-07-21).
_AGENCY = r"(?:AFP|AP|Associated Press|Reuters|Xinhua|Agencies)"
_LAST = re.compile(
    rf"The authors? (?:is|are)\b.*|.{{,600}}[.!?]\s{_VIEWS}"
    r"|(?-i:[A-Z]).{2,300} contributed to this (?:story|report|article)\.?"
    rf"|(?P<agency>{_AGENCY}(?:\s*(?:[-–—/,]|and|via)\s*{_AGENCY})*)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:(?P<related>Related(?: (?:news|stories|readings?|articles|reports))?)"
    r"|Read more|(?:Please )?click (?:here )?(?:to|for) (?:read )?more)\W*",
    re.IGNORECASE,
)
# Credits without brackets: `PROVIDED TO CHINA DAILY`, `XINHUA`, `REUTERS` (2022-07-21).
_CREDIT = re.compile(
    r"(?:(?P<caption>.*[.!?”\"’'])\s+)?(?P<credit>(?:(?:PHOTOS? |[Pp]hotos? )?"
    r"(?:PROVIDED TO|[Pp]rovided to) [\w .'’&-]{2,60}|(?:FOR )?CHINA DAILY|XINHUA|AFP|AP|REUTERS"
    r"|AGENCIES|CHINA NEWS SERVICE|VCG|IC))",
    re.DOTALL,
)


class ChinaDailyContent(Content):
    """The body of a China Daily article."""

    def __init__(
        self,
        page: ArticlePage,
        container: Element,
        *,
        skip: frozenset[Element] = frozenset(),
        gallery: bool = False,
    ) -> None:
        """`skip` are the lists of related news, which may stand in the body."""
        self.slug: str | None = None
        self.related: list[Element] = []
        """Links below a label in the body."""
        found = blocks(container, lambda node: _is_pager(node) or node in skip)
        read = [block for block in found if self._is_own(block)]
        kept = self._cut_more(read, container)
        agency = self._cut_last(kept)
        super().__init__(page, container, kept, gallery=gallery)
        self.source = self.source or agency
        for image in self.images:
            _part(image)

    def _is_own(self, block: Block) -> bool:
        """Whether a block is the article's; notes where it was printed."""
        if block.kind != "text":
            return block.kind == "image"
        if slug := _SLUG.search(block.text):
            self.slug = slug[0].strip()
            block.text = block.text[: slug.start()]
        return bool(block.text) and not _FOOT.fullmatch(block.text)

    @staticmethod
    def _cut_last(read: list[Block]) -> str | None:
        """Takes from `read` what stands below the last paragraph; gives the agency named there."""
        agency = None
        while len(read) > 1 and (last := _LAST.fullmatch(read[-1].text)):
            agency = agency or last["agency"]
            read.pop()
        return agency

    def _cut_more(self, read: list[Block], container: Element) -> list[Block]:
        """`read` without lines that are nothing but links to more, and their label."""
        kept: list[Block] = []
        label: re.Match[str] | None = None
        listed: Element = None
        for block in read:
            if block.kind == "image" and listed in block.node.iterancestors():
                continue
            anchors = list(block.node.iter("a")) if block.node is not container else []
            rest = block.text
            for anchor in anchors:
                rest = rest.replace(text_of(anchor), "", 1)
            more = _MORE.fullmatch(collapse(rest)) if block.kind == "text" else None
            label = more or (label if anchors and not re.search(r"\w", rest) else None)
            listed = block.node if label else None
            if label is None:
                kept.append(block)
                continue
            self.related += anchors if label["related"] else []
            while kept and kept[-1].kind == "image" and listed in kept[-1].node.iterancestors():
                kept.pop()
        return kept

    def frame(self, node: Element) -> str:
        # An item of a list with a picture: of a carousel.
        if node.tag == "li" and any(True for _ in node.iter("img")):
            return "picture"
        return super().frame(node)

    def is_caption(self, block: Block) -> bool:
        # Before 2017 captions are blue (page of 2012-01-12).
        if self._beside and any(map(_is_blue, block.node.iter("font", "span"))):
            blue = " ".join(text_of(node) for node in block.node.iter() if _is_blue(node))
            if collapse(blue) == block.text:
                return True
        bare = self._open is not None and self._open.caption is None
        return (bare and bool(_CREDIT.fullmatch(block.text))) or super().is_caption(block)


def _is_blue(node: Element) -> bool:
    if not isinstance(node.tag, str):
        return False
    colour = (node.get("color") or "").strip().lower()
    return node.tag == "font" and colour in ("blue", "#0000ff")


def _is_pager(node: Element) -> bool:
    return node.get("id") in _PAGERS or "selectpage" in (node.get("class") or "").split()


def _part(image: Image) -> None:
    """Parts caption and credit where the credit has no brackets."""
    if image.credit is None and (match := _CREDIT.fullmatch(image.caption or "")):
        image.caption, image.credit = match["caption"], match["credit"]
