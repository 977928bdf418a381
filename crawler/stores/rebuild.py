"""The state made anew from the files: archives and ledgers, run by run, in the order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from crawler.stores import jsonl, ledger
from crawler.stores.segments import PART, in_order, run_of, sync_folder
from crawler.stores.state import State

__all__ = ["build_state", "naming", "portals_in", "replace_state", "take_in_all"]

_JOURNALS = ("-wal", "-shm")


def portals_in(data_dir: Path) -> list[str]:
    """Names of the portals that have files in `data_dir`."""
    kinds = ("archive", "links", "provisional", "raw", "runs")
    return sorted({f.name for k in kinds for f in (data_dir / k).glob("*") if f.is_dir()})


def take_in_all(state: State, data_dir: Path, left_out: Collection[str] = ()) -> int:
    """Makes a new state know what the files of its portal say, but for those `left_out`, all of it
    or nothing; the number of records learned.

    Raises `StorageError`, and `BrokenLine` for a file that holds a line which is none of its kind.
    """
    with state.transaction():
        count = sum(
            _taken_in(state, path, data_dir)
            for path in _in_order(state.portal, data_dir)
            if path.relative_to(data_dir).as_posix() not in left_out
        )
        # An archive may be younger than the ledger that has its links still to be fetched.
        state.tell(
            "UPDATE links SET state = 'archived', reason = NULL, last_run = articles.run,"
            " last_seen = max(links.last_seen, articles.fetched_at) FROM articles"
            " WHERE links.id = articles.id AND state != 'archived' AND links.portal = ?",
            (state.portal,),
        )
    return count


def _taken_in(state: State, path: Path, data_dir: Path) -> int:
    """The number of records learned from a file, none from a ledger."""
    name = path.relative_to(data_dir)
    with naming(path):
        if name.parts[0] == "links":
            ledger.take_in(state, jsonl.read_lines(path))
            return 0
        return state.learn(name.as_posix(), jsonl.read_lines(path))


def build_state(
    path: Path, data_dir: Path, portals: Iterable[str], left_out: Collection[str] = ()
) -> int:
    """Makes a state at `path` from the files of `portals`, but for those `left_out`; the number of
    records learned."""
    count = 0
    for portal in portals:
        state = State(path, portal, "")
        try:
            count += take_in_all(state, data_dir, left_out)
        finally:
            state.close()
    return count


def replace_state(data_dir: Path) -> tuple[int, Path | None]:
    """Makes the state anew; the number of records learned, and where the old one was moved to.
    The locks of all portals have to be held."""
    path = data_dir / "state" / "state.sqlite"
    made = Path(f"{path}{PART}")
    for left in (made, *(Path(f"{made}{end}") for end in _JOURNALS)):
        left.unlink(missing_ok=True)
    count = build_state(made, data_dir, portals_in(data_dir))
    aside = None
    if path.exists():
        aside = path.with_name(f"{path.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
        path.rename(aside)
    for end in _JOURNALS:
        if (journal := Path(f"{path}{end}")).exists():
            journal.rename(f"{aside or made}{end}")
    if made.exists():
        made.rename(path)
        sync_folder(path.parent)
    return count, aside


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Has what is wrong with the records of a file said with its name."""
    try:
        yield
    except KeyError as error:
        raise jsonl.BrokenLine(f"{path}: a record without {error}") from error
    except (TypeError, AttributeError) as error:
        raise jsonl.BrokenLine(f"{path}: a record of another kind ({error})") from error


def _in_order(portal: str, data_dir: Path) -> Iterator[Path]:
    """Archives and ledgers, run by run; of each run the archives first, which its ledgers know."""
    files = {kind: (data_dir / kind / portal).glob("*/*.jsonl") for kind in ("archive", "links")}
    runs: dict[str, list[Path]] = defaultdict(list)
    for path in in_order([*files["archive"], *files["links"]]):
        runs[run_of(path)].append(path)
    for paths in runs.values():
        yield from sorted(paths, key=lambda path: path.relative_to(data_dir).parts[0])
