"""Reading captured pages, in as many processes as the machine has cores.

A page is read from nothing but its bytes and its address, so that pages can be read side by side;
what a page means, and what is written, is one process's business, in the order of the file.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

from crawler.captured import response_of
from crawler.pages import PageError
from crawler.portal import PortalSpider
from crawler.reading import Reading
from crawler.selection import UsageProblem
from crawler.stores.warc import Captured, TornWarc

__all__ = ["Outcome", "Task", "add_jobs", "jobs_of", "read_all", "read_captured"]

_CHUNK = 16
"""Pages handed to a process at once."""
_spiders: dict[str, PortalSpider] = {}
"""A spider a portal, made once a process."""


@dataclass(frozen=True, slots=True)
class Task:
    """A captured page of a portal."""

    portal: type[PortalSpider]
    captured: Captured


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: `reading`, or why there is none."""

    portal: type[PortalSpider]
    url: str
    reading: Reading | None
    reason: str = ""
    detail: str = ""
    layout: str | None = None


def read_captured(task: Task) -> Outcome:
    """Reads one captured page as the crawl reads one that arrives."""
    captured = task.captured
    if task.portal.name not in _spiders:
        _spiders[task.portal.name] = task.portal()
    spider = _spiders[task.portal.name]
    try:
        return Outcome(task.portal, captured.url, spider.read(response_of(captured)))
    except PageError as error:
        return Outcome(task.portal, captured.url, None, error.reason, error.detail, error.layout)
    except Exception as error:  # noqa: BLE001 - whatever one page does, the next is read
        return Outcome(task.portal, captured.url, None, "the reader failed", repr(error))


def read_all(tasks: Iterable[Task], jobs: int) -> Iterator[Outcome]:
    """The outcomes of `tasks`, in their order, read by `jobs` processes. A `TornWarc` or `OSError`
    that ends `tasks` is raised once all before it are given."""
    if jobs < 2:
        yield from map(read_captured, tasks)
        return
    chunks = iter(_chunked(tasks))
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, context, _end_with, (os.getpid(),)) as pool:
        under_way: deque[Future[list[Outcome]]] = deque()
        raised: Exception | None = None
        while True:
            while raised is None and len(under_way) < 3 * jobs:
                chunk, raised = next(chunks, (None, None))
                if chunk is None:
                    break
                if chunk:
                    under_way.append(pool.submit(_read_chunk, chunk))
            if not under_way:
                break
            yield from under_way.popleft().result()
        if raised is not None:
            raise raised


def _chunked(tasks: Iterable[Task]) -> Iterator[tuple[list[Task], Exception | None]]:
    """Chunks of `tasks`; the last comes with the exception that ended them, if one did."""
    source = iter(tasks)
    while True:
        chunk: list[Task] = []
        try:
            chunk.extend(islice(source, _CHUNK))
        except (TornWarc, OSError) as error:
            yield chunk, error
            return
        if not chunk:
            return
        yield chunk, None


def _end_with(parent: int) -> None:
    """Lets a reading process end soon after the one that began it, however that ended: it would
    wait for work for ever, and keep the locks of files that it has from it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _read_chunk(chunk: list[Task]) -> list[Outcome]:
    return [read_captured(task) for task in chunk]


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Adds the option `-j` to a command: in how many processes pages are read."""
    parser.add_argument(
        "-j",
        "--jobs",
        metavar="N",
        default=str(os.cpu_count() or 1),
        help="processes that read pages (default: %(default)s, the number of cores)",
    )


def jobs_of(opts: argparse.Namespace) -> int:
    """The number of processes asked for. Raises `UsageProblem`."""
    if not re.fullmatch("[1-9][0-9]{0,2}", opts.jobs):
        raise UsageProblem(f"{opts.jobs!r} is no number of jobs")
    return int(opts.jobs)
