"""Run reports: stats as trees, files that are complete or not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.stores.report import tree, versions, write_report

STATS = {
    "failed/another site: www.example.org": 1,
    "failed/further page: 503/x": 2,
    "failed/404": 3,
    "failedly/no": 4,
    "other": 5,
}


@pytest.mark.parametrize(
    ("depth", "found"),
    [
        (1, {"a/b/c": 1, "a/b/d": 2, "a/e": 3, "f": 4}),
        (2, {"a": {"b/c": 1, "b/d": 2, "e": 3}, "f": 4}),
        (3, {"a": {"b": {"c": 1, "d": 2}, "e": 3}, "f": 4}),
        (4, {"a": {"b": {"c": 1, "d": 2}, "e": 3}, "f": 4}),
    ],
)
def test_stats_become_a_tree_of_a_depth(depth: int, found: dict[str, Any]) -> None:
    stats = {"x/f": 4, "x/a/e": 3, "x/a/b/d": 2, "x/a/b/c": 1, "xy/a": 0, "x": 0}
    assert tree(stats, "x/", depth) == found


def test_a_name_of_the_last_level_may_hold_slashes() -> None:
    assert tree(STATS, "failed/") == {
        "404": 3,
        "another site: www.example.org": 1,
        "further page: 503/x": 2,
    }
    stats = {"refused/no layout/text/html; a/b": 1}
    assert tree(stats, "refused/", 2) == {"no layout": {"text/html; a/b": 1}}


def test_a_tree_of_nothing() -> None:
    assert tree({}, "a/") == tree(STATS, "a/") == {}


def test_a_report_is_complete_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    write_report(folder, "portal-1", {"run": "portal-1", "at": Path("/a"), "said": "桥"})
    assert [path.name for path in folder.iterdir()] == ["portal-1.json"]
    text = (folder / "portal-1.json").read_text(encoding="utf-8")
    report = json.loads(text)
    assert len(report.pop("report_sha256")) == 64
    assert report == {"run": "portal-1", "at": "/a", "said": "桥"}
    assert "桥" in text
    with pytest.raises(FileExistsError):
        write_report(folder, "portal-1", {"run": "portal-1"})
    assert (folder / "portal-1.json").read_text(encoding="utf-8") == text


def test_versions_are_told() -> None:
    assert set(versions()) == {"extractor", "scrapy", "twisted", "python"}
    assert all(versions().values())
