"""What there is is documented, and what is documented is there."""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.cmdline import _get_commands_dict
from scrapy.settings import default_settings

from crawler import items
from crawler.stores.tables import SCHEMA
from tests.pages import project_settings
from tests.test_portals import PORTALS
from tests.write_docs import portals_text, readme_text, schema_text

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("**/*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
SETTINGS = ("base", "dev", "replay")  # production asks for an address of contact when imported


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def rows(path: Path) -> Iterator[list[str]]:
    """Cells of every row of every table of a page."""
    for line in text_of(path).splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def code_blocks(path: Path, language: str = "") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(path), re.MULTILINE | re.DOTALL)


def command_lines(path: Path) -> list[list[str]]:
    """The command lines in the shell blocks of a page, comments dropped."""
    lines = "".join(code_blocks(path, "sh")).splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def settings_of(module: str) -> dict[str, Any]:
    loaded = importlib.import_module(f"settings.{module}")
    return {name: value for name, value in vars(loaded).items() if name.isupper()}


def assigned(module: str) -> set[str]:
    """The settings that a module names, read without importing it."""
    tree = ast.parse(text_of(ROOT / "settings" / f"{module}.py"))
    targets = [t for node in ast.walk(tree) if isinstance(node, ast.Assign) for t in node.targets]
    return {t.id for t in targets if isinstance(t, ast.Name) and t.id.isupper()}


# Made from the code


def test_documents_made_from_code_are_current() -> None:
    again = "is not current: run `make docs`"
    assert text_of(DOCS / "archive.schema.json") == schema_text(), f"archive.schema.json {again}"
    assert text_of(DOCS / "portals.md") == portals_text(), f"portals.md {again}"
    assert text_of(README) == readme_text(text_of(README)), f"README.md {again}"


# Everything is documented


@pytest.mark.parametrize("portal", PORTALS)
def test_portal_is_documented(portal: str) -> None:
    assert f"| `{portal}` |" in text_of(README)
    assert f"## {portal}\n" in text_of(DOCS / "portals.md")


def commands() -> list[str]:
    found = (ROOT / "crawler" / "commands").glob("*.py")
    return sorted(path.stem for path in found if path.stem != "__init__")


@pytest.mark.parametrize("command", commands())
def test_command_is_documented(command: str) -> None:
    assert f"scrapy {command}" in text_of(README)
    assert f"`scrapy {command}`" in text_of(DOCS / "operations.md")


@pytest.mark.parametrize("module", [*SETTINGS, "production"])
def test_settings_are_documented(module: str) -> None:
    text = text_of(DOCS / "settings.md")
    assert [name for name in sorted(assigned(module)) if f"`{name}`" not in text] == []


def test_settings_that_are_documented_exist() -> None:
    ours = set().union(*(assigned(module) for module in (*SETTINGS, "production")))
    tables = text_of(DOCS / "settings.md").partition("\n## Our own\n")[2]
    first = [line.split("|")[1] for line in tables.splitlines() if line.startswith("| `")]
    named = {name for cell in first for name in re.findall(r"`([A-Z_]+)`", cell)}
    assert named - ours == set()


def test_defaults_are_as_documented() -> None:
    base = settings_of("base")
    said = {name.strip("`"): value for name, value, *_ in rows(DOCS / "settings.md") if value}
    wrong = {
        name: (base[name], said[name])
        for name in sorted(base.keys() & said.keys() - {"CONTACT", "DATA_DIR"})
        if f"`{base[name]!r}`" != said[name]
    }
    assert wrong == {}
    plain = {n for n, v in base.items() if isinstance(v, bool | int | float | str)}
    from_elsewhere = {"NEWSPIDER_MODULE", "COMMANDS_MODULE", "TEMPLATES_DIR", "USER_AGENT"}
    assert plain - from_elsewhere - said.keys() == set()


def test_own_settings_have_their_table() -> None:
    named = {name for module in SETTINGS for name in settings_of(module)}
    own = {name for name in named if not hasattr(default_settings, name)}
    chapter = text_of(DOCS / "settings.md").partition("\n## Our own\n")[2].partition("\n## ")[0]
    assert {name for name in own if f"\n| `{name}` |" not in chapter} == set()


