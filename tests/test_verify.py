"""`scrapy verify`: whatever is changed in an archive is found and named."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.stores.digests import seal
from crawler.stores.jsonl import encode
from crawler.stores.lock import Lock
from crawler.stores.rebuild import replace_state
from crawler.verify.archive import verify
from crawler.verify.findings import Findings
from tests.crawling import QUICK, ROOT, archived, article, environment, scrapy, small_site
from tests.pages import FIXTURES
from tests.proxy import Page, Site, running_proxy

SECTIONS = "section=politics,business,cns-wire,home,scroll,photo,video,rss"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a crawl of the recorded site, in small segments, and a second one."""
    data_dir = tmp_path_factory.mktemp("whole")
    small = ("-s", "ARCHIVE_SEGMENT_BYTES=30000", "-s", "RAW_SEGMENT_BYTES=100000")
    with running_proxy(Site.from_fixtures(FIXTURES / "ecns")) as proxy:
        env = environment(proxy, data_dir)
        for more in (small, ()):
            done = scrapy("crawl", "ecns", "-a", SECTIONS, *QUICK, *more, env=env)
            assert done.code == 0, done.err
    return data_dir


@pytest.fixture
def data_dir(whole: Path, tmp_path: Path) -> Path:
    """A copy, to be changed."""
    return shutil.copytree(whole, tmp_path / "data")


def problems(data_dir: Path) -> list[str]:
    found: list[str] = []
    verify(data_dir, ["ecns"], Findings(say=lambda problem: found.append(str(problem))))
    return found


def first(data_dir: Path, kind: str) -> Path:
    return min((data_dir / kind).glob("*/*/*.*"))


def contents(path: Path) -> list[str]:
    """All that a state says, but for what its next ledger has to say."""
    db = sqlite3.connect(path)
    try:
        return sorted(line for line in db.iterdump() if '"changed"' not in line)
    finally:
        db.close()


def test_a_whole_archive_is_whole(whole: Path) -> None:
    done = scrapy("verify", "--deep", env=environment(None, whole))
    assert (done.code, done.err) == (0, "")
    count = len(archived(whole))
    assert done.out.startswith("no problems; 2 runs,")
    assert f"{count} articles" in done.out
    assert f"{count} pages read again" in done.out


def test_any_flipped_byte_is_found_and_its_file_named(data_dir: Path) -> None:
    rng = random.Random(7)
    for kind in ("archive", "links", "raw", "runs"):
        files = [path for path in (data_dir / kind).glob("*/*/*.*") if path.stat().st_size]
        for _ in range(6):
            path = rng.choice(files)
            kept = path.read_bytes()
            flipped = bytearray(kept)
            at = rng.randrange(len(kept))
            flipped[at] ^= 1 << rng.randrange(8)
            path.write_bytes(flipped)
            found = problems(data_dir)
            path.write_bytes(kept)
            name = path.relative_to(data_dir).as_posix()
            assert any(problem.startswith(name) for problem in found), (name, at, found)
            if kind in ("archive", "links"):
                line = kept[:at].count(b"\n") + 1
                assert any(problem.startswith(f"{name}:{line}:") for problem in found), found
    assert problems(data_dir) == []


def test_a_flipped_byte_of_the_state_is_found_if_it_says_something(data_dir: Path) -> None:
    rng = random.Random(8)
    path = data_dir / "state" / "state.sqlite"
    kept, before = path.read_bytes(), contents(path)
    told = 0
    for _ in range(20):
        flipped = bytearray(kept)
        flipped[rng.randrange(len(kept))] ^= 1 << rng.randrange(8)
        path.write_bytes(flipped)
        try:
            changed = contents(path) != before
        except (sqlite3.Error, UnicodeDecodeError):
            changed = True
        found = problems(data_dir)
        assert found or not changed
        told += bool(found)
        path.write_bytes(kept)
    assert told > 3


def removed(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def doubled(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[0]]))


def last_line_lost(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def copied(path: Path) -> None:
    stem, dot, suffix = path.name.partition(".")
    shutil.copy(path, path.with_name(f"{stem[:21]}-00077{dot}{suffix}"))


def resaved(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))


@pytest.mark.parametrize("kind", ["archive", "links", "raw"])
@pytest.mark.parametrize("change", [removed, cut, doubled, last_line_lost, copied])
def test_whatever_is_done_to_a_file(
    data_dir: Path, kind: str, change: Callable[[Path], None]
) -> None:
    path = first(data_dir, kind)
    change(path)
    found = problems(data_dir)
    assert any(path.name.split("-0")[0].split(".")[0] in problem for problem in found), found


