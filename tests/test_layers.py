"""Imports point inwards: what each part of the crawler may import of the others."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "crawler").rglob("*.py"))
}

# Each module or package, the innermost first, and what it may import of the crawler: names from
# the left-hand side, without `crawler.`. A package may import within itself.
ALLOWED = {
    # What everything speaks of.
    "items": "",
    "text": "",
    "urls": "",
    "moments": "",
    "selection": "",
    "frontier": "",
    "archives": "",
    "outlets": "text",
    "lines": "text outlets",
    "schema": "items",
    # Pages: what is printed.
    "blocks": "text",
    "skeleton": "blocks",
    "queries": "blocks",
    "jsontree": "blocks",
    "parsing": "text blocks jsontree queries",
    "pages": "items text urls blocks queries parsing",
    "wayback": "text moments archives queries pages",
    "facts": "urls moments selection frontier archives pages wayback",
    "content": "items text urls lines blocks pages",
    "layouts": "items text urls lines blocks queries pages content",
    "reading": "items",
    "generic": "text",
    "opinion": "items text parsing generic",
    "network": "urls selection",
    "failures": "network",
    "sifting": "urls selection frontier pages facts",
    "reach": "",
    "walker": "text selection frontier pages facts failures sifting reach",
    "backfill": "archives pages wayback sifting walker",
    "portal": "items text urls moments frontier archives skeleton parsing pages wayback sifting"
    " reading generic opinion"
    " network failures backfill",
    "portals": "portal",
    "parts": "items pages reading",
    "spiders": "items text urls moments lines selection frontier archives jsontree"
    " parsing blocks queries pages content layouts portal",
    # Files.
    "stores": "text moments frontier",
    # What is printed means.
    "pipelines": "items text moments outlets generic stores",
    # Beside the crawl.
    "extensions": "items moments selection frontier network stores",
    # What a person calls.
    "captured": "moments stores",
    "salvage": "captured stores",
    "readers": "selection captured pages portal reading stores",
    "fixture": "items urls parsing pages portal pipelines",
    "suggest": "text urls lines moments skeleton blocks queries content",
    "suggestions": "blocks captured pages parsing portal stores suggest wayback",
    "reextract": "text urls wayback pages parts portal readers stores",
    "verify": "items text moments schema generic pages portal reading reextract pipelines stores",
    "commands": "moments urls selection failures portal portals readers stores extensions fixture"
    " suggest suggestions reextract verify",
}
WITHIN = {
    "stores.http": "",
    "stores.jsonl": "",
    "stores.lock": "",
    "stores.digests": "",
    "stores.segments": "digests",
    "stores.tables": "",
    "stores.writer": "",
    "stores.warc": "http",
    "stores.members": "http warc",
    "stores.walks": "tables",
    "stores.state": "segments walks",
    "stores.ledger": "state",
    "stores.rebuild": "jsonl ledger segments state",
    "stores.report": "digests segments",
    "stores.run": "digests lock segments state tables writer",
    "stores.interrupted": "digests members report run segments warc",
    "stores.recovery": "interrupted jsonl members rebuild run segments",
    "pipelines.sources": "",
    "pipelines.dates": "",
    "pipelines.window": "",
    "pipelines.checks": "",
    "pipelines.dedupe": "",
    "pipelines.provisional": "dedupe",
    "pipelines.archive": "",
    "pipelines.names": "sources",
    "pipelines.datelines": "sources names",
    "pipelines.bylines": "sources names datelines",
    "pipelines.headers": "sources dates names datelines",
    "network.wire": "",
    "network.replay": "",
    "network.slots": "",
    "network.queues": "",
    "network.challenges": "",
    "network.compression": "",
    "network.offsite": "",
    "network.throttle": "challenges slots",
    "network.budget": "slots wire",
    "network.robots": "compression throttle",
    "verify.findings": "",
    "verify.index": "",
    "verify.reports": "findings",
    "verify.lines": "findings index reports",
    "verify.captures": "findings index reports",
    "verify.states": "findings",
    "verify.deep": "findings index",
    "verify.archive": "findings index reports lines captures states",
    "suggest.selectors": "",
    "suggest.dates": "",
    "suggest.fields": "selectors dates",
    "suggest.body": "selectors fields",
    "suggest.pictures": "selectors fields",
    "suggest.story": "selectors fields body",
    "suggest.layout": "selectors fields body pictures story",
    "commands.crawl": "",
    "commands.reextract": "",
    "commands.refused": "",
    "commands.savefixture": "",
    "commands.genspider": "",
    "commands.verify": "",
    "spiders.ecns.addresses": "",
    "spiders.ecns.content": "",
    "spiders.ecns.listings": "addresses",
    "spiders.ecns.articles": "addresses content",
}
"""The modules of a package, the innermost first, and what they may import of their own."""
THIRD_PARTY = {
    "items": "",
    "text": "",
    "urls": "",
    "moments": "",
    "selection": "",
    "frontier": "",
    "lines": "",
    "blocks": "lxml",
    "skeleton": "",
    "queries": "lxml cssselect",
    "network.challenges": "",
    "stores.http": "",
    "stores.jsonl": "",
    "stores.lock": "",
    "stores.digests": "",
    "stores.ledger": "",
    "stores.members": "",
    "stores.rebuild": "",
    "stores.segments": "",
    "stores.state": "",
    "stores.tables": "",
    "stores.walks": "",
    "stores.writer": "",
    "stores.warc": "warcio",
    "pipelines.names": "",
    "pipelines.datelines": "",
    "pipelines.headers": "",
}
"""The inner modules and what they may import that is not Python's own; the others are free."""


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports, also for type checking only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else str(node.module) for name in names}
    return found


