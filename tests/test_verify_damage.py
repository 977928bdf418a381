"""`scrapy verify` over what no run leaves: it names the file and goes on."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from crawler.reading import EXTRACTOR
from crawler.stores.digests import seal
from crawler.stores.jsonl import encode
from crawler.verify import archive, findings, states
from crawler.verify.findings import Findings
from tests.crawling import QUICK, ROOT, environment, scrapy, small_site
from tests.proxy import running_proxy

STATE = "state/state.sqlite"
REMEDY = "`scrapy verify --rebuild-state` makes it anew"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a crawl of thirty articles."""
    data_dir = tmp_path_factory.mktemp("whole")
    site, _ = small_site(30)
    with running_proxy(site) as proxy:
        env = environment(proxy, data_dir)
        assert scrapy("crawl", "ecns", "-a", "section=news", *QUICK, env=env).code == 0
    return data_dir


@pytest.fixture
def data_dir(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "data")


def problems(data_dir: Path, *portals: str) -> list[str]:
    found: list[str] = []
    archive.verify(
        data_dir, portals or ["ecns"], Findings(say=lambda problem: found.append(str(problem)))
    )
    return found


def one(data_dir: Path, names: str) -> Path:
    [path] = data_dir.glob(names)
    return path


def name_of(data_dir: Path, path: Path) -> str:
    return path.relative_to(data_dir).as_posix()


def tell(data_dir: Path, *statements: str) -> None:
    db = sqlite3.connect(data_dir / STATE)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


# Reports


def digests_5(report: dict[str, Any]) -> None:
    report["digests"] = dict.fromkeys(report["digests"], 5)


def odd_sums(report: dict[str, Any]) -> None:
    report["line_crc32"] = {name: sums[1:] for name, sums in report["line_crc32"].items()}


def no_sums(report: dict[str, Any]) -> None:
    report["line_crc32"] = {name: "z" * len(s) for name, s in report["line_crc32"].items()}


def elsewhere(report: dict[str, Any]) -> None:
    report["digests"]["archive/ecns/../../../etc/passwd"] = {}


