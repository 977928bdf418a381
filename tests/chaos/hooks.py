"""What a process does to its files and its database, told to who wants to know, before and after.

The functions of `os` and `sqlite3.connect` are replaced in this process alone; files that Python
itself opens are heard of by its audit hook. Nothing of the crawler is touched or known by
name here.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["Hooks", "callers"]

Listener = Callable[[str, str, str], None]
"""Is told an operation, its path or statement, and `before` or `after`."""
Cutter = Callable[[str, int], "int | None"]
"""Is asked at which of so many bytes a write is cut off; `None` for not at all."""


def callers() -> set[str]:
    """`module:function` of the crawler's frames that led here."""
    found = set()
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        # What is done while a module is imported is not its doing.
        if module.startswith("crawler.") and frame.f_code.co_name != "<module>":
            found.add(f"{module}:{frame.f_code.co_name}")
        frame = frame.f_back  # type: ignore[assignment]
    return found


class Hooks:
    """In place from `install` on."""

    def __init__(self, listener: Listener, cutter: Cutter, cut_off: Callable[[str], None]) -> None:
        self._tell = listener
        self._cut = cutter
        self._cut_off = cut_off
        self._paths: dict[int, str] = {}

    def install(self) -> None:
        for name in ("link", "unlink", "rename", "replace", "mkdir", "remove"):
            setattr(os, name, self._told(name, getattr(os, name)))
        for name in ("fsync", "ftruncate", "fdatasync"):
            setattr(os, name, self._told(name, getattr(os, name), by_number=True))
        fcntl.flock = self._told("flock", fcntl.flock, by_number=True)
        self._replace_open_and_close()
        self._replace_writes()
        sqlite3.connect = self._connecting(sqlite3.connect)
        sys.addaudithook(self._audit)

    def _told(self, name: str, real: Any, *, by_number: bool = False) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            path = self._paths.get(args[0], "") if by_number and args else _text(args)
            self._tell(name, path, "before")
            result = real(*args, **named)
            self._tell(name, path, "after")
            return result

        return call

    def _replace_open_and_close(self) -> None:
        real_open, real_close = os.open, os.close

        def opened(path: Any, *args: Any, **named: Any) -> int:
            number: int = real_open(path, *args, **named)
            self._paths[number] = os.fspath(path) if not isinstance(path, int) else ""
            self._tell("open", str(self._paths[number]), "after")
            return number

        def closed(number: int) -> None:
            self._tell("close", self._paths.pop(number, ""), "before")
            real_close(number)

        os.open, os.close = opened, closed

    def _replace_writes(self) -> None:
        real_write = os.write

        def write(number: int, data: Any) -> int:
            path = self._paths.get(number, "")
            size = self._cut(path, len(data)) if path else None
            if size is None:
                return real_write(number, data)
            if size:
                real_write(number, memoryview(data)[:size])
            self._cut_off(f"{size} of {len(data)} bytes into {Path(path).name}")
            raise AssertionError

        os.write = write

    def _connecting(self, real: Any) -> Any:
        tell = self._tell

        class Told(sqlite3.Connection):
            def execute(self, statement: str, *args: Any) -> sqlite3.Cursor:
                tell("sql", statement, "before")
                cursor = super().execute(statement, *args)
                tell("sql", statement, "after")
                return cursor

        def connect(*args: Any, **named: Any) -> Any:
            named.setdefault("factory", Told)
            return real(*args, **named)

        return connect

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str):
            self._tell("open", args[0], "before")


def _text(args: tuple[Any, ...]) -> str:
    return os.fspath(args[-1]) if args and isinstance(args[-1], str | os.PathLike) else ""
