"""Queries: the rules of one line that page classes are made of.

A query names an element; its value is everything printed under it, white space collapsed. A
second match is not passed over in silence.
"""

from __future__ import annotations

from typing import Any, Protocol

from cssselect import HTMLTranslator
from lxml import etree

from crawler.blocks import Element, blocks, text_of

__all__ = ["PageError", "Query", "css", "css_all", "paragraphs", "xpath", "xpath_all"]


class PageError(Exception):
    """A page that is not understood. `reason` is short and the same for all pages of its kind,
    so that refusals can be counted by it; `detail` says what was met on this one."""

    def __init__(self, reason: str, detail: str = "", layout: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.layout = layout


class _HasRoot(Protocol):
    root: Element


class Query:
    """Elements of a page, by CSS or XPath."""

    def __init__(self, expression: str, *, is_xpath: bool = False) -> None:
        self.expression = expression
        self._find = etree.XPath(
            expression if is_xpath else HTMLTranslator().css_to_xpath(expression)
        )

    def elements(self, root: Element) -> list[Element]:
        found = self._find(root)
        return found if isinstance(found, list) else []


class _One(Query):
    def __get__(self, page: _HasRoot | None, owner: type) -> Any:
        if page is None:
            return self
        found = self.elements(page.root)
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} match {self.expression}")
        return (text_of(found[0]) or None) if found else None


class _All(Query):
    def __get__(self, page: _HasRoot | None, owner: type) -> Any:
        if page is None:
            return self
        return [text for node in self.elements(page.root) if (text := text_of(node))]


class _Paragraphs(Query):
    def __init__(self, expression: str, skip: str | None) -> None:
        super().__init__(expression)
        self._skip = Query(skip) if skip else None

    def __get__(self, page: _HasRoot | None, owner: type) -> Any:
        if page is None:
            return self
        found = self.elements(page.root)
        if len(found) > 1:
            raise PageError("ambiguous element", f"{len(found)} match {self.expression}")
        if not found:
            return []
        skipped = set(self._skip.elements(page.root)) if self._skip else set()
        read = blocks(found[0], lambda node: node.tag == "figcaption" or node in skipped)
        return [block.text for block in read if block.kind == "text"]


def css(expression: str) -> Any:
    """Text of the only element that matches, or `None`; a second match is a `PageError`."""
    return _One(expression)


def css_all(expression: str) -> Any:
    """Texts of all elements that match, empty ones dropped."""
    return _All(expression)


def xpath(expression: str) -> Any:
    """As `css`, by XPath."""
    return _One(expression, is_xpath=True)


def xpath_all(expression: str) -> Any:
    """As `css_all`, by XPath."""
    return _All(expression, is_xpath=True)


def paragraphs(expression: str, skip: str | None = None) -> Any:
    """Paragraphs under the only element that matches, without what `skip` matches."""
    return _Paragraphs(expression, skip)
