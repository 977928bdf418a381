"""A SIGKILL that comes by itself after some microseconds, whatever the process is doing then.

A thread would need the interpreter lock and wait until SQLite is done. The kernel's timer
(`timer_create`) needs nothing of the process; where there is none, a thread has to do.
"""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time

__all__ = ["DeathTimer"]

_MONOTONIC, _SIGNAL = 1, 0


class _Event(ctypes.Structure):
    _fields_ = [
        ("value", ctypes.c_void_p),
        ("signo", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("rest", ctypes.c_char * 48),
    ]


class _Spec(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in ("every_s", "every_ns", "s", "ns")]


class DeathTimer:
    """Made once, since making takes longer than what it is to interrupt."""

    def __init__(self) -> None:
        self._timer = ctypes.c_void_p()
        try:
            self._libc = ctypes.CDLL(None)
            event = _Event(signo=signal.SIGKILL, notify=_SIGNAL)
            made = self._libc.timer_create(
                _MONOTONIC, ctypes.byref(event), ctypes.byref(self._timer)
            )
            self._kernel = made == 0
        except (OSError, AttributeError):
            self._kernel = False

    def start(self, seconds: float) -> None:
        """Death in `seconds`."""
        nanoseconds = max(1, round(seconds * 1e9))
        if self._kernel:
            spec = _Spec(s=nanoseconds // 10**9, ns=nanoseconds % 10**9)
            self._libc.timer_settime(self._timer, 0, ctypes.byref(spec), None)
        else:
            threading.Thread(target=_spin, args=(seconds,), daemon=True).start()


def _spin(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass
    os.kill(os.getpid(), signal.SIGKILL)
