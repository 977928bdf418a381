"""`scrapy verify` beside crawls, after killed ones and after re-extractions: no false alarm."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.verify import archive, states
from crawler.verify.findings import Findings
from tests.crawling import HOME, QUICK, ROOT, article, environment, listing, scrapy, small_site
from tests.proxy import Page, Site, running_proxy

CRAWL = ("crawl", "ecns", "-a", "section=news", *QUICK)
NEW = {f"{HOME}/news/index.shtml": listing([article(n)[0] for n in range(100, 105)])} | dict(
    article(n) for n in range(100, 105)
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a crawl that archived seven articles and refused one."""
    data_dir = tmp_path_factory.mktemp("whole")
    site, urls = small_site(8)
    site[urls[3]] = Page(body=b"<html><body>no article</body></html>")
    with running_proxy(site) as proxy:
        assert scrapy(*CRAWL, env=environment(proxy, data_dir)).code == 0
    return data_dir


@pytest.fixture
def data_dir(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "data")


def verified(data_dir: Path) -> tuple[list[str], list[str]]:
    """Problems and notes."""
    found: list[str] = []
    findings = Findings(say=lambda problem: found.append(str(problem)))
    archive.verify(data_dir, ["ecns"], findings)
    return found, findings.notes


def crawl(data_dir: Path, site: Site | None = None) -> None:
    with running_proxy(site or Site(NEW)) as proxy:
        assert scrapy(*CRAWL, "-a", "pages=1", env=environment(proxy, data_dir)).code in (0, 1)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        (archive, "look"),
        (archive, "check_revisions"),
        (states, "_copied"),
        (states, "_make"),
    ],
)
def test_a_crawl_in_between(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, before: bool
) -> None:
    asked: Callable[..., Any] = getattr(module, name)
    done = []

    def meanwhile(*args: Any) -> Any:
        if before and not done:
            done.append(crawl(data_dir))
        found = asked(*args)
        if not done:
            done.append(crawl(data_dir))
        return found

    monkeypatch.setattr(module, name, meanwhile)
    assert verified(data_dir)[0] == []
    assert done
    monkeypatch.undo()
    assert verified(data_dir) == ([], [])


def test_a_crawl_that_closed_a_file_and_ended_after_the_files_were_listed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its archive was listed, its WARC file was not: as if it had been open then."""
    crawl(data_dir)
    newest = max(data_dir.glob("raw/*/*/*.gz"))
    part = newest.rename(newest.with_name(f"{newest.name}.part"))
    asked = archive.look

    def meanwhile(*args: Any) -> bool:
        if part.exists():
            part.rename(newest)
        return asked(*args)

    monkeypatch.setattr(archive, "look", meanwhile)
    found, notes = verified(data_dir)
    assert found == []
    assert len(notes) == 1
    assert "read from a WARC file still open" in notes[0]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a crawl that was killed once it had closed some files."""
    data_dir = tmp_path_factory.mktemp("killed")
    site, urls = small_site(60)
    for url in urls[5:10]:
        site[url] = Page(body=b"<html><body>no article</body></html>")
    small = ("-s", "ARCHIVE_SEGMENT_BYTES=3000", "-s", "DOWNLOAD_DELAY=0.05")
    command = [sys.executable, "-m", "scrapy", *CRAWL, *small]
    with (
        running_proxy(site) as proxy,
        subprocess.Popen(
            command, cwd=ROOT, env=environment(proxy, data_dir), stderr=subprocess.DEVNULL
        ) as running,
    ):
        deadline = time.monotonic() + 20
        while len(list(data_dir.glob("archive/*/*/*.jsonl"))) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert list(data_dir.glob("raw/*/*/*.part"))
        running.send_signal(signal.SIGKILL)
    return data_dir


def test_a_killed_crawl_is_one_line_for_each_of_its_open_files(
    killed: Path, tmp_path: Path
) -> None:
    data_dir = shutil.copytree(killed, tmp_path / "data")
    parts = {part.relative_to(data_dir).as_posix() for part in data_dir.rglob("*.part")}
    says = "left by a run that was killed; the next crawl completes it"
    found, notes = verified(data_dir)
    assert set(found) == {f"{part}: {says}" for part in parts}
    assert "records read from a WARC file that the next crawl completes" in "".join(notes)
    done = scrapy("verify", "--deep", env=environment(None, data_dir))
    assert f"{len(parts)} problems; " in done.out


def test_what_a_killed_crawl_left_may_just_be_completed(killed: Path, tmp_path: Path) -> None:
    data_dir = shutil.copytree(killed, tmp_path / "data")
    folder = next(data_dir.glob("runs/*/*"))
    on = folder / "ecns-20991231T000000Z.json.part"
    on.touch()
    found, notes = verified(data_dir)
    assert found == []
    assert any("left by runs that were killed; ecns-20991231T000000Z is on" in n for n in notes)


def test_archives_of_a_killed_run_that_the_state_has_not_learned(data_dir: Path) -> None:
    [path] = data_dir.glob("archive/*/*/*.jsonl")
    [report] = data_dir.glob("runs/*/*/*.json")
    name = "ecns-20990101T000000Z"
    lines = path.read_text(encoding="utf-8").replace(report.stem, name)
    lines = lines.replace('"ecns:', '"ecns:more-')
    path.with_name(f"{name}.jsonl").write_text(lines, encoding="utf-8")
    report.with_name(f"{name}.json.part").write_text("x", encoding="utf-8")
    found, notes = verified(data_dir)
    assert len(found) == 1
    assert "ecns: 1 files of runs that were killed are to be learned by the next crawl" in notes


def test_a_re_extraction_is_learned_by_the_next_crawl(data_dir: Path) -> None:
    env = environment(None, data_dir)
    files = sorted(data_dir.glob("raw/*/*/*.gz"))
    assert scrapy("reextract", *files, env=env).code == 0
    done = scrapy("verify", "--deep", env=env)
    assert done.code == 0, done.out
    assert "note: ecns: 1 files of re-extractions are to be learned by the next crawl" in done.out
    crawl(data_dir)
    assert verified(data_dir) == ([], [])


def test_a_re_extraction_while_verify_looks(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = archive.check_revisions

    def meanwhile(*args: Any) -> None:
        asked(*args)
        files = sorted(data_dir.glob("raw/*/*/*.gz"))
        assert scrapy("reextract", *files, env=environment(None, data_dir)).code == 0

    monkeypatch.setattr(archive, "check_revisions", meanwhile)
    assert verified(data_dir)[0] == []


def test_a_folder_of_a_re_extraction_alone_has_no_state(data_dir: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    files = sorted(data_dir.glob("raw/*/*/*.gz"))
    done = scrapy("reextract", "-o", other, *files, env=environment(None, data_dir))
    assert done.code == 0
    found, notes = verified(other)
    assert found == []
    assert len(notes) == 1
    (data_dir / "state" / "state.sqlite").unlink()
    assert verified(data_dir)[0] == ["state/state.sqlite: missing; the next crawl makes it anew"]


def test_an_interrupted_re_extraction_is_one(data_dir: Path) -> None:
    env = environment(None, data_dir)
    assert scrapy("reextract", *data_dir.glob("raw/*/*/*.gz"), env=env).code == 0
    report = max(data_dir.glob("runs/*/*/*.json"))
    said = {name: json.loads(report.read_bytes())[name] for name in ("run", "command")}
    report.with_name(f"{report.name}.part").write_text(json.dumps(said), encoding="utf-8")
    report.unlink()
    assert len(verified(data_dir)[0]) == 1
    crawl(data_dir)
    assert verified(data_dir) == ([], [])
