"""Timers, which call a function when they are due. They end with the instance: what must outlive it is in the store,
and set again in `on_start`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from . import _host


class Timer:
    """One timer of this extension."""

    def __init__(self, number: int) -> None:
        self.number = number

    def cancel(self) -> None:
        """Forgets it; one that is gone is ignored."""
        if _waiting.pop(self.number, None) is not None:
            _host.timers.call("cancel", self.number)


_waiting: dict[int, tuple[bool, Callable[..., Any], tuple[Any, ...]]] = {}
"""What is called when a timer is due, and whether again and again."""


def later(seconds: float | timedelta, function: Callable[..., Any], *arguments: Any) -> Timer:
    """Calls a function once, so many seconds from now (at most a year)."""
    return _set("once", seconds, function, arguments)


def every(seconds: float | timedelta, function: Callable[..., Any], *arguments: Any) -> Timer:
    """Calls a function again and again, the first time one period from now."""
    return _set("every", seconds, function, arguments)


def _set(kind: str, seconds: float | timedelta, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Timer:
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    number = _host.timers.call(kind, max(0, round(seconds * 1000)))
    _waiting[number] = kind == "every", function, arguments
    return Timer(number)


def due(number: int) -> None:
    """The time has come for this one."""
    entry = _waiting.get(number)
    if entry is None:
        # It was cancelled while the call was on its way.
        return
    again, function, arguments = entry
    if not again:
        del _waiting[number]
    function(*arguments)
