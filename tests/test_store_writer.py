"""The writer: in order, beside the caller, nothing after a failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from crawler.stores import writer as module
from crawler.stores.writer import Writer


@pytest.fixture(params=[True, False], ids=["threaded", "at-once"])
def writer(request: pytest.FixtureRequest) -> Iterator[Writer]:
    made = Writer(threaded=request.param)
    yield made
    made.close()


def test_jobs_are_done_in_their_order(writer: Writer) -> None:
    done: list[int] = []
    for number in range(1000):
        writer.do(lambda number=number: done.append(number))
    writer.flush()
    assert done == list(range(1000))


def test_nothing_is_done_after_a_failure(writer: Writer) -> None:
    done: list[str] = []

    def fails() -> None:
        raise OSError("no room")

    for job in (lambda: done.append("before"), fails, lambda: done.append("after")):
        writer.do(job)
    writer.flush()
    assert done == ["before"]
    assert str(writer.error) == "no room"


def test_the_caller_does_not_wait_for_one_job_but_for_many() -> None:
    writer = Writer(threaded=True)
    begin = threading.Event()
    writer.do(begin.wait)
    for _ in range(module._MOST_WAITING - 1):
        writer.do(lambda: None)
    full = threading.Thread(target=writer.do, args=(lambda: None,))
    full.start()
    full.join(0.2)
    assert full.is_alive()
    begin.set()
    full.join(5)
    assert not full.is_alive()
    writer.close()
