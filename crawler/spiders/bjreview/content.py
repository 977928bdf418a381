"""What is a caption in a body of Beijing Review, and what stands at its end."""

from __future__ import annotations

import re

from crawler.blocks import Block, text_of
from crawler.content import Content

__all__ = ["COMMENTS", "EDITOR", "PAGER", "BjreviewContent"]

_NAME = r"[A-Z][\w.'’-]*(?: (?:(?:van|von|de|der|bin) )*[A-Z][\w.'’-]*)*"
EDITOR = re.compile(rf"(?:Copy ?)?[Ee]dited by:? {_NAME}(?:(?:,? and |, | & ){_NAME})*")
COMMENTS = re.compile(r"\s*Comments to [\w.+-]+@[\w.-]+$")
_CREDITED = re.compile(
    r"(?P<caption>.*?)\s*\((?P<credit>[A-Z][A-Z.'’\-]*(?:[ /&,]+[A-Z][A-Z.'’\-]*)*)\)"
)
_CREDIT = re.compile(
    r"(?:Photos?|Pictures?|Cover [Dd]esign|Illustrations?|Cartoons?) by [^.]{2,60}"
)
PAGER = re.compile(r"(?:(?:Previous|Next)(?: Page)?|[\d\s<>|\[\]»«])+", re.IGNORECASE)


class BjreviewContent(Content):
    """The body of an article."""

    def _line(self, index: int, block: Block) -> None:
        if _CREDIT.fullmatch(block.text):
            self._caption(index, None, block.text)
        elif self._is_open() and (match := _CREDITED.fullmatch(block.text)):
            self._caption(index, match["caption"] or None, match["credit"])
        else:
            super()._line(index, block)

    def _is_open(self) -> bool:
        """Whether the line before was a picture."""
        return self._open is not None and self._open.caption is None

    def is_caption(self, block: Block) -> bool:
        """Also what is set left, after a picture."""
        return super().is_caption(block) or (self._is_open() and self._is_set_left(block))

    def _is_set_left(self, block: Block) -> bool:
        """Whether a line is set left where few are: no more than there are pictures."""
        left = [p for p in self._container.iter("p") if (p.get("align") or "").lower() == "left"]
        lines = [p for p in left if next(p.iter("img"), None) is None and text_of(p)]
        pictures = sum(1 for _ in self._container.iter("img"))
        return block.node in lines and len(lines) <= pictures
