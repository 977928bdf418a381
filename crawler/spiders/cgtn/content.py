"""The body of a CGTN article: paragraphs, pictures with their captions, and what is neither.

A picture stands in `div.cmsImage` with its caption, printed twice since December 2018. A credit
follows a slash, `caption /Reuters Photo`, or is an agency's after a sentence, `VCG Photo`. Films,
maps and links to more are no body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from crawler.blocks import Block, Element, blocks, text_of
from crawler.items import Image
from crawler.lines import (
    cut_end_mark,
    is_byline,
    is_contributors,
    is_editor_line,
    is_source_line,
    split_credit,
)
from crawler.queries import PageError
from crawler.text import collapse
from crawler.urls import resolve

__all__ = ["CgtnContent", "classes_of", "split_slash"]

_FILMS = {"cmsVideo", "cg-video-wrapper", "cg-player-container", "ng-short-video"}
# Maps, sound, and the platforms' own marks of what is embedded from them.
_EMBEDDED = {"twitter-tweet", "instagram-media", "fb-post", "tiktok-embed"}
_DROPPED = _FILMS | _EMBEDDED | {"cmsMap", "cmsAudio"}
_END = "sourceTextDiv"
_FOREIGN = {"cg-footer", "relatedStories", "moreFrom", "news-title", "footer-copyright"}
_CAPTION = {"imageCaption", "title", "caption", "wrapper-visible", "imgCaption"}
_LAZY = ("data-original", "data-src", "data-lazy", "src")

_AGENCY = (
    r"(?:VCG|CFP|CGTN|CMG|CCTV\+?|CNS|China News Service|Xinhua|China Daily|Reuters|AP|AFP|EPA"
    r"|Getty(?: Images)?|IC|People['’]s Daily|Screenshot)"
)
_PICTURE = r"(?:Photos?|Pictures?|Images?|Screen ?shots?|Graphics?|Illustrations?|Videos?)"
# `… January 15, 2019. /VCG Photo`, `… 2019. /Xinhua/Ke Ning`, and without a sentence before it.
_SENTENCE_CREDIT = re.compile(
    r"(?:^|(?<=[.!?\"”'’)\]])\s*)/\s?(?P<credit>[^/\s][^/]{0,79}(?:/[^/]{1,60})?)$"
)
_NAMED_CREDIT = re.compile(
    rf"\s*/\s?(?P<credit>{_AGENCY}(?: {_PICTURE})?(?:/[^/]{{1,60}})?)$"
    rf"|(?:^|\s+|(?<=[.!?\"”'’)\]]))/\s?(?P<other>[A-Z@][^/.]{{0,60}} {_PICTURE}"
    rf"|(?i:{_PICTURE} |courtesy of |provided |via )[^/]{{2,80}})$"
)
# `… 2019. VCG Photo`, `… 2019. Photo/VCG`, `… 2019. LI BO/CGTN`, and with any name: `… /NAME`.
_BARE_CREDIT = re.compile(
    rf"(?:^|(?<=[.!?\"”'’)\]])\s+)(?P<credit>{_AGENCY} {_PICTURE}(?:/[^/]{{1,60}})?"
    rf"|{_PICTURE}(?: ?/ ?| via | by |: ?){_AGENCY}"
    rf"|(?:[A-Z][\w.'’-]*,? ){{0,5}}[A-Z][\w'’-]+ ?/ ?{_AGENCY}(?: {_PICTURE})?)$"
)
_SLASHED = re.compile(r"\s/(?P<credit>[A-Z@][^/.]{1,60})$")
# A line of its own is taken for a caption only by the credit of an agency.
_LINE_CREDIT = re.compile(
    rf"(?:^|\s|(?<=[.!?\"”'’)\]]))/\s?{_AGENCY}(?: {_PICTURE})?(?:/[^/]{{1,60}})?$"
)
_MORE = re.compile(
    r"(?:Read (?:more|also)|Also read|Related(?: \w+)?|Further reading|See also|For more|Watch(?: more)?"
    r"|More(?: stories)?)\s*[:：]?",
    re.IGNORECASE,
)
_COVER = re.compile(
    r"[(\[（]\s*(?P<line>(?:Cover|Top|Header|Banner)(?: (?:photo|image|picture))?s?\s*"
    r"(?:[:：]|via\b|by\b|courtesy\b|/)[^()\[\]]+?)\s*[)\]）]",
    re.IGNORECASE,
)
_TAGS = re.compile(r'\[(?:\s*"[^"]*"\s*,?)*\s*\]')
_SENTENCE_END = re.compile(r"[.;:,][\"”'’)]*$")


class CgtnContent:
    """What one article prints between its header and its end."""

    def __init__(self, base: str, is_article: Callable[[str], bool]) -> None:
        self.body: list[str] = []
        self.images: list[Image] = []
        self.byline: str | None = None
        self.editor: str | None = None
        self.source: str | None = None
        self.has_film = False
        self._base = base
        self._is_article = is_article
        self._beside = False
        """Whether what came before is a picture or a caption."""
        self._more = False
        """Whether what came before is a label of links to more."""

    def read(self, container: Element) -> None:
        """All under `container`, as far as the article goes."""
        ended = False

        def left_out(node: Element) -> bool:
            nonlocal ended
            classes = classes_of(node)
            ended = ended or _END in classes
            if not ended and classes & _FOREIGN:
                raise PageError("body not closed", " ".join(sorted(classes & _FOREIGN)))
            self.has_film = self.has_film or (
                not ended and bool(classes & _FILMS or node.get("data-video"))
            )
            return ended or bool(classes & _DROPPED)

        if not left_out(container):
            self._take(blocks(container, left_out), container)

    def read_top(self, container: Element) -> None:
        """The picture above the text; a film may stand in its place."""
        films = [node for node in container.iter("*") if classes_of(node) & _FILMS]
        self.has_film = self.has_film or bool(films)
        for block in blocks(container, lambda node: bool(classes_of(node) & _DROPPED)):
            if block.kind == "image" and (url := _address(block.node)):
                self.picture(url)
            elif block.kind == "text" and self.images:
                self._caption(block.text)

    def _take(self, read: Iterable[Block], container: Element) -> None:
        for block in read:
            frame, captioned = _frame_of(block.node, container)
            if block.kind == "image":
                if url := _address(block.node):
                    self.picture(url)
            elif block.kind == "text":
                if captioned:
                    self._caption(block.text)
                elif frame:
                    raise PageError("part of the body not understood", frame)
                else:
                    self.line(block)

    def picture(self, address: str, caption: str = "") -> None:
        """A picture, with the caption that is printed with it."""
        self.images.append(Image(url=resolve(self._base, address)))
        self._beside, self._more = True, False
        if caption := collapse(caption):
            self._caption(caption)

    def line(self, block: Block) -> None:
        """A line of text that stands in no picture's frame."""
        text = cut_end_mark(block.text)
        if not text or _TAGS.fullmatch(text) or self._leads_on(block, text):
            return
        if cover := _COVER.fullmatch(text):
            printed = cover["line"]
            named = (
                (None, printed) if re.search(r"[:：/]", printed) is None else split_slash(printed)
            )
            self.images.append(Image(caption=named[0], credit=named[1]))
            return
        if is_contributors(text) or is_byline(text, bracketed=True):
            self.byline = self.byline or text
        elif is_editor_line(text):
            self.editor = self.editor or text
        elif is_source_line(text):
            self.source = self.source or text
        elif _LINE_CREDIT.search(text) or (self._beside and split_slash(text)[1]):
            if not self._beside or self.images[-1].caption is not None:
                self.images.append(Image())
            self._caption(text)
            return
        else:
            self.body.append(text)
        self._beside = False

    def _caption(self, text: str) -> None:
        image = self.images[-1] if self.images else None
        if image is None:
            image = Image()
            self.images.append(image)
        caption, credit = split_slash(text)
        if (caption, credit) == (image.caption, image.credit):
            return
        if caption and caption != image.caption:
            image.caption = " ".join(filter(None, (image.caption, caption)))
        image.credit = image.credit or credit
        self._beside = True

    def _leads_on(self, block: Block, text: str) -> bool:
        """Whether a line is a label of links to more, or nothing but such links."""
        if _MORE.fullmatch(text):
            self._more = True
            return True
        anchors = list(block.node.iter("a"))
        linked = collapse(" ".join(map(text_of, anchors)))
        if linked and linked in text:
            rest = collapse(text.replace(linked, "", 1))
            known = all(
                self._is_article(resolve(self._base, a.get("href") or "") or "") for a in anchors
            )
            if _MORE.fullmatch(rest):
                self._more = True
                return True
            if not rest and (self._more or (known and not _SENTENCE_END.search(text))):
                return True
        self._more = False
        return False