def documented_fields() -> list[tuple[str, str, str]]:
    """Class, name and docstring of every field of the record."""
    found = []
    for node in ast.parse(inspect.getsource(items)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, meaning in zip(node.body, node.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                assert isinstance(meaning, ast.Expr), f"{field.target.id} has no docstring"
                said = " ".join(ast.literal_eval(meaning.value).split())
                found.append((node.name, field.target.id, said))
    return found


@pytest.mark.parametrize(("record", "name", "meaning"), documented_fields())
def test_field_is_documented_as_in_the_code(record: str, name: str, meaning: str) -> None:
    said = [row[-1] for row in rows(DOCS / "archive-format.md") if row[0] == f"`{name}`"]
    assert meaning in said, f"docs/archive-format.md, {record}: | `{name}` | … | {meaning} |"


def test_fields_stand_in_their_order() -> None:
    names = [row[0].strip("`") for row in rows(DOCS / "archive-format.md")]
    fields = [name for record, name, _ in documented_fields() if record == "Article"]
    positions = [names.index(name) for name in fields]
    assert positions == sorted(positions)


def test_state_is_documented() -> None:
    said = {row[0].strip("`"): row[-1] for row in rows(DOCS / "archive-format.md")}
    tables = re.findall(r"CREATE TABLE IF NOT EXISTS (\w+) \((.*?)\n\)", SCHEMA, re.DOTALL)
    assert tables
    for table, body in tables:
        columns = re.findall(r"(\w+) (?:TEXT|INTEGER)", body)
        assert [name for name in columns if f"`{name}`" not in said[table]] == []


def test_modules_are_documented() -> None:
    text = text_of(DOCS / "architecture.md")
    found = [path for path in (ROOT / "crawler").iterdir() if path.stem.isidentifier()]
    missing = {
        path.name for path in found if f"`{path.name}`" not in text and f"`{path.name}/" not in text
    }
    assert missing - {"__init__.py"} <= {"templates"}


@pytest.mark.parametrize("portal", PORTALS)
def test_exceptions_of_a_portal_are_documented(portal: str) -> None:
    """By its docstring, which `docs/portals.md` prints."""
    chapter = text_of(DOCS / "portals.md").partition(f"\n## {portal}\n")[2].partition("\n## ")[0]
    missing = [name for name in PORTALS[portal].custom_settings or {} if name not in chapter]
    assert missing == []


def test_code_shown_is_the_code() -> None:
    block = code_blocks(DOCS / "adding-a-portal.md", "python")[0]
    shown = [line for line in block.splitlines() if line and not line.strip().startswith("#")]
    code = text_of(ROOT / "crawler" / "spiders" / "ecns" / "addresses.py").splitlines()
    assert "AddressForm(" in block
    assert [line for line in shown if line not in code] == []


def test_arguments_are_documented() -> None:
    text = text_of(DOCS / "operations.md")
    for name in ("section", "pages", "since", "until", "url"):
        assert f"`-a {name}=" in text


# What is documented is there


def test_readme_is_short() -> None:
    assert len(text_of(README).splitlines()) < 150


def test_readme_begins_with_commands_and_a_record() -> None:
    screen = "\n".join(text_of(README).splitlines()[:40])
    for words in ("make crawl", "make test", "make demo", '"headline": "'):
        assert words in screen


def test_readme_record_has_the_fields_of_the_record() -> None:
    shown = re.findall(r'"(\w+)": ', code_blocks(README)[0])
    assert set(shown) <= {name for _, name, _ in documented_fields()}
    assert len(code_blocks(README)[0].splitlines()) <= 16


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_make_verbs_exist(path: Path) -> None:
    targets = set(re.findall(r"^(\w+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text_of(path), re.MULTILINE))
    assert named - targets == set()


def scrapy_lines() -> list[list[str]]:
    found = [words for path in PAGES for words in command_lines(path) if words[0] == "scrapy"]
    return [list(words) for words in dict.fromkeys(map(tuple, found))]


@pytest.mark.parametrize("words", scrapy_lines(), ids=" ".join)
def test_scrapy_lines_are_valid(words: list[str]) -> None:
    settings = project_settings(COMMANDS_MODULE="crawler.commands")
    known = _get_commands_dict(settings, inproject=True)
    _, verb, *rest = words
    assert verb in known
    command = known[verb]
    command.settings = settings
    parser = argparse.ArgumentParser(conflict_handler="resolve", exit_on_error=False)
    command.add_options(parser)
    options, args = parser.parse_known_args(rest)
    assert [word for word in args if word.startswith("-")] == []
    if verb == "crawl":
        command.process_options(args, options)
        (portal,) = args
        PORTALS[portal].select(options.spargs)
        assert options.overwrite_output is None or all(options.overwrite_output)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(path)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, heading = target.partition("#")
        found = (path.parent / place) if place else path
        assert found.exists(), f"{name_of(path)} → {target}"
        if heading:
            headings = re.findall(r"^#+ (.*)$", text_of(found), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
            assert heading in slugs, f"{name_of(path)} → {target}"


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_files_named_exist(path: Path) -> None:
    """Paths in the project, in backquotes; a pattern or placeholder is no path."""
    roots = r"(?:crawler|settings|tests|docs)/[\w./-]+"
    for named in re.findall(rf"`({roots})`", text_of(path)):
        assert (ROOT / named).exists(), f"{name_of(path)} names {named}"


@pytest.mark.parametrize("path", DECISIONS, ids=name_of)
def test_decision_has_three_parts(path: Path) -> None:
    text = text_of(path)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == ["Context", "Choice", "Consequences"]
    assert re.match(rf"# {int(path.name[:4])}\. \w", text)
    assert len(text.splitlines()) <= 60


def test_decisions_are_numbered_through() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


def test_changelog_has_its_chapters() -> None:
    text = text_of(ROOT / "CHANGELOG.md")
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions[0] == "Unreleased"
    wanted = ["Archive format", "Portals", "Running it", "Inside"]
    for version in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        chapters = re.findall(r"^### (.*)$", version, re.MULTILINE)
        assert chapters == [name for name in wanted if name in chapters]


# Words and places that have no business in a document of this project.
FORBIDDEN = re.compile(
    r"(?<![\w.])/(?:work|home|root|tmp|opt|Users)/|\.\./shared"
    r"|\b(?:TODO|FIXME|XXX|TBD)\b"
    r"|\b(?:blazing|cutting-edge|effortless\w*|powerful|seamless\w*)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_nothing_forbidden(path: Path) -> None:
    assert [found[0] for found in FORBIDDEN.finditer(text_of(path))] == []
