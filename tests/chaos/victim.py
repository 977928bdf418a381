"""A crawl that kills itself at the moment its plan names.

Run as `python -m tests.chaos.victim PLAN NOTE crawl …`: PLAN is a `Life` as JSON, NOTE a file that
says, in a line of JSON, at what the process died. It is written a moment before the real SIGKILL
(or `SIGXFSZ`, with which the kernel ends a write at a byte). All else is `python -m scrapy`.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tests.chaos.hooks import Hooks, callers
from tests.chaos.plan import Life
from tests.chaos.timer import DeathTimer
from tests.chaos.wal import read_log

_DATA_DIR = os.environ.get("DATA_DIR", "")
_ARCHIVE, _LEDGERS = f"{_DATA_DIR}/archive/", f"{_DATA_DIR}/links/"
_DATA = (f"{_DATA_DIR}/raw/", _ARCHIVE, _LEDGERS)
_NO_LIMIT = resource.getrlimit(resource.RLIMIT_FSIZE)
_WALKING = "crawler.extensions.frontier"
_RECOVERY = "crawler.stores.recovery:"
_REPORT = ("crawler.stores.report:", "crawler.stores.run:close", "crawler.stores.run:_release")


class Victim:
    """Waits for its moment."""

    def __init__(self, life: Life, note: Path) -> None:
        self.life = life
        self._note = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        self._write, self._kill = os.write, os.kill
        self._seen = self._lines = 0
        self._stopped = False
        self._timer = DeathTimer()
        self._took = 0.00008
        """Seconds a COMMIT of the wanted kind takes."""
        self._began = 0.0
        self._dying = False

    # What the hooks tell

    def told(self, name: str, what: str, moment: str) -> None:
        if self._dying or (name != "sql" and not what.startswith(_DATA_DIR)):
            return
        wanted = getattr(self, f"_{self.life.kind}", None)
        if wanted is not None and wanted(name, what, moment):
            self._seen += 1
            if self._seen == self.life.nth:
                self.die(f"{moment} {name} {_short(what)}")

    def cut(self, path: str, size: int) -> int | None:
        kind = self.life.kind
        if path.startswith(_ARCHIVE):
            self._lines += 1
            if self._lines == self.life.last:
                self.die("a life that had gone on for long enough", kind="any")
            if self.life.stop and self._lines == self.life.stop:
                self._stopped = True
                self._kill(os.getpid(), signal.SIGTERM)
        wanted = {"warc": _DATA[0], "line": _LEDGERS if self.life.step else _ARCHIVE}.get(kind)
        if self._dying or wanted is None or not path.startswith(wanted):
            return None
        self._seen += 1
        return round(size * self.life.part) if self._seen == self.life.nth else None

    # Which operations are of the kind that is waited for

    def _walk(self, name: str, what: str, moment: str) -> bool:
        return name == "sql" and f"{_WALKING}:{self.life.step}" in callers()

    def _finish(self, name: str, what: str, moment: str) -> bool:
        if (name, moment) != (self.life.step, self.life.moment) or name == "sql":
            return False
        if not f"{what}/".startswith(_DATA):
            return False
        if name == "open" and not what.endswith((".jsonl", ".part", ".gz")):
            return False
        return not any(one.startswith(_RECOVERY) for one in callers())

    def _recovery(self, name: str, what: str, moment: str) -> bool:
        return any(one.startswith(_RECOVERY) for one in callers())

    def _report(self, name: str, what: str, moment: str) -> bool:
        if self._stopped != (self.life.step == "own"):
            return False
        if not any(one.startswith(_REPORT) for one in callers()):
            return False
        if name == "link" and moment == "before" and self.life.nth % 3 == 0:
            # In every third, a report that is torn: what a death within its writing leaves.
            size = Path(f"{what}.part").stat().st_size
            os.truncate(f"{what}.part", round(size * self.life.part))
            self.die(f"{self.life.part:.0%} of {size} bytes into {_short(what)}.part")
        return True

    def _commit(self, name: str, what: str, moment: str) -> bool:
        if name != "sql" or what != "COMMIT":
            return False
        if self.life.step and not any(one.endswith(f":{self.life.step}") for one in callers()):
            return False
        if moment == "after":
            self._took = time.perf_counter() - self._began
            resource.setrlimit(resource.RLIMIT_FSIZE, _NO_LIMIT)
            return False
        self._seen += 1
        if self._seen >= self.life.nth:
            self._die_within()
        self._began = time.perf_counter()
        return False

    def _die_within(self) -> None:
        """Death during the COMMIT that comes now: by the clock, or by the kernel at a byte of the
        log, where a file may not grow beyond it (`SIGXFSZ`, which Python ignores by itself)."""
        log = read_log(Path(_DATA_DIR, "state", "state.sqlite-wal"))
        self.say("during a COMMIT", log=[log.committed, log.salts.hex()])
        if self.life.moment == "clock":
            self._timer.start(max(self._took, 5e-5) * (0.2 + 1.1 * self.life.part))
        else:
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
            most = log.end + round((0.3 + 2 * self.life.part) * log.frame)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, _NO_LIMIT[1]))

    # The end

    def say(self, where: str, **more: Any) -> None:
        note = {"kind": self.life.kind, "where": where, **more}
        self._write(self._note, json.dumps(note).encode() + b"\n")

    def die(self, where: str, **more: Any) -> None:
        self._dying = True
        self.say(where, **more)
        self._kill(os.getpid(), signal.SIGKILL)
        time.sleep(10)


def _short(what: str) -> str:
    return " ".join(what.split())[:60] if " " in what else "/".join(Path(what).parts[-2:])


def main() -> None:
    plan, note, *arguments = sys.argv[1:]
    victim = Victim(Life(**json.loads(plan)), Path(note))
    Hooks(victim.told, victim.cut, lambda where: victim.die(where)).install()
    sys.argv = ["scrapy", *arguments]
    from scrapy.cmdline import execute

    execute()


if __name__ == "__main__":
    main()
