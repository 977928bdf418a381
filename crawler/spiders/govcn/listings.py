"""Pages of english.www.gov.cn that list articles."""

from __future__ import annotations

from crawler.layouts.links import LinkList
from crawler.queries import xpath
from crawler.spiders.govcn.addresses import identified

__all__ = ["LinkList2022"]


class LinkList2022(LinkList):
    """The home page and the lists: every link to an article, wherever it stands. Second hand:
    rhetoric-corpus (2026-10) takes them so."""

    proven = False
    marker = xpath(
        "//body[.//a[@href]][not(.//*[contains(@class, 'Artical_Content')"
        " or contains(@class, 'pages_content') or @id='UCAP-CONTENT' or @id='Zoom'])]"
    )
    identified = staticmethod(identified)
