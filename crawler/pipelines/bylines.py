"""Bylines, editor lines and datelines become names and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from itemadapter import ItemAdapter

from crawler.pipelines.datelines import read_bare_dateline, read_dateline
from crawler.pipelines.names import is_pen_name, outlet_of, read_authors, read_editors
from crawler.pipelines.sources import read_sources

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["BylinePipeline"]

_HOUSES = {"peoplesdaily": "People's Daily"}
"""Portals of an outlet that signs by pen names, whatever else they print."""

_AGENCY_LESS = ("chinadaily",)
"""Portals that cut agency and day off the datelines of what they print."""


class BylinePipeline:
    """Sets `authors`, `editors`, the dateline's fields, and the byline printed before it."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_item(self, item: Any) -> Any:
        adapter = ItemAdapter(item)
        # Captions, a standfirst or a byline come first on some pages: of 3,953 texts of Xinhua,
        # 2,474 have the dateline on line 0, 1,211 on 1, 213 on 2 and 55 on 3 to 5.
        heads = map(read_dateline, (adapter.get("body") or [])[:6])
        dateline = next((found for found in heads if found), None)
        if dateline is None and adapter["portal"] in _AGENCY_LESS:
            bare = map(read_bare_dateline, (adapter.get("body") or [])[:2])
            dateline = next((found for found in bare if found), None)
        adapter["dateline_text"] = dateline.text if dateline else None
        adapter["dateline_place"] = dateline.place if dateline else None
        adapter["dateline_agency"] = dateline.agency if dateline else None
        if dateline and dateline.byline and not adapter.get("byline_text"):
            adapter["byline_text"] = dateline.byline
        byline = adapter.get("byline_text")
        outlets = read_sources(adapter.get("source_text"))
        outlets += [
            outlet for outlet in (outlet_of(byline), _HOUSES.get(adapter["portal"])) if outlet
        ]
        adapter["authors"] = [
            name for name in read_authors(byline) if not is_pen_name(name, outlets)
        ]
        adapter["editors"] = read_editors(adapter.get("editor_text"))
        return item
