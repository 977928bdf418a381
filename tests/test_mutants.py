"""Spoilt pages: the right article or a refusal, whatever was done to them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crawler.pages import PageError
from tests.mutants.__main__ import main, run
from tests.mutants.extent import article_of, within
from tests.mutants.judging import judge, places_of
from tests.mutants.mutations import MUTATIONS, PRINTED, SAME, SAME_OR_REFUSED
from tests.mutants.originals import PORTALS, Mutant, Original, originals, tokens
from tests.mutants.reading import reader_of

PAGES = 80 * len(MUTATIONS)


def test_whatever_is_done_to_a_page_it_is_read_rightly_or_refused() -> None:
    verdicts = run(seed=20261124, numbers=range(PAGES), jobs=1)
    assert [vars(v) | {"body": ""} for v in verdicts if v.failure] == []
    assert {v.mutation for v in verdicts} == set(MUTATIONS)
    assert {v.origin.split("/")[0] for v in verdicts} == set(PORTALS)
    read = Counter(v.mutation for v in verdicts if v.outcome == "article")
    # What is refused throughout proves nothing of the reader.
    assert {name for name, (promise, _) in MUTATIONS.items() if promise != SAME_OR_REFUSED} <= set(
        read
    )


def test_a_number_makes_the_same_page_again() -> None:
    once, twice = (judge(3, 41, spoil) for _ in range(2))
    assert once.body
    assert once == twice


def failures(read: Any, promise: str, count: int = 10) -> list[str]:
    """What `read` is found to do wrong on mutants of each mutation of `promise`."""
    names = sorted(MUTATIONS)
    numbers = [
        n for n in range(count * len(names)) if MUTATIONS[names[n % len(names)]][0] == promise
    ]
    return [verdict.failure for n in numbers if (verdict := judge(5, n, read)).failure]


def spoil(url: str, mutant: Mutant) -> dict[str, Any]:
    raise ValueError("broken")


def read(url: str, mutant: Mutant) -> dict[str, Any]:
    return reader_of(next(o.portal for o in originals() if o.url == url))(url, mutant)


def test_an_exception_is_found() -> None:
    assert set(failures(spoil, PRINTED, 1)) == {"ValueError: broken"}


def test_a_refusal_without_need_is_found() -> None:
    def refuses(url: str, mutant: Mutant) -> dict[str, Any]:
        raise PageError("no reason")

    assert set(failures(refuses, SAME, 1)) == {"refused, though a person reads the same"}
    assert failures(refuses, PRINTED, 1) == failures(refuses, SAME_OR_REFUSED, 1) == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("body", ["Text that stands in a script"], "not printed"),
        ("headline", "Words of an attribute", "not printed"),
        ("id", "ecns:1", "another article"),
    ],
)
def test_what_is_not_printed_is_found(name: str, value: Any, says: str) -> None:
    def invents(url: str, mutant: Mutant) -> dict[str, Any]:
        return read(url, mutant) | {name: value}

    found = failures(invents, PRINTED, 2)
    assert found
    assert all(failure.startswith(says) for failure in found)


def test_half_of_a_body_is_found() -> None:
    def cuts(url: str, mutant: Mutant) -> dict[str, Any]:
        record = read(url, mutant)
        return record | {"body": record["body"][:1]}

    assert any(failure.startswith("differs in body") for failure in failures(cuts, SAME, 2))


def test_furniture_in_a_body_is_found() -> None:
    def adds(url: str, mutant: Mutant) -> dict[str, Any]:
        record = read(url, mutant)
        more = [one["headline"] for one in record["related"]]
        return record | {"body": [*record["body"], *more]}

    found = [failure.split(":")[0] for failure in failures(adds, PRINTED, 3)]
    assert "furniture in the body" in found


def test_text_in_a_headline_is_found() -> None:
    def runs_on(url: str, mutant: Mutant) -> dict[str, Any]:
        record = read(url, mutant)
        return record | {"headline": " ".join([record["headline"], *record["body"]])}

    found = [failure.split(":")[0] for failure in failures(runs_on, PRINTED, 3)]
    assert "text in the headline" in found


@pytest.mark.parametrize("page", originals(), ids=lambda page: f"{page.portal}/{page.name}")
def test_the_article_is_found_in_its_page(page: Original) -> None:
    first, last = article_of(page)
    assert 0 < first <= last < len(tokens(page)) - 1
    assert within(page)


def test_what_is_read_from_a_script_is_printed_there_and_nothing_else_is() -> None:
    places = places_of("sixthtone")
    assert places["body"] == {"scripts"}
    assert "headline" not in places
    assert places_of("ecns") == {}


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--pages", "30", "--seed", "7", "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("seed 7, 30 pages of ")
    assert said.endswith("0 failures\n")


def test_the_command_keeps_the_page_that_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.mutants.judging.reader_of", lambda portal: spoil)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("tests.mutants.judging.expected", lambda page: {})
    assert main(["--number", "4", "--seed", "7", "--jobs", "1"]) == 1
    assert "FAILED --seed 7 --number 4: " in capsys.readouterr().out
    (kept,) = tmp_path.glob("mutants-*/7-4.html")
    assert kept.read_bytes()
