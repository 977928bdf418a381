"""The JSON Schema of a line of the archive: the record's class, as itemadapter says it, and what a
line has to have that an item on its way through the pipelines has not yet."""

from __future__ import annotations

from typing import Any

from itemadapter import ItemAdapter

from crawler.items import Article

__all__ = ["archive_schema"]


_UTC = r"^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z$"
_OFFSET = _UTC.replace("Z$", r"[+-][0-9]{2}:[0-9]{2}$")
_ARCHIVED: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*:.+"},
    "portal": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*$"},
    "url": {"type": "string", "pattern": r"^https?://[^\s]+$"},
    "kind": {"enum": ["article", "photo", "video"]},
    "revision": {"type": "integer", "minimum": 1, "maximum": 2**31},
    "run": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*-[0-9]{8}T[0-9]{6}Z[0-9]*$"},
    "capture": {"minLength": 1},
    "layout": {"type": "string", "minLength": 1},
    "fetched_at": {"type": "string", "pattern": _UTC},
    "copy_url": {"pattern": r"^https?://[^\s]+$"},
    "copied_at": {"pattern": _UTC},
    "extracted_at": {"type": "string", "pattern": _UTC},
    "extractor": {"type": "string", "minLength": 1},
    "headline": {"type": "string", "minLength": 1},
    "published_at": {"pattern": _OFFSET},
    "published_precision": {"enum": ["second", "minute", "day", None]},
    "updated_at": {"pattern": _OFFSET},
    "text_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
"""What is narrower in a line of the archive than in the class."""


_LATER = ("copy_url", "copied_at")
"""Fields that records before `extractor` 0.2.0 do not have."""


def archive_schema() -> dict[str, Any]:
    """The schema of a line of the archive, draft 2020-12."""
    schema = ItemAdapter.get_json_schema(Article)
    for name, found in schema["properties"].items():
        found.pop("default", None)
        if "enum" in _ARCHIVED.get(name, {}):
            del found["type"]
        found |= _ARCHIVED.get(name, {})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Article",
        "description": (Article.__doc__ or "").strip(),
        **schema,
        "required": [name for name in schema["properties"] if name not in _LATER],
    }
