"""`scrapy genspider -t portal`: a module that is whole, and red until it has fixtures."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.crawling import ROOT, Done

YEAR = f"{datetime.now(UTC):%Y}"
COPIED = ("crawler", "settings", "tests", "docs", "scrapy.cfg", "pyproject.toml", "README.md")


def run(project: Path, *command: str) -> Done:
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SCRAPY_SETTINGS_MODULE")}
    env |= {"SCRAPY_PROJECT": "default", "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env=env | {"PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return Done(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, with one portal and its fixtures, in which a portal was generated."""
    folder = tmp_path_factory.mktemp("copy") / "project"
    folder.mkdir()
    passed_over = shutil.ignore_patterns("__pycache__", "bench", "chaos", "mutants")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=passed_over)
        else:
            shutil.copy(source, folder / name)
    for place in (folder / "crawler" / "spiders", folder / "tests" / "fixtures"):
        for other in place.iterdir():
            if other.is_dir() and other.name != "ecns":
                shutil.rmtree(other)
    return folder


@pytest.fixture(scope="module")
def generated(project: Path) -> Done:
    return run(project, "scrapy", "genspider", "-t", "portal", "harbournews", "www.harbour.example")


def module(project: Path) -> Path:
    return project / "crawler" / "spiders" / "harbournews.py"


def test_the_module_is_whole(project: Path, generated: Done) -> None:
    assert generated.code == 0, generated.err
    assert (
        "crawler.spiders.harbournews" in generated.out
        and "docs/adding-a-portal.md" in generated.out
    )
    source = module(project).read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert (ast.get_docstring(tree) or "").startswith("harbournews, www.harbour.example")
    assert re.findall(r"^class (\w+)", source, re.MULTILINE) == [
        f"Listing{YEAR}", f"Article{YEAR}", "HarbournewsSpider",
    ]  # fmt: skip
    assert 'allowed_domains = ["harbour.example"]' in source
    assert 'home = "https://www.harbour.example"' in source
    assert "$" not in source


def test_scrapy_finds_the_portal(project: Path, generated: Done) -> None:
    listed = run(project, "scrapy", "list")
    assert listed.out.split() == ["ecns", "harbournews"]
    usage = run(project, "scrapy", "crawl", "harbournews", "-a", "section=nosuch")
    assert usage.code == 2 and "news" in usage.err


READS = """
from scrapy.http import HtmlResponse
from crawler.spiders.harbournews import HarbournewsSpider as Spider
article = '''<nav class="crumbs"><a>Home</a><a>Port</a></nav><article class="story"><h1>Berth opens</h1>
<span class="date">2026-11-02 10:00</span><div class="text"><p>One.</p><p>Two.</p></div></article>'''
listing = '''<ul class="list"><li><a href="/news/2026-11-02/12.html">Berth opens</a>
<span class="date">2026-11-02</span></li></ul>'''
from crawler.pages import recognise
url = "https://www.harbour.example/news/2026-11-02/12.html"
spider = Spider()
item = spider.read(HtmlResponse(url, body=article.encode(), encoding="utf-8")).item
print(item.id, item.url)
print(item.headline, item.section, item.published_text, item.body)
page = HtmlResponse("https://www.harbour.example/news/", body=listing.encode(), encoding="utf-8")
link = recognise(page, Spider.listings).links[0]
print(spider.listed(link.url, "news", link).day, link.headline, spider.listing_addresses("/news/", 2))
"""


def test_its_layouts_read_what_they_say(project: Path, generated: Done) -> None:
    (project / "reads.py").write_text(READS)
    read = run(project, "reads")
    assert read.code == 0, read.err
    assert read.out.splitlines() == [
        "harbournews:12 https://www.harbour.example/news/2026-11-02/12.html",
        "Berth opens Port 2026-11-02 10:00 ['One.', 'Two.']",
        "2026-11-02 Berth opens ('https://www.harbour.example/news/index_2.html',)",
    ]


@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy", "--follow-imports=silent")],
    ids=" ".join,
)
def test_it_is_in_the_style_of_the_project(
    project: Path, generated: Done, command: tuple[str, ...]
) -> None:
    pytest.importorskip(command[0], reason="requirements-dev.txt is not installed")
    done = run(project, *command, "crawler/spiders/harbournews.py")
    assert done.code == 0, done.out + done.err


def test_the_tests_are_red_and_name_it(project: Path, generated: Done) -> None:
    done = run(project, "pytest", "-q", "-p", "no:cacheprovider", "tests/test_portals.py")
    assert done.code == 1
    red = set(re.findall(r"^FAILED tests/test_portals\.py::(\S+)", done.out, re.MULTILINE))
    assert red == {
        "test_every_layout_has_fixtures[harbournews]",
        "test_one_portal_has_one_name[harbournews]",
    }
    assert f"Article{YEAR}" in done.out and f"Listing{YEAR}" in done.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["bad name", "www.example.cn"], "'bad name' is no name of a portal"),
        (["some-portal", "www.example.cn"], "'some-portal' is no name of a portal"),
        (["2news", "www.example.cn"], "'2news' is no name of a portal"),
        (["class", "www.example.cn"], "'class' is no name of a portal"),
        (["../news", "www.example.cn"], "'../news' is no name of a portal"),
        (["ecns", "www.ecns.cn"], "crawler/spiders/ecns is there already"),
        (["harbournews", "www.harbour.example"], "harbournews.py is there already"),
        (["other", "no domain"], "'no domain' is no domain"),
        (["other", "www.example.cn:8080"], "'www.example.cn:8080' is no domain"),
        (["other"], "a name and a domain"),
    ],
)
def test_what_cannot_be_a_portal_is_one_line(
    project: Path, generated: Done, args: list[str], said: str
) -> None:
    before = sorted(module(project).parent.iterdir())
    done = run(project, "scrapy", "genspider", "-t", "portal", *args)
    assert done.code == 2 and done.out == ""
    assert done.err.startswith("scrapy genspider: ") and said in done.err
    assert done.err.count("\n") == 1
    assert sorted(module(project).parent.iterdir()) == before


def test_the_templates_of_scrapy_go_on_working(project: Path, generated: Done) -> None:
    listed = run(project, "scrapy", "genspider", "--list").out
    assert {"basic", "crawl", "portal"} <= set(listed.split())
    shown = run(project, "scrapy", "genspider", "--dump", "portal").out
    assert "class $classname(PortalSpider)" in shown
    done = run(project, "scrapy", "genspider", "plain", "www.example.cn")
    plain = module(project).with_name("plain.py")
    assert done.code == 0 and "scrapy.Spider" in plain.read_text(encoding="utf-8")
    plain.unlink()
    missing = run(project, "scrapy", "genspider", "-t", "nosuch", "other", "www.example.cn")
    assert missing.code == 2 and missing.err.count("\n") == 1
    assert "no template 'nosuch'" in missing.err