def test_a_file_compressed_again_is_not_what_was_written(data_dir: Path) -> None:
    resaved(first(data_dir, "raw"))
    assert problems(data_dir)


def changed_line(data_dir: Path, **changes: object) -> str:
    """Changes the first record of an archive, and the report of its run as one would who wants it
    to pass; gives the name of the file."""
    path = first(data_dir, "archive")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[0] = encode(json.loads(lines[0]) | changes)
    path.write_bytes(b"".join(lines))
    for report in (data_dir / "runs").glob("*/*/*.json"):
        report.unlink()
    return path.relative_to(data_dir).as_posix()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"headline": "Other"}, "text_sha256"),
        ({"headline": None}, "headline"),
        ({"portal": "ecns2"}, "portal"),
        ({"id": "xinhua:1"}, "id: of another portal"),
        ({"run": "ecns-20200101T000000Z"}, "run: not that of the file"),
        ({"published_at": "2026-11-24"}, "published_at"),
        ({"published_at": None}, "published_precision"),
        ({"fetched_at": "yesterday"}, "fetched_at"),
        ({"kind": "editorial"}, "kind"),
        ({"more": 1}, "more"),
        ({"revision": 0}, "revision"),
        ({"revision": 3}, "revision 3, but 1 different ones"),
        ({"fetched_at": "2020-01-01T00:00:00Z"}, "its capture is of 2"),
        ({"capture": "<urn:uuid:none>"}, "is in no WARC file"),
    ],
)
def test_a_line_that_cannot_be_is_named(data_dir: Path, changes: dict, says: str) -> None:  # type: ignore[type-arg]
    name = changed_line(data_dir, **changes)
    assert any(p.startswith(f"{name}:1: ") and says in p for p in problems(data_dir))


