"""A crawl killed at its worst moments loses nothing; and the checks that say so can fail."""

from __future__ import annotations

import fcntl
import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.left import commit_ended, members, torn
from tests.chaos.plan import KINDS, lives
from tests.chaos.run import Options, Result, check, run
from tests.chaos.site import Site
from tests.chaos.table import table
from tests.chaos.wal import read_log

ARTICLES = 120
SEED = 4


@pytest.fixture(scope="module")
def chaos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A short chaos: every kind of death, lives of some ten articles each."""
    folder = tmp_path_factory.mktemp("chaos")
    options = Options(
        SEED, ARTICLES, kills=10, delay=0.015, share=0.5, scale=0.15, rivals=1, terms=1
    )
    return run(options, folder, print), folder / "data"


@pytest.fixture
def copy(chaos: tuple[Result, Path], tmp_path: Path) -> Path:
    """The data folder it left, to be spoiled."""
    return shutil.copytree(chaos[1], tmp_path / "data")


def test_nothing_is_lost_and_nothing_doubled(chaos: tuple[Result, Path]) -> None:
    result, _ = chaos
    assert not result.failed, table(result)
    assert set(result.kills) == set(KINDS)
    assert result.figures()["pages"]["article"]["addresses"] == len(Site(ARTICLES).articles)
    json.dumps(result.figures())


def test_a_seed_gives_one_plan() -> None:
    first, again, other = (
        [life.plan() for life in lives(seed, 60)] for seed in (SEED, SEED, SEED + 1)
    )
    assert first == again != other
    assert {life.kind for life in lives(SEED, 60)} == {*KINDS, "sigterm", "rival"}


def archive_file(data_dir: Path) -> Path:
    return max(data_dir.glob("archive/*/*/*.jsonl"), key=lambda path: path.stat().st_size)


def warc_file(data_dir: Path) -> Path:
    return max(data_dir.glob("raw/*/*/*.warc.gz"), key=lambda path: path.stat().st_size)


def double(data_dir: Path) -> None:
    path = archive_file(data_dir)
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])


def lose(data_dir: Path) -> None:
    path = archive_file(data_dir)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def tear_line(data_dir: Path) -> None:
    path = archive_file(data_dir)
    path.write_bytes(path.read_bytes()[:-20])


def alter_line(data_dir: Path) -> None:
    path = archive_file(data_dir)
    path.write_bytes(path.read_bytes().replace(b"harbour master", b"harbour-master", 1))


def flip_warc(data_dir: Path) -> None:
    path = warc_file(data_dir)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def tear_warc(data_dir: Path) -> None:
    path = warc_file(data_dir)
    path.write_bytes(path.read_bytes()[:-9])


def alter_page(data_dir: Path) -> None:
    """One page, as a whole record of the same length that only its digests betray."""
    path = warc_file(data_dir)
    whole = [content for _, content in members(path.read_bytes())]
    at = next(i for i, one in enumerate(whole) if b"opens berth" in one)
    whole[at] = whole[at].replace(b"opens berth", b"opens birth")
    path.write_bytes(b"".join(gzip.compress(one) for one in whole))


def drop_response(data_dir: Path) -> None:
    """The capture that a record stands on: a page may have been captured twice, around a kill."""
    path = warc_file(data_dir)
    whole = [content for _, content in members(path.read_bytes())]
    lines = b"".join(one.read_bytes() for one in data_dir.glob("archive/*/*/*.jsonl")).splitlines()
    named = {json.loads(line)["capture"].encode() for line in lines}
    at = next(
        i
        for i, one in enumerate(whole)
        if b"opens berth" in one and any(b"WARC-Record-ID: " + record in one for record in named)
    )
    path.write_bytes(b"".join(gzip.compress(one) for one in whole[:at] + whole[at + 1 :]))


def tell(sql: str) -> Callable[[Path], None]:
    def spoil(data_dir: Path) -> None:
        with closing(sqlite3.connect(data_dir / "state" / "state.sqlite")) as db:
            db.execute(sql)
            db.commit()

    spoil.__name__ = sql
    return spoil


def drop_report(data_dir: Path) -> None:
    next(data_dir.glob("runs/*/*/*.json")).unlink()


def misname_report(data_dir: Path) -> None:
    path = next(p for p in data_dir.glob("runs/*/*/*.json") if b"interrupted" in p.read_bytes())
    path.write_bytes(path.read_bytes().replace(b'"interrupted"', b'"finished"'))


def leave_part(data_dir: Path) -> None:
    path = archive_file(data_dir)
    path.with_name(f"{path.name}.part").hardlink_to(path)


@pytest.mark.parametrize(
    ("spoil", "subject"),
    [
        (double, "exactly once"),
        (lose, "exactly once"),
        (alter_line, "exactly once"),
        (tear_line, "torn line"),
        (flip_warc, "torn WARC record"),
        (tear_warc, "torn WARC record"),
        (alter_page, "digests right"),
        (alter_page, "byte for byte"),
        (drop_response, "capture of every article"),
        (tell("DELETE FROM articles WHERE id LIKE '%3'"), "state agrees"),
        (tell("UPDATE links SET state = 'pending' WHERE id LIKE '%4'"), "state agrees"),
        (tell("UPDATE files SET records = records + 1"), "state agrees"),
        (tell("INSERT INTO walks VALUES ('ecns', 'news', '/news/', 9)"), "state agrees"),
        (tell("DELETE FROM sightings WHERE id LIKE '%5'"), "state agrees"),
        (drop_report, "has a report"),
        (misname_report, "has a report"),
        (leave_part, "no .part left"),
    ],
    ids=lambda value: getattr(value, "__name__", "")[:40],
)
def test_check_fails_where_something_is_wrong(
    spoil: Callable[[Path], None], subject: str, chaos: tuple[Result, Path], copy: Path
) -> None:
    spoil(copy)
    verdicts = check(copy, Site(ARTICLES), chaos[0].deaths)
    failed = [verdict for verdict in verdicts if verdict.problems]
    assert [verdict for verdict in failed if subject in verdict.subject]
    assert all(verdict.lines()[0].count("FAILED") for verdict in failed)


def test_check_holds_a_lock_against_the_crawl(chaos: tuple[Result, Path], copy: Path) -> None:
    with (copy / "state" / "ecns.lock").open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        verdicts = check(copy, Site(ARTICLES), chaos[0].deaths)
    assert [v.problems for v in verdicts if v.problems] == [[f"{copy}/state/ecns.lock: held"]]


def test_what_a_dead_life_left_is_seen(copy: Path) -> None:
    assert torn(copy) == {}
    lines, warc = archive_file(copy), warc_file(copy)
    lines.with_name(f"{lines.name}.part").write_bytes(lines.read_bytes()[:-1])
    warc.with_name(f"{warc.name}.part").write_bytes(warc.read_bytes()[:-1])
    assert {kind for kind, names in torn(copy).items() if names} == {
        "archive left",
        "archive torn",
        "raw left",
        "raw torn",
    }


def test_log_of_a_database_is_read_as_sqlite_does(tmp_path: Path) -> None:
    path = tmp_path / "state" / "state.sqlite"
    path.parent.mkdir()
    log = path.with_name("state.sqlite-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE t (a TEXT)")
        before = read_log(log)
        assert before.committed > 0
        assert before.partial == 0
        noted: list[object] = [before.committed, before.salts.hex()]
        assert commit_ended(tmp_path, noted) == "no whole page"
        db.execute("BEGIN")
        db.executemany("INSERT INTO t VALUES (?)", [("x" * 900,)] * 20)
        db.execute("COMMIT")
        assert read_log(log).committed > before.committed
        assert commit_ended(tmp_path, noted) == "all of it"
        log.write_bytes(log.read_bytes()[:-100])
        assert read_log(log).partial > 0
        assert commit_ended(tmp_path, noted) == "a part"
