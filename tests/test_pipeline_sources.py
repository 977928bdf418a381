"""Sources as printed, and their controlled names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Spider
from scrapy.utils.test import get_crawler

from crawler.items import Article
from crawler.outlets import NAMES, control, is_known
from crawler.pipelines.sources import SourcePipeline, read_sources


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ecns.cn", ["ECNS"]),
        ("CNS", ["ECNS"]),
        ("China News Service", ["China News Service"]),
        ("chinadaily.com.cn", ["China Daily"]),
        ("CHINADAILY.COM.CN", ["China Daily"]),
        ("CHINA DAILY", ["China Daily"]),
        ("HK EDITION", ["China Daily HK Edition"]),
        ("Source: Xinhua", ["Xinhua"]),
        ("Source：XINHUA", ["Xinhua"]),
        ("www.chinaview.cn", ["Xinhua"]),
        ("Xinhuanet", ["Xinhuanet"]),
        ("people.com.cn", ["People's Daily Online"]),
        ("(People’s Daily Online)", ["People's Daily Online"]),
        ("(Source: CGTN)", ["CGTN"]),
        ("(Agencies)", ["Agencies"]),
        ("Source(s): AFP, Reuters", ["AFP", "Reuters"]),
        ("Source: China Daily/Agencies", ["China Daily", "Agencies"]),
        ("Xinhua-Agencies", ["Xinhua", "Agencies"]),
        ("Xinhua and AFP", ["Xinhua", "AFP"]),
        ("AFP, AFP", ["AFP"]),
        ("AFP, Science and Technology Daily", ["AFP", "Science and Technology Daily"]),
        ("Agence France-Presse/AP", ["AFP", "AP"]),
        ("Source: | Web Exclusive", ["Web Exclusive"]),
        ("Xinhua, Some Paper", ["Xinhua, Some Paper"]),
        ("Office of Things, Beijing", ["Office of Things, Beijing"]),
        ("  Some\u3000Paper ", ["Some Paper"]),
        ("Source:", []),
        ("|", []),
        ("", []),
        (None, []),
    ],
)
def test_sources_get_controlled_names(text: str | None, names: list[str]) -> None:
    assert read_sources(text) == names


def test_no_spelling_stands_for_two_outlets() -> None:
    forms = [form.casefold() for name, others in NAMES.items() for form in (name, *others)]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("name", NAMES)
def test_a_controlled_name_is_its_own(name: str) -> None:
    assert control(name) == control(name.upper()) == control(f" {name.lower()} ") == name
    assert control(name.replace("'", "’")) == name
    assert all(control(form) == name for form in NAMES[name])


@given(name=st.text(max_size=40))
def test_control_is_stable(name: str) -> None:
    assert control(control(name)) == control(name)
    assert is_known(control(name)) == is_known(name)


@given(names=st.lists(st.sampled_from(sorted(NAMES)), min_size=1, unique=True))
@pytest.mark.parametrize("mark", ["/", ", ", " / ", "; ", "、"])
def test_known_names_are_taken_apart(mark: str, names: list[str]) -> None:
    assert read_sources(f"Source: {mark.join(names)}") == names


def test_the_pipeline_counts_unknown_names() -> None:
    crawler = get_crawler(Spider)
    pipeline = SourcePipeline.from_crawler(crawler)
    known = Article(source_text="Source: Xinhua")
    unknown = Article(source_text="Some Paper")
    absent = Article()
    for article in (known, unknown, absent):
        assert pipeline.process_item(article) is article
    assert (known.sources, unknown.sources, absent.sources) == (["Xinhua"], ["Some Paper"], [])
    assert unknown.source_text == "Some Paper"
    assert pipeline.stats.get_stats() == {"sources/unknown/Some Paper": 1}


def test_the_names_that_are_counted_are_few_and_short() -> None:
    crawler = get_crawler(Spider)
    pipeline = SourcePipeline.from_crawler(crawler)
    for number in range(250):
        for _ in range(2):
            pipeline.process_item(Article(source_text=f"Paper {number} {'x' * 5000}"))
    counts = pipeline.stats.get_stats()
    assert len(counts) == 201
    assert counts.pop("sources/unknown/others") == 100
    assert set(counts.values()) == {2}
    assert max(map(len, counts)) == len("sources/unknown/") + 80
