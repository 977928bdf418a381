"""Lives of the crawl, one after the other, over one data folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.left import commit_ended, reported, run_names, torn
from tests.chaos.plan import KINDS, Life
from tests.chaos.server import ROOT, Server
from tests.chaos.site import SECTIONS

__all__ = ["Death", "Killer"]

_PATIENCE, _PATIENCE_PAGE = 60.0, 0.2
"""Seconds after which a life that does not end is taken for hung, and more for each page."""
_TERM_SECONDS = 15.0
"""Within which a life has to end after SIGTERM."""


@dataclass
class Death:
    """How a life ended."""

    number: int
    planned: str
    kind: str
    """A kind of `KINDS` if it was killed, else `ended`, `sigterm`, `rival` or `hung`."""
    where: str
    code: int
    seconds: float
    runs: list[str] = field(default_factory=list)
    """Runs that it began: one, or none if it died too early."""
    complete: bool = False
    """Whether the report of the run was there when it died."""
    torn: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Killer:
    """Starts lives, and kills those that are to be killed from outside."""

    def __init__(
        self,
        server: Server,
        folder: Path,
        settings: list[str],
        pages: int,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        """`folder` is for data and logs; `settings` are those of every life."""
        self.server = server
        self.data_dir, self.logs = folder / "data", folder / "logs"
        self.settings = settings
        self.patience = _PATIENCE + _PATIENCE_PAGE * pages
        self.deaths: list[Death] = []
        self._say = say
        self.logs.mkdir(parents=True, exist_ok=True)

    def live(self, life: Life) -> Death:
        """One life from its start to its end, and what it left."""
        number = len(self.deaths) + 1
        note, log = self.logs / f"{number:03d}.note", self.logs / f"{number:03d}.log"
        before = run_names(self.data_dir)
        if life.kind == "rival":
            self._leave_lock_of_a_dead_process()
        started = time.monotonic()
        with log.open("wb") as stream:
            process = self._start(life, note, stream)
            death = Death(number, life.kind, "ended", "", 0, 0.0)
            try:
                self._wait(process, life, death)
            finally:
                process.kill()
                process.wait()
        death.code, death.seconds = process.returncode, round(time.monotonic() - started, 2)
        self._look(death, note, log, before)
        self.deaths.append(death)
        return death

    def _start(self, life: Life, note: Path, stream: Any) -> subprocess.Popen[bytes]:
        settings = ["CONCURRENT_REQUESTS_PER_DOMAIN=1", "PROGRESS_SECONDS=0"]
        settings += [*self.settings, *life.settings]
        arguments = ["crawl", "ecns", "-a", f"section={SECTIONS}", "-a", "pages=1000"]
        arguments += [part for one in settings for part in ("-s", one)]
        command = [sys.executable, "-m"]
        if life.kind in KINDS and life.kind != "any":
            command += ["tests.chaos.victim", life.plan(), str(note)]
        else:
            command += ["scrapy"]
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env.pop("SCRAPY_SETTINGS_MODULE", None)
        env |= {"SCRAPY_PROJECT": "default", "DATA_DIR": str(self.data_dir), **self.server.env}
        env |= {"CONTACT": "mailto:archive@example.org", "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [*command, *arguments], cwd=ROOT, env=env, stdout=stream, stderr=stream
        )

    def _wait(self, process: subprocess.Popen[bytes], life: Life, death: Death) -> None:
        if life.kind == "any":
            if not _ended(process, life.at):
                process.kill()
            return
        if life.kind in ("sigterm", "rival") and self._until_fetching(process):
            if life.kind == "sigterm" and not _ended(process, life.at):
                process.send_signal(signal.SIGTERM)
                death.kind, sent = "sigterm", time.monotonic()
                if not _ended(process, _TERM_SECONDS):
                    death.problems.append(f"alive {_TERM_SECONDS:.0f} s after SIGTERM")
                death.where = f"ended {time.monotonic() - sent:.1f} s after SIGTERM"
            if life.kind == "rival":
                self._rival(process, death)
                process.kill()
            return
        if not _ended(process, self.patience):
            death.kind = "hung"
            death.problems.append(f"did not end within {self.patience:.0f} s")

    def _until_fetching(self, process: subprocess.Popen[bytes]) -> bool:
        """Waits for the first pages of this life; whether they came."""
        first = self.server.get().total()
        while process.poll() is None:
            if self.server.get().total() > first + 3:
                return True
            time.sleep(0.02)
        return False

    def _rival(self, process: subprocess.Popen[bytes], death: Death) -> None:
        """A second crawl beside the first has to be turned away."""
        death.kind = "rival"
        log = self.logs / f"{death.number:03d}.rival"
        with log.open("wb") as stream:
            second = self._start(Life("none"), log, stream)
            if not _ended(second, 30.0):
                second.kill()
                second.wait()
        if process.poll() is not None:
            # It came to its end meanwhile, and the second had nobody beside it.
            death.kind, death.where = "ended", "before the second crawl"
            return
        said = log.read_text(encoding="utf-8", errors="replace").strip()
        death.where = f"a second crawl ended with {second.returncode}"
        if second.returncode != 3 or f"held by pid {process.pid} " not in said:
            death.problems.append(f"a second crawl was not turned away: {said[-200:]}")

    def _leave_lock_of_a_dead_process(self) -> None:
        """What the lock file says is of a process that is gone, and torn."""
        lock = self.data_dir / "state" / "ecns.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_text('{"pid": 999999999, "host": "elsewhere", "si', encoding="utf-8")

    def _look(self, death: Death, note: Path, log: Path, before: set[str]) -> None:
        """Notes how a life ended."""
        noted = json.loads(note.read_bytes().splitlines()[-1]) if _has_line(note) else {}
        if death.code in (-signal.SIGKILL, -signal.SIGXFSZ) and death.kind in ("ended", "rival"):
            death.kind = noted.get("kind", "any") if death.kind == "ended" else "rival"
            death.where = death.where or noted.get("where", "the clock")
            if "log" in noted:
                share = commit_ended(self.data_dir, noted["log"])
                death.where += f": {share} is in the log"
        elif death.code != 0:
            death.problems.append(f"ended with exit code {death.code}")
        death.torn = torn(self.data_dir)
        death.runs = sorted(run_names(self.data_dir) - before)
        death.complete = any(reported(self.data_dir, run) for run in death.runs)
        text = log.read_text(encoding="utf-8", errors="replace")
        if "Traceback" in text or " ERROR" in text or "CRITICAL" in text:
            death.problems.append(f"{log.name}: {text.strip().splitlines()[-1][:200]}")
        if death.problems:
            self._say(f"life {death.number} ({death.kind}): {'; '.join(death.problems)}")


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _has_line(note: Path) -> bool:
    return note.exists() and note.stat().st_size > 0