def classes_of(node: Element) -> set[str]:
    """The classes of an element."""
    return set((node.get("class") or "").split())


def split_slash(text: str) -> tuple[str | None, str | None]:
    """Caption and credit of a line: `In Beijing, 2019. /VCG Photo`."""
    for form in (_BARE_CREDIT, _NAMED_CREDIT, _SENTENCE_CREDIT, _SLASHED):
        if match := form.search(text):
            named = match["credit"] or match.groupdict().get("other") or ""
            return text[: match.start()].rstrip() or None, collapse(named)
    return split_credit(text, beside_picture=True)


def _frame_of(node: Element, container: Element) -> tuple[str, bool]:
    """The part of the page, `cmsImage` and the like, that a node stands in, and whether it is
    that part's caption."""
    captioned = False
    while node is not None and node is not container:
        classes = classes_of(node)
        captioned = captioned or bool(classes & _CAPTION) or node.tag == "figcaption"
        if node.tag == "figure" or "imageCaption" in classes:
            return node.tag, captioned
        if frame := next((name for name in sorted(classes) if name.startswith("cms")), ""):
            return frame, captioned
        node = node.getparent()
    return "", False


def _address(picture: Element) -> str | None:
    """The address of a picture; one that is loaded later has it in an attribute of its own."""
    found = (collapse(picture.get(name) or "") for name in _LAZY)
    return next((one for one in found if one and not one.startswith("data:")), None)
