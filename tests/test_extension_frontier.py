"""The frontier over the state: what it hands out, how it counts, what the next run gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import Spider, signals
from scrapy.exceptions import DropItem
from scrapy.utils.test import get_crawler

from crawler.extensions.frontier import StateFrontier
from crawler.frontier import OUTSIDE, Listed
from crawler.items import Article
from crawler.pipelines.dedupe import Unchanged
from crawler.pipelines.window import OutsideWindow
from crawler.stores.run import Run
from crawler.stores.state import State

ENDS = ("archived", "unchanged", "refused", "failed", "outside", "moved", "disallowed", "pending")


def link(number: int, section: str = "news") -> Listed:
    url = f"https://portal.example/{number}"
    return Listed(f"portal:{number}", url, url, section)


def frontier_over(run: Run) -> StateFrontier:
    crawler = get_crawler(Spider, {"FAILED_ATTEMPTS": 3})
    run.attach(crawler)
    return StateFrontier.from_crawler(crawler)


def counts(frontier: StateFrontier, section: str = "news") -> dict[str, int]:
    prefix = f"sections/{section}/"
    stats = frontier._stats.get_stats() if frontier._stats else {}
    return {key.removeprefix(prefix): n for key, n in stats.items() if key.startswith(prefix)}


def everything(_: Listed) -> bool:
    return True


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Callable[[], StateFrontier]]:
    """Starts the next run, the one before being over."""
    opened: list[Run] = []

    def following() -> StateFrontier:
        while opened:
            opened.pop().close()
        opened.append(Run("portal", tmp_path))
        opened[-1].state.run = opened[-1].name = f"portal-{next(numbers)}"
        return frontier_over(opened[-1])

    numbers = iter(range(1, 100))
    yield following
    opened.pop().close()


Runs = Callable[[], StateFrontier]


def test_links_are_handed_out_once_a_run(runs: Runs) -> None:
    frontier = runs()
    assert frontier.admit("news", "/news/", [link(1), link(2)]) == ([link(1), link(2)], 2)
    assert frontier.admit("news", "/news/", [link(1), link(3)]) == ([link(3)], 1)
    assert frontier.admit("world", "/world/", [link(1, "world")]) == ([], 1)
    assert frontier.pending(None, everything) == []
    assert counts(frontier) == {"listed": 4, "new": 3, "known": 1}
    assert counts(frontier, "world") == {"listed": 1, "known": 1}


def test_what_a_killed_run_left_is_resumed(runs: Runs) -> None:
    runs().admit("news", "/news/", [link(1), link(2), link(3)])
    frontier = runs()
    assert frontier.admit("news", "/news/", [link(1)]) == ([link(1)], 0)
    assert frontier.pending({"world"}, everything) == []
    assert frontier.pending({"news"}, lambda one: one.id != "portal:2") == [link(3)]
    assert counts(frontier) == {"listed": 1, "known": 1, "resumed": 2}
    frontier.spider_closed()
    assert counts(frontier)["pending"] == 2


def test_what_was_read_is_known(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(1), link(2)])
    assert not frontier.known(link(1))
    frontier.refused(link(1), "no headline", "", "", "")
    archive(frontier, 3)
    frontier = runs()
    assert frontier.known(link(3))
    assert not frontier.known(link(1))
    assert not frontier.known(link(2))
    assert frontier.admit("news", "/news/", [link(1), link(3)]) == ([], 1)
    assert frontier.pending(None, everything) == [link(2)]


def test_what_was_refused_is_taken_again_when_asked_for_by_name(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(1)])
    frontier.refused(link(1), "no headline", "", "", "")
    archive(frontier, 2)
    frontier = runs()
    assert frontier.admit("news", "/news/", [link(1)]) == ([], 0)
    named = [link(1, "url"), link(2, "url")]
    assert frontier.admit("url", "", named) == ([link(1, "url")], 2)
    assert frontier.admit("url", "", named) == ([], 0)
    assert counts(frontier, "url") == {"listed": 4, "known": 4, "resumed": 1}


def test_what_has_gone_or_moved_is_taken_again_when_asked_for_by_name(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(1), link(2)])
    frontier.dismissed(link(1), "moved", "leads to https://portal.example/3")
    for _ in range(3):
        frontier.failed(link(2), "404")
    frontier = runs()
    assert frontier.admit("news", "/news/", [link(1), link(2)]) == ([], 0)
    assert frontier.admit("url", "", [link(1), link(2)])[0] == [link(1), link(2)]


def test_what_a_listing_shows_first_is_told_by_listing(runs: Runs) -> None:
    frontier = runs()
    assert frontier.admit("news", "/news/", [link(1), link(2)])[1] == 2
    assert frontier.admit("news", "/other/", [link(1), link(2), link(3)]) == ([link(3)], 3)
    assert frontier.admit("world", "/other/", [link(1, "world")])[1] == 1
    frontier = runs()
    assert frontier.admit("news", "/other/", [link(1), link(3)])[1] == 0
    assert frontier.admit("news", "/news/", [link(2), link(3)])[1] == 1


def test_what_is_no_failure_is_not_counted_as_one(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(1)])
    for _ in range(5):
        frontier.refused(link(1), "no headline", "", "", "")
        frontier = runs()
        assert frontier.admit("url", "", [link(1)])[0] == [link(1)]
    frontier.failed(link(1), "404")
    assert runs().admit("news", "/news/", [link(1)])[0] == [link(1)]


def test_a_failure_is_tried_again_as_often_as_is_set(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(1)])
    for _ in range(2):
        frontier.failed(link(1), "503")
        frontier = runs()
        assert frontier.pending(None, everything) == [link(1)]
    frontier.failed(link(1), "503")
    assert runs().pending(None, everything) == []


@pytest.mark.parametrize("reason", ["404", "410"])
def test_a_page_that_is_gone_is_tried_again_only_when_listed(runs: Runs, reason: str) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(1)])
    for _ in range(2):
        frontier.failed(link(1), reason)
        frontier = runs()
        assert frontier.pending(None, everything) == []
        assert frontier.admit("news", "/news/", [link(1)])[0] == [link(1)]
    frontier.failed(link(1), reason)
    assert runs().admit("news", "/news/", [link(1)]) == ([], 0)


def test_an_ignored_link_is_taken_when_the_rule_is_gone(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [], [(link(1), "outside the days asked for")])
    assert counts(frontier) == {"listed": 1, "ignored": 1}
    frontier = runs()
    assert frontier.pending(None, everything) == []
    assert frontier.admit("news", "/news/", [link(1)])[0] == [link(1)]


def test_a_link_that_leads_to_another_article(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(1), link(2)])
    frontier.dismissed(link(1), "moved", "leads to https://portal.example/2")
    frontier.item_scraped(Article(id="portal:2"))
    frontier.item_dropped(Article(id="portal:2"), Unchanged("the archive has this text"))
    frontier.spider_closed()
    assert counts(frontier) == {"listed": 2, "new": 2, "moved": 1, "archived": 1}


def test_what_was_left_out_is_taken_by_a_run_that_asks_for_its_day(runs: Runs) -> None:
    frontier = runs()
    frontier.admit("news", "/news/", [link(2)], [(link(1), OUTSIDE)])
    read = Article(id="portal:2", published_at="2015-01-03T08:00:00+08:00")
    frontier.item_dropped(read, OutsideWindow("x"))
    asked: list[tuple[str, bool, date | None]] = []

    def wanted(one: Listed, was_read: bool) -> bool:
        asked.append((one.id, was_read, one.day))
        return was_read

    frontier = runs()
    assert frontier.left_out({"world"}, wanted) == []
    assert [one.id for one in frontier.left_out(None, wanted)] == ["portal:2"]
    assert asked == [("portal:1", False, None), ("portal:2", True, date(2015, 1, 3))]
    assert [one.id for one in frontier.left("news")] == ["portal:2"]
    assert [one.id for one in frontier.dated("news")] == ["portal:2"]


def test_a_copy_gives_a_link_that_came_to_nothing_another_chance(runs: Runs) -> None:
    copied = replace(link(1), address="https://archive.example/web/2015/https://portal.example/1")
    frontier = runs()
    frontier.admit("news", "/news/", [link(1), link(2)])
    for _ in range(3):
        frontier.failed(link(1), "404")
    frontier.refused(link(2), "no headline", "", "", "")
    assert frontier.admit("copies", "/1", [copied])[0] == [copied]
    frontier = runs()
    # Gone where the portal has it, it is left to a run that asks for the copy.
    (again,) = frontier.pending(None, everything)
    assert again.address == copied.address
    frontier.failed(link(1), "404")
    frontier.refused(link(1), "no headline", "", "", "")
    frontier = runs()
    assert len(frontier.pending(None, everything)) == 1
    frontier.failed(copied, "404")
    assert runs().admit("copies", "/1", [copied]) == ([], 0)


def test_walks(runs: Runs) -> None:
    frontier = runs()
    assert frontier.unwalked("news", "/news/") == []
    frontier.walking("news", "/news/", 1)
    frontier.walked("news", "/news/", 1, 2)
    frontier = runs()
    assert frontier.unwalked("news", "/news/") == [2]
    frontier.walking("news", "/news/", 2)
    frontier.walked("news", "/news/", 2, 3, again=True)
    frontier = runs()
    assert frontier.unwalked("news", "/news/") == [2, 3]
    for page in (2, 3):
        frontier.walking("news", "/news/", page)
        frontier.walked("news", "/news/", page, None)
    assert runs().unwalked("news", "/news/") == []


def test_a_run_killed_within_a_listing_page_leaves_it_and_the_next_to_be_read(runs: Runs) -> None:
    frontier = runs()
    frontier.walking("news", "/news/", 1)
    frontier.walked("news", "/news/", 1, 2)
    frontier.walking("news", "/news/", 2)
    frontier.admit("news", "/news/", [link(1)])
    assert runs().unwalked("news", "/news/") == [2, 3]


def test_a_walk_that_ends_keeps_what_an_earlier_run_left_beyond(runs: Runs) -> None:
    frontier = runs()
    frontier.walking("news", "/news/", 1)
    frontier = runs()
    assert frontier.unwalked("news", "/news/") == [2]
    frontier.walking("news", "/news/", 1)
    frontier.walked("news", "/news/", 1, None)
    assert runs().unwalked("news", "/news/") == [2]


def test_a_state_that_fails_ends_the_run_in_one_line(runs: Runs, caplog: Any) -> None:
    frontier = runs()
    frontier._run.state.close()
    assert frontier.known(link(1))
    assert frontier.admit("news", "/news/", [link(1)]) == ([], 0)
    assert frontier.pending(None, everything) == frontier.unwalked("news", "/news/") == []
    frontier.failed(link(1), "503")
    database = frontier._run.data_dir / "state" / "state.sqlite"
    assert str(frontier._run.failure).startswith(f"storage failed: {database}: ")
    assert len(caplog.messages) == 1


def test_a_state_that_failed_once_is_never_asked_again(runs: Runs) -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    frontier = runs()
    assert frontier.admit("news", "/news/", [link(1), link(2)])[1] == 2
    state = frontier._run.state
    frontier._run.fail(OSError(28, "No space left on device"))
    frontier._state = Untouchable()  # type: ignore[assignment]
    assert frontier.known(link(3))
    assert frontier.admit("news", "/news/", [link(3)]) == ([], 0)
    assert frontier.pending(None, everything) == frontier.unwalked("news", "/news/") == []
    frontier.walking("news", "/news/", 1)
    frontier.walked("news", "/news/", 1, 2)
    frontier.admit("news", "/news/", [], [(link(3), "a rule")])
    frontier.dismissed(link(1), "moved", "leads to another")
    frontier.failed(link(2), "503")
    frontier.refused(link(2), "no headline", "", "", "")
    frontier.item_dropped(Article(id="portal:1"), OutsideWindow("x"))
    frontier.spider_closed()
    assert state.counts() == {"pending": 2}


def archive(frontier: StateFrontier, number: int) -> None:
    """Has the state learn that an article is archived."""
    one = link(number)
    record = {"id": one.id, "portal": "portal", "url": one.url, "headline": None, "revision": 1}
    record |= {"text_sha256": "a", "run": "portal-1", "fetched_at": "2026-11-24T03:00:00Z"}
    frontier._run.state.learn(f"{number}.jsonl", [record])


def settle(frontier: StateFrontier, number: int, outcome: str) -> None:
    """Lets the fetching of a link end as the spider and the pipelines would."""
    one, item = link(number), Article(id=f"portal:{number}")
    drops: dict[str, DropItem] = {"unchanged": Unchanged("x"), "outside": OutsideWindow("x")}
    if outcome in drops:
        frontier.item_dropped(item, drops[outcome])
    elif outcome == "archived":
        frontier.item_scraped(item)
    elif outcome == "refused":
        frontier.refused(one, "no headline", "", "", "")
    elif outcome == "failed":
        frontier.failed(one, "503")
    elif outcome != "pending":
        frontier.dismissed(one, outcome, "why")
    else:
        frontier.item_dropped(item, DropItem("storage failed"))


pages = st.lists(st.lists(st.integers(1, 9), unique=True, max_size=6), max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(walks=st.lists(pages, min_size=1, max_size=3), data=st.data())
def test_the_numbers_add_up(
    walks: list[list[list[int]]], data: st.DataObject, tmp_path: Path
) -> None:
    # Examples that end early are closed, too.
    with ExitStack() as opened:
        state = State(None, "portal", "")
        shown: set[tuple[str, int]] = set()
        for number, listings in enumerate(walks):
            state.run = f"portal-{number}"
            run = Run("portal", tmp_path, state=state)
            opened.callback(run.close)
            frontier = frontier_over(run)
            taken = [] if number % 2 else frontier.pending(None, everything)
            for numbers in listings:
                rule = data.draw(st.sets(st.integers(1, 9), max_size=2))
                ignored = [(link(n), "a rule") for n in rule & set(numbers)]
                path = data.draw(st.sampled_from(["/news/", "/other/"]))
                there = [link(n) for n in numbers if n not in rule]
                admitted, fresh = frontier.admit("news", path, there, ignored)
                taken += admitted
                sightings = {(path, n) for n in numbers if n not in rule}
                assert fresh == len(sightings - shown)
                shown |= sightings
            assert len({one.id for one in taken}) == len(taken)
            for one in taken:
                settle(frontier, int(one.id[7:]), data.draw(st.sampled_from(ENDS)))
            frontier.spider_closed()
            told = {
                name: counts(frontier).get(name, 0)
                for name in ("listed", "new", "known", "ignored")
            }
            assert (
                told["listed"]
                == told["new"] + told["known"] + told["ignored"]
                == sum(map(len, listings))
            )
            resumed = counts(frontier).get("resumed", 0)
            assert (
                told["new"] + resumed
                == sum(counts(frontier).get(end, 0) for end in ENDS)
                == len(taken)
            )


def test_the_spider_is_given_the_frontier(tmp_path: Path) -> None:
    crawler = get_crawler(Spider)
    run = Run("portal", tmp_path, state=State(None, "portal", ""))
    run.attach(crawler)
    frontier = StateFrontier.from_crawler(crawler)
    spider = Spider("portal")
    crawler.signals.send_catch_log(signals.spider_opened, spider=spider)
    assert spider.frontier is frontier  # type: ignore[attr-defined]
    frontier.admit("news", "/news/", [link(1)])
    crawler.signals.send_catch_log(signals.item_scraped, item=Article(id="portal:1"), spider=spider)
    assert counts(frontier)["archived"] == 1
    run.close()
