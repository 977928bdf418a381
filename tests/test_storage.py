"""Storage that fails in the middle of a run: one line that names the path, exit code 4, nothing that
was archived lost, and the next run goes on."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.stores.jsonl import read_lines
from tests.crawling import QUICK, ROOT, Done, archived, environment, scrapy, small_site
from tests.proxy import Proxy, Site, running_proxy

COUNT = 60
CRAWL = ("crawl", "ecns", "-a", "section=news", *QUICK, "-s", "STATE_BUSY_SECONDS=0.3")


@pytest.fixture
def site() -> Site:
    return small_site(COUNT)[0]


@contextmanager
def crawling(proxy: Proxy, data_dir: Path, *, pages: int, limit: int = 0) -> Iterator[list[Done]]:
    """A crawl in the middle of which the block runs, once so many pages were served; how it ended
    is in the list afterwards. No file may grow beyond `limit` bytes."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "scrapy", *CRAWL, "-s", "DOWNLOAD_DELAY=0.02"]
    ended: list[Done] = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(proxy, data_dir),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limited if limit else None,  # noqa: PLW1509 - nothing else runs here
    ) as running:
        deadline = time.monotonic() + 20
        while len(proxy.urls) < pages and time.monotonic() < deadline and running.poll() is None:
            time.sleep(0.01)
        yield ended
        out, err = running.communicate(timeout=30)
        ended.append(Done(running.returncode, out, err))


def check_ending(ended: Done, says: str) -> None:
    assert ended.code == 4, ended.out + ended.err
    lines = [line for line in ended.out.splitlines() if "storage failed" in line]
    assert len(lines) == 1, ended.out
    assert says in lines[0]
    assert "what was archived before stays" in lines[0]
    assert "Traceback" not in ended.err


def check_next_run(proxy: Proxy, data_dir: Path) -> None:
    done = scrapy(*CRAWL, env=environment(proxy, data_dir))
    assert done.code == 0, done.out + done.err
    records = archived(data_dir)
    assert len(records) == len({record["id"] for record in records}) == COUNT
    assert not list(data_dir.glob("**/*.part"))


def removed(pattern: str) -> Callable[[Path], str]:
    def remove(data_dir: Path) -> str:
        [path] = data_dir.glob(pattern)
        path.unlink()
        return str(path)

    return remove


def all_removed(data_dir: Path) -> str:
    shutil.rmtree(data_dir)
    return str(data_dir)


@pytest.mark.parametrize(
    "remove",
    [
        removed("archive/*/*/*.part"),
        removed("state/state.sqlite"),
        all_removed,
    ],
    ids=["archive", "state", "everything"],
)
def test_a_file_removed_under_our_feet(
    site: Site, tmp_path: Path, remove: Callable[[Path], str]
) -> None:
    data_dir = tmp_path / "data"
    with running_proxy(site) as proxy:
        with crawling(proxy, data_dir, pages=25) as ended:
            path = remove(data_dir)
        check_ending(ended[0], path)
        check_next_run(proxy, data_dir)
    done = scrapy("verify", env=environment(None, data_dir))
    assert done.code == 0, done.out


def test_evidence_removed_under_our_feet(site: Site, tmp_path: Path) -> None:
    with running_proxy(site) as proxy:
        with crawling(proxy, tmp_path, pages=25) as ended:
            path = removed("raw/*/*/*.part")(tmp_path)
        check_ending(ended[0], path)
        check_next_run(proxy, tmp_path)
    done = scrapy("verify", env=environment(None, tmp_path))
    assert done.code == 1
    assert "is in no WARC file" in done.out


@pytest.mark.parametrize("pages", [0, 25])
def test_a_state_that_another_process_holds(site: Site, tmp_path: Path, pages: int) -> None:
    path = tmp_path / "state" / "state.sqlite"
    path.parent.mkdir()
    with running_proxy(site) as proxy:
        if not pages:
            scrapy("crawl", "ecns", "-a", "section=world", *QUICK, env=environment(proxy, tmp_path))
        db: sqlite3.Connection | None = None
        if not pages:
            db = held(path)
        with crawling(proxy, tmp_path, pages=pages) as ended:
            db = db or held(path)
        assert ended[0].code == 4
        said = ended[0].out + ended[0].err
        assert f"storage failed: {path}: database is locked" in said
        assert "Traceback" not in said
        db.close()
        check_next_run(proxy, tmp_path)


def held(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    return db


@pytest.mark.parametrize("limit", [3_000, 9_000, 30_000, 70_000])
def test_a_disk_that_takes_no_more(site: Site, tmp_path: Path, limit: int) -> None:
    """A limit on the size of files fails as a full disk does, in the middle of a record."""
    with running_proxy(site) as proxy:
        with crawling(proxy, tmp_path, pages=1000, limit=limit) as ended:
            pass
        assert ended[0].code == 4, ended[0].out + ended[0].err
        assert "storage failed: " in ended[0].out + ended[0].err
        assert str(tmp_path) in ended[0].out + ended[0].err
        assert "Traceback" not in ended[0].err
        for path in tmp_path.glob("archive/*/*/*.jsonl"):
            assert list(read_lines(path))
        check_next_run(proxy, tmp_path)
    done = scrapy("verify", env=environment(None, tmp_path))
    assert done.code == 0, done.out
