"""The JSON Schema of the record, made from its class by itemadapter."""

from __future__ import annotations

from typing import Any

from itemadapter import ItemAdapter

from crawler.items import Article

__all__ = ["archive_schema"]


def archive_schema() -> dict[str, Any]:
    """The schema of a line of the archive, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Article",
        "description": (Article.__doc__ or "").strip(),
        **ItemAdapter.get_json_schema(Article),
    }