def test_numbers_of_a_report_are_held_against_the_files(data_dir: Path) -> None:
    for path in sorted((data_dir / "runs").glob("*/*/*.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        report["articles"]["archived"] += 1
        report["pages"]["captured"] -= 1
        del report["report_sha256"]
        path.write_bytes(seal(json.dumps(report, indent=1).encode() + b"\n"))
    found = "\n".join(problems(data_dir))
    assert "articles; its report says" in found
    assert "captures; its report says" in found


def test_deep_finds_what_the_page_does_not_say(data_dir: Path) -> None:
    name = changed_line(data_dir, editors=["Nobody"])
    assert not any(problem.startswith(f"{name}:1") for problem in problems(data_dir))
    done = scrapy("verify", "--deep", env=environment(None, data_dir))
    assert done.code == 1
    assert f"{name}:1: read again, it differs in editors" in done.out


def test_deep_names_what_cannot_be_read_again(data_dir: Path) -> None:
    records = archived(data_dir)
    listing = next(
        line["capture"]
        for path in (data_dir / "links").glob("*/*/*.jsonl")
        for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if line.get("capture")
    )
    assert listing not in [record["capture"] for record in records]
    name = changed_line(data_dir, capture=listing)
    done = scrapy("verify", "--deep", env=environment(None, data_dir))
    assert done.code == 1
    assert f"{name}:1: not read again" in done.out


def test_what_a_killed_run_left_is_named(data_dir: Path) -> None:
    path = first(data_dir, "archive")
    part = path.with_name("ecns-20200101T000000Z.jsonl.part")
    part.write_bytes(b'{"id":')
    assert any("left by a run that was killed" in problem for problem in problems(data_dir))


def test_a_state_that_says_otherwise_is_named(data_dir: Path) -> None:
    db = sqlite3.connect(data_dir / "state" / "state.sqlite")
    identifier = db.execute("SELECT min(id) FROM articles").fetchone()[0]
    db.execute("UPDATE articles SET revision = 7 WHERE id = ?", (identifier,))
    db.execute("DELETE FROM changed")
    db.execute("DELETE FROM sightings WHERE id = ?", (identifier,))
    db.commit()
    db.close()
    found = [p for p in problems(data_dir) if p.startswith("state/state.sqlite: ")]
    assert [p for p in found if "articles: the files say otherwise" in p and identifier in p]
    assert [p for p in found if "sightings: the files say so" in p and identifier in p]


def test_the_state_is_made_anew_and_is_the_same(data_dir: Path) -> None:
    path = data_dir / "state" / "state.sqlite"
    before = contents(path)
    done = scrapy("verify", "--rebuild-state", env=environment(None, data_dir))
    assert done.code == 0, done.out + done.err
    assert contents(path) == before
    [aside] = path.parent.glob("state.sqlite.replaced-*")
    assert contents(aside) == before


@pytest.mark.parametrize("damage", ["garbage", "gone"])
def test_a_damaged_state_ends_a_run_and_a_new_one_goes_on(data_dir: Path, damage: str) -> None:
    path = data_dir / "state" / "state.sqlite"
    before = contents(path)
    env = environment(None, data_dir)
    if damage == "garbage":
        path.write_bytes(b"no database " * 4000)
        done = scrapy("crawl", "ecns", env=env)
        assert (done.code, len(done.err.splitlines())) == (4, 1)
        assert f"storage failed: {path}" in done.err
        assert "verify --rebuild-state" in done.err
        assert "Traceback" not in done.err
        assert scrapy("verify", env=env).code == 1
    else:
        path.unlink()
        assert "state/state.sqlite: missing; the next crawl makes it anew" in problems(data_dir)
    done = scrapy("verify", "--rebuild-state", env=env)
    assert done.code == 0, done.out + done.err
    assert contents(path) == before


def test_a_crawl_makes_a_lost_state_anew(tmp_path: Path) -> None:
    site, urls = small_site(45)
    data_dir = tmp_path / "data"
    with running_proxy(site) as proxy:
        env = environment(proxy, data_dir)
        crawl = ("crawl", "ecns", "-a", "section=news", *QUICK)
        broken, whole = urls[7], site[urls[7]]
        site[broken] = Page(body="<p>no article</p>")
        assert scrapy(*crawl, "-a", "pages=2", env=env).code == 0
        state = data_dir / "state" / "state.sqlite"
        before = contents(state)
        state.unlink()
        site[broken] = whole
        proxy.clear()
        assert scrapy(*crawl, env=env).code == 0
        asked = [url for url in proxy.urls if "detail-" in url]
    assert "refused" in "".join(before)
    assert sorted(asked) == sorted(urls[40:])
    assert len(archived(data_dir)) == 44
    assert problems(data_dir) == []


@pytest.fixture
def running(data_dir: Path) -> Iterator[Path]:
    lock = Lock(data_dir / "state" / "ecns.lock")
    lock.acquire()
    yield lock.path
    lock.release()


def test_no_state_is_made_while_a_run_is_on(data_dir: Path, running: Path) -> None:
    done = scrapy("verify", "--rebuild-state", env=environment(None, data_dir))
    assert done.code == 3
    assert f"{running}: held by pid" in done.err
    assert not list(running.parent.glob("*.replaced-*"))


def test_usage(tmp_path: Path, data_dir: Path) -> None:
    empty = scrapy("verify", env=environment(None, tmp_path / "none"))
    assert (empty.code, len(empty.err.splitlines())) == (2, 1)
    assert "nothing was archived there" in empty.err
    done = scrapy("verify", "xinhua", env=environment(None, data_dir))
    assert (done.code, "there is: ecns" in done.err) == (2, True)
    done = scrapy("verify", "-j", "many", env=environment(None, data_dir))
    assert (done.code, "no number of jobs" in done.err) == (2, True)


def test_a_killed_rebuild_does_no_harm(data_dir: Path) -> None:
    path = data_dir / "state" / "state.sqlite"
    before = contents(path)
    Path(f"{path}.part").write_bytes(b"half of one")
    replace_state(data_dir)
    assert contents(path) == before


def test_records_of_a_re_extraction_of_other_files_are_noted(
    data_dir: Path, tmp_path: Path
) -> None:
    url, page = article(1)
    other = tmp_path / "other"
    with running_proxy(Site({url: page})) as proxy:
        scrapy("crawl", "ecns", "-a", f"url={url}", *QUICK, env=environment(proxy, other))
    env = environment(None, data_dir)
    assert scrapy("reextract", *other.glob("raw/*/*/*.gz"), env=env).code == 0
    done = scrapy("verify", env=env)
    assert "1 records read from WARC files kept elsewhere" in done.out


def test_while_a_run_is_on_nothing_is_wrong(tmp_path: Path) -> None:
    site, _ = small_site(60)
    small = ("-s", "ARCHIVE_SEGMENT_BYTES=3000", "-s", "DOWNLOAD_DELAY=0.1")
    with running_proxy(site) as proxy:
        env = environment(proxy, tmp_path)
        command = [sys.executable, "-m", "scrapy", "crawl", "ecns", "-a", "section=news", *QUICK]
        with subprocess.Popen(
            [*command, *small], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        ) as running:
            deadline = time.monotonic() + 20
            while not list(tmp_path.glob("archive/*/*/*.jsonl")) and time.monotonic() < deadline:
                time.sleep(0.05)
            done = scrapy("verify", env=env)
            assert running.poll() is None
            running.terminate()
    assert done.code == 0, done.out
    assert "records read from a WARC file still open" in done.out
    assert "a run is on" in done.out
    assert problems(tmp_path) == []
