"""Article pages whose body is told apart by a `Content`."""

from __future__ import annotations

from functools import cached_property

from crawler.content import Content
from crawler.items import Image
from crawler.pages import ArticlePage

__all__ = ["BodyPage"]


class BodyPage(ArticlePage):
    """A page whose paragraphs and pictures are those of its content."""

    @cached_property
    def _content(self) -> Content:
        raise NotImplementedError

    @property
    def body(self) -> list[str]:
        return self._content.body

    @property
    def images(self) -> list[Image]:
        return self._content.images
