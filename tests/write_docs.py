"""Writes the documents that are made from the code: `python -m tests.write_docs`."""

from __future__ import annotations

import json
from pathlib import Path

from crawler.archives import Archive, IdWalk
from crawler.pages import Page
from crawler.portal import PortalSpider
from crawler.schema import archive_schema
from tests.pages import FIXTURES, facts_of
from tests.test_portals import PORTALS

DOCS = Path(__file__).parents[1] / "docs"
README = DOCS.parent / "README.md"
TABLE = ("<!-- portals -->\n", "<!-- /portals -->")


def schema_text() -> str:
    """`docs/archive.schema.json`."""
    return json.dumps(archive_schema(), indent=1, ensure_ascii=False) + "\n"


def fixtures_of(name: str, layout: str) -> int:
    """Number of hand-written pages of a layout."""
    return sum(facts_of(p).get("layout") == layout for p in (FIXTURES / name).glob("*.json"))


def portal_rows() -> list[str]:
    """The table of portals, one row each."""
    rows = [
        "| portal | home | sections | reaches back by | article layouts | fixtures |",
        "|---|---|---|---|---|---|",
    ]
    for name, spider in sorted(PORTALS.items()):
        layouts = [*spider.articles, *spider.listings]
        fixtures = sum(fixtures_of(name, layout.__name__) for layout in layouts)
        rows.append(
            f"| `{name}` | {spider.home.split('//')[1]} | {len(spider.sections)}"
            f" | {', '.join(map(reach_of, spider.archives.values())) or 'Wayback only'}"
            f" | {', '.join(map(marked, spider.articles))} | {fixtures} |"
        )
    return rows


def marked(layout: type[Page]) -> str:
    """Name of a layout, with an asterisk where no real page of it was seen."""
    return layout.__name__ + ("" if layout.proven else "*")


def reach_of(archive: Archive | IdWalk) -> str:
    """What reaches back, and from when on."""
    if isinstance(archive, IdWalk):
        return f"ids from {archive.first:%Y-%m}"
    until = f" to {archive.last:%Y-%m}" if archive.last else ""
    return f"{archive.each}s from {archive.first:%Y-%m}{until}"


def portal_chapter(name: str, spider: type[PortalSpider]) -> list[str]:
    """What a portal's code says of itself."""
    module_doc = __import__(spider.__module__, fromlist=["x"]).__doc__ or ""
    lines = [f"## {name}", "", module_doc.strip(), ""]
    lines += [f"Whose: {spider.ownership}.", ""]
    lines += [
        f"Clock: {spider.timezone}. Dates: "
        + ", ".join(f"`{text}`" for text in spider.date_formats)
        + ".",
        "",
        "| section | listings | walked page by page | expected |",
        "|---|---|---|---|",
    ]
    for section, where in spider.sections.items():
        lines.append(
            f"| {section} | {' '.join(where.paths)} | {'yes' if where.paged else 'no'}"
            f" | {'yes' if section in spider.expected_sections else ''} |"
        )
    if spider.archives:
        lines += ["", "| walked besides for days asked for | addresses | covers |", "|---|---|---|"]
    for archive, where in spider.archives.items():
        path = where.path if isinstance(where, Archive) else where.address
        lines.append(f"| {archive} | `{path}` | {reach_of(where)} |")
    lines += ["", "| layout | what it is | proven | fixtures |", "|---|---|---|---|"]
    for layout in (*spider.articles, *spider.listings):
        what = " ".join((layout.__doc__ or "").split())
        fixtures = fixtures_of(name, layout.__name__)
        proven = "yes" if layout.proven else "no"
        lines.append(f"| {layout.__name__} | {what} | {proven} | {fixtures} |")
    if spider.custom_settings:
        lines += ["", "Settings of its own:", ""]
        lines += [f"* `{name} = {value!r}`" for name, value in spider.custom_settings.items()]
    if spider.ignored_sections:
        lines += ["", "Not taken:", ""]
        lines += [f"* `{where}`: {why}" for where, why in spider.ignored_sections.items()]
    return [*lines, ""]


def portals_text() -> str:
    """`docs/portals.md`."""
    lines = [
        "# Portals",
        "",
        "Made from the code by `make docs`; what stands here is what the spiders do. A layout that is",
        "not proven (an asterisk in the table) is known second hand: no real page of it was seen, so",
        "its first live run is to be read with care.",
        "",
        *portal_rows(),
        "",
    ]
    for name, spider in sorted(PORTALS.items()):
        lines += portal_chapter(name, spider)
    return "\n".join(lines)


def readme_text(text: str) -> str:
    """The README with its table of portals as it is now."""
    before, _, rest = text.partition(TABLE[0])
    _, _, after = rest.partition(TABLE[1])
    return before + TABLE[0] + "\n".join(portal_rows()) + "\n" + TABLE[1] + after


def main() -> None:
    (DOCS / "archive.schema.json").write_text(schema_text(), encoding="utf-8")
    (DOCS / "portals.md").write_text(portals_text(), encoding="utf-8")
    README.write_text(readme_text(README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