def part_of(module: str) -> str:
    """The name in the table of a module: `crawler.stores.run` is of `stores`."""
    return module.split(".")[1] if "." in module else ""


def inward(module: str) -> set[str]:
    """The parts that a module imports, its own left out."""
    names = {name for name in imported(MODULES[module]) if name.split(".")[0] == "crawler"}
    return {part_of(name) for name in names} - {"", part_of(module)}


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_inwards(module: str) -> None:
    if part := part_of(module):
        assert part in ALLOWED, "a new part: give it its place in the table"
        assert inward(module) <= set(ALLOWED[part].split())


def test_the_table_has_an_order() -> None:
    names = list(ALLOWED)
    for place, (part, allowed) in enumerate(ALLOWED.items()):
        assert set(allowed.split()) <= set(names[:place]), part


@pytest.mark.parametrize("module", WITHIN)
def test_a_package_has_an_inside(module: str) -> None:
    package = f"crawler.{module.rpartition('.')[0]}."
    names = imported(MODULES[f"crawler.{module}"])
    own = {name.removeprefix(package) for name in names if name.startswith(package)}
    assert own <= set(WITHIN[module].split())


@pytest.mark.parametrize(
    "package", ["stores", "pipelines", "network", "verify", "suggest", "commands", "spiders.ecns"]
)
def test_all_of_a_package_has_its_place_in_order(package: str) -> None:
    names = [name for name in WITHIN if name.rpartition(".")[0] == package]
    there = {name.removeprefix("crawler.") for name in MODULES if name.startswith("crawler.")}
    assert set(names) == {name for name in there if name.rpartition(".")[0] == package}
    for place, name in enumerate(names):
        allowed = {f"{package}.{other}" for other in WITHIN[name].split()}
        assert allowed <= set(names[:place]), name


@pytest.mark.parametrize("module", MODULES)
def test_nothing_imports_settings_tests_or_another_spider(module: str) -> None:
    own = ".".join(module.split(".")[:3]) if part_of(module) == "spiders" else "none"
    for name in imported(MODULES[module]):
        assert name.split(".")[0] not in ("settings", "tests")
        assert part_of(name) != "spiders" or name == own or name.startswith(f"{own}.")


@pytest.mark.parametrize("part", THIRD_PARTY)
def test_the_innermost_modules_need_little(part: str) -> None:
    names = {name.split(".")[0] for name in imported(MODULES[f"crawler.{part}"])}
    others = names - set(sys.stdlib_module_names) - {"crawler"}
    assert others <= set(THIRD_PARTY[part].split())


def reached(part: str) -> set[str]:
    """The parts that the table lets `part` reach through others."""
    found: set[str] = set()
    waiting = ALLOWED[part].split()
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += ALLOWED[name].split()
    return found


@pytest.mark.parametrize(
    ("parts", "never"),
    [
        (
            "pages queries blocks parsing facts sifting network failures portal portals parts reading lines"
            + " skeleton spiders",
            "pipelines stores extensions commands readers reextract",
        ),
        (
            "pipelines",
            "pages queries blocks facts portal parts reading spiders extensions commands",
        ),
        (
            "stores",
            "pipelines pages queries portal parts reading spiders extensions commands readers",
        ),
        ("readers", "pipelines extensions commands reextract spiders"),
        (
            "extensions network captured salvage",
            "pipelines pages queries portal parts spiders commands reextract",
        ),
    ],
)
def test_the_table_keeps_the_layers_apart(parts: str, never: str) -> None:
    for part in parts.split():
        assert reached(part).isdisjoint(never.split()), part


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_one_subject_and_says_it(module: str) -> None:
    source = MODULES[module].read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(source))