@pytest.mark.parametrize(
    "change",
    [
        digests_5,
        odd_sums,
        no_sums,
        elsewhere,
        lambda report: report.update(pages=None),
        lambda report: report.update(articles=[1]),
        lambda report: report.update(digests=[]),
        lambda report: report.update(line_crc32=None),
        lambda report: report.update(run=["x"]),
        lambda report: report.clear(),
    ],
)
def test_a_report_of_another_shape(
    data_dir: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    path = one(data_dir, "runs/*/*/*.json")
    report = json.loads(path.read_bytes())
    del report["report_sha256"]
    change(report)
    path.write_bytes(seal(json.dumps(report or {"x": 1}, indent=1).encode() + b"\n"))
    [found] = problems(data_dir)
    assert found.startswith(f"{name_of(data_dir, path)}: no report: ")


@pytest.mark.parametrize("text", [b"", b"[]", b"[" * 100_000, b'{"run": 5}', b"\xff\xfe"])
def test_a_report_whose_seal_is_broken_is_used_for_nothing(data_dir: Path, text: bytes) -> None:
    path = one(data_dir, "runs/*/*/*.json")
    path.write_bytes(text)
    [found] = problems(data_dir)
    assert found.startswith(f"{name_of(data_dir, path)}: not what its own SHA-256 says")


def test_numbers_of_30_digits(data_dir: Path) -> None:
    path = one(data_dir, "runs/*/*/*.json")
    report = json.loads(path.read_bytes())
    del report["report_sha256"]
    report["pages"]["captured"] = 10**30
    path.write_bytes(seal(json.dumps(report, indent=1).encode() + b"\n"))
    [found] = problems(data_dir)
    assert f"its report says {10**30}" in found


@pytest.mark.parametrize("revision", [10**30, 2**31 + 1, 1.0, True])
def test_a_revision_is_an_integer_of_some_size(data_dir: Path, revision: object) -> None:
    path = one(data_dir, "archive/*/*/*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[0] = encode(json.loads(lines[0]) | {"revision": revision})
    path.write_bytes(b"".join(lines))
    one(data_dir, "runs/*/*/*.json").unlink()
    assert any(p.startswith(f"{name_of(data_dir, path)}:1: revision: ") for p in problems(data_dir))


@pytest.mark.parametrize("value", [10**30, [1], {"x": 1}])
def test_a_ledger_with_values_of_another_kind(data_dir: Path, value: object) -> None:
    path = one(data_dir, "links/*/*/*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[0] = encode(json.loads(lines[0]) | {"capture": value, "attempts": value})
    path.write_bytes(b"".join(lines))
    one(data_dir, "runs/*/*/*.json").unlink()
    found = problems(data_dir)
    assert f"{name_of(data_dir, path)}:1: capture, last_run: no text" in found
    assert any(problem.startswith(f"{STATE}: not compared: ") for problem in found)


@pytest.mark.parametrize("capture", ["urn:uuid:0-1", "x"])
def test_captures_are_named_as_others_name_them(data_dir: Path, capture: str) -> None:
    path = one(data_dir, "archive/*/*/*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[0] = encode(json.loads(lines[0]) | {"capture": capture})
    path.write_bytes(b"".join(lines))
    one(data_dir, "runs/*/*/*.json").unlink()
    says = f"its capture {capture} is in no WARC file"
    assert f"{name_of(data_dir, path)}:1: {says}" in problems(data_dir)


# Files


@pytest.mark.parametrize("kind", ["archive", "links", "raw", "runs"])
@pytest.mark.parametrize("what", ["folder", "link"])
def test_a_file_that_is_none(data_dir: Path, kind: str, what: str) -> None:
    ending = {"raw": "warc.gz", "runs": "json"}.get(kind, "jsonl")
    path = data_dir / kind / "ecns" / "2026" / f"x.{ending}"
    path.parent.mkdir(exist_ok=True)
    if what == "folder":
        path.mkdir()
    else:
        path.symlink_to("/nowhere")
    found = problems(data_dir)
    assert found[0].startswith(f"{kind}/ecns/2026/x.{ending}: cannot be read: ")
    assert all(problem.startswith(f"{STATE}: not compared: ") for problem in found[1:])
    done = scrapy("verify", "--deep", env=environment(None, data_dir))
    assert (done.code, done.err) == (1, "")


def test_a_disk_that_fails_within_a_file(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*args: object, **more: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setitem(archive._CHECKS, "raw", failing)
    path = one(data_dir, "raw/*/*/*.gz")
    assert f"{name_of(data_dir, path)}: cannot be read: Input/output error" in problems(data_dir)


def test_a_name_that_is_no_text(data_dir: Path) -> None:
    folder = one(data_dir, "archive/*/*")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jsonl")).write_bytes(b"")
    assert any("its name is not UTF-8" in problem for problem in problems(data_dir))


def test_many_lines_of_one_kind_are_told_by_their_number(data_dir: Path) -> None:
    path = one(data_dir, "archive/*/*/*.jsonl")
    path.write_bytes(b"x\n" * 1000)
    done = scrapy("verify", env=environment(None, data_dir))
    name = name_of(data_dir, path)
    assert f"{name}: … and 980 more: no record" in done.out
    assert sum(line.startswith(f"{name}:") for line in done.out.splitlines()) == 21
    assert int(done.out.splitlines()[-1].partition(" ")[0]) > 1000


# The state


def test_a_state_that_is_empty(data_dir: Path) -> None:
    (data_dir / STATE).write_bytes(b"")
    assert problems(data_dir) == [f"{STATE}: empty; the next crawl makes it anew"]


def test_a_state_that_is_a_folder(data_dir: Path) -> None:
    (data_dir / STATE).unlink()
    (data_dir / STATE).mkdir()
    [found] = problems(data_dir)
    assert found == f"{STATE}: cannot be read: Is a directory"


def test_only_a_damaged_state_is_to_be_made_anew(data_dir: Path) -> None:
    tell(data_dir, "DROP TABLE walks")
    found = problems(data_dir)
    assert found
    assert not any(REMEDY in problem for problem in found)
    (data_dir / STATE).write_bytes(b"garbage" * 1000)
    assert problems(data_dir) == [f"{STATE}: file is not a database; {REMEDY}"]


@pytest.mark.parametrize("shm", [True, False])
def test_a_state_of_a_killed_run_is_read_with_its_journal(data_dir: Path, shm: bool) -> None:
    state = data_dir / "state"
    db = sqlite3.connect(data_dir / STATE)
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("DELETE FROM sightings")
    db.execute("DELETE FROM changed")
    db.commit()
    copies = {path: path.read_bytes() for path in state.iterdir()}
    db.close()
    for path, text in copies.items():
        path.write_bytes(text)
    if not shm:
        (state / "state.sqlite-shm").unlink()
    before = {path.name: path.read_bytes() for path in state.iterdir() if "shm" not in path.name}
    found = problems(data_dir)
    assert all("sightings: the files say so, the state does not" in p for p in found[:20])
    assert found[20] == f"{STATE}: … and 10 more: sightings: the files say so, the state does not"
    names = {path.name: path.read_bytes() for path in state.iterdir() if "shm" not in path.name}
    assert names == before
    assert (state / "state.sqlite-shm").exists() == shm


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be another")
def test_a_state_of_another_user(whole: Path) -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        data_dir = shutil.copytree(whole, Path(folder) / "data")
        data_dir.chmod(0o755)
        for end in ("", "-wal"):
            Path(f"{data_dir / STATE}{end}").touch()
            assert verified_by_another(data_dir) == ("", "")


def verified_by_another(data_dir: Path) -> tuple[str, str]:
    """What a user without rights finds, and what is raised."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from crawler.verify.archive import verify\n"
        "from crawler.verify.findings import Findings\n"
        "os.setuid(65534)\n"
        "verify(Path(sys.argv[1]), ['ecns'], Findings(say=print))\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, data_dir],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout, done.stderr


@pytest.mark.parametrize("where", ["_copy_file", "build_state"])
def test_no_room_for_a_copy_is_no_problem_of_the_state(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*args: object) -> None:
        if where == "build_state":
            raise sqlite3.OperationalError("database or disk is full")
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/verify-x")

    monkeypatch.setattr(states, where, full)
    with pytest.raises(OSError, match=r"full|No space left"):
        problems(data_dir)


def test_no_room_for_the_index_names_the_folder(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(archive, "check_revisions", full)
    with pytest.raises(OSError, match="database or disk is full"):
        problems(data_dir)


def test_walks_are_those_of_the_portal(data_dir: Path) -> None:
    """Another portal's walks have changed; those of this one have not, and differ."""
    tell(
        data_dir,
        "INSERT INTO walks VALUES ('ecns', 'news', '/news/', 7)",
        "DELETE FROM changed",
        "INSERT INTO changed VALUES ('other', '')",
    )
    [found] = problems(data_dir)
    assert "walks: the files say otherwise: ecns | news | /news/ | 7" in found


def test_what_is_archived_stays_so_whatever_has_changed(data_dir: Path) -> None:
    tell(
        data_dir,
        "DELETE FROM links WHERE id = (SELECT min(id) FROM links)",
        "UPDATE links SET state = 'pending' WHERE id = (SELECT max(id) FROM links)",
        "INSERT OR IGNORE INTO changed SELECT 'ecns', id FROM articles",
    )
    found = problems(data_dir)
    assert [problem.rpartition(" ")[2] for problem in found] == ["unknown", "pending"]
    assert all("is archived, the state has it as" in problem for problem in found)


def test_a_portal_that_the_state_alone_knows(data_dir: Path) -> None:
    tell(data_dir, "INSERT INTO files VALUES ('archive/zz/2026/x.jsonl', 'zz', 'x', 1)")
    assert problems(data_dir) == [f"{STATE}: zz: its files are gone, the state knows them"]
    for kind in ("archive", "links", "raw", "runs"):
        shutil.rmtree(data_dir / kind)
    done = scrapy("verify", env=environment(None, data_dir))
    assert done.code == 1
    assert "ecns: its files are gone" in done.out


# The command


def test_a_portal_named_twice_is_looked_at_once(data_dir: Path) -> None:
    assert problems(data_dir, "ecns", "ecns") == []


@pytest.mark.parametrize("args", [["--depp"], ["ecns", "-x"], ["-a", "x=y"]])
def test_an_option_that_there_is_not(data_dir: Path, args: list[str]) -> None:
    done = scrapy("verify", *args, env=environment(None, data_dir))
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "no such option: -" in done.err
    assert "--deep, --rebuild-state" in done.err


def test_nobody_reads_on(data_dir: Path) -> None:
    for path in data_dir.glob("runs/*/*/*.json"):
        path.unlink()
    command = f"{sys.executable} -u -m scrapy verify | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=environment(None, data_dir),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[1] == "1"
    assert done.stderr == ""


def test_progress_is_told_while_the_state_is_made(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    made = states._make

    def slowly(*args: Any) -> None:
        time.sleep(0.2)
        made(*args)

    monkeypatch.setattr(states, "_make", slowly)
    monkeypatch.setattr(findings, "_SECONDS", 0.05)
    archive.verify(data_dir, ["ecns"], Findings(progress=told.append))
    assert any("the state is compared, " in line for line in told)


def test_records_of_other_rules_are_noted(data_dir: Path) -> None:
    path = one(data_dir, "archive/*/*/*.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    for at in (0, 1):
        more = {"editors": ["Nobody"], "extractor": "state-media-archive/0.0.1"}
        lines[at] = encode(json.loads(lines[at]) | more)
    lines[2] = encode(json.loads(lines[2]) | {"editors": ["Nobody"]})
    path.write_bytes(b"".join(lines))
    one(data_dir, "runs/*/*/*.json").unlink()
    done = scrapy("verify", "--deep", env=environment(None, data_dir))
    old = f"(state-media-archive/0.0.1; today {EXTRACTOR})"
    assert f"note: 2 records read differently by today's rules {old}" in done.out
    assert done.out.count("read again, it differs") == 1
    assert f"{name_of(data_dir, path)}:3: read again, it differs in editors" in done.out
