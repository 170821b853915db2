"""The boundary between the host and the extension, which no exception crosses: there would be a trap, and the instance
would be lost. What is raised and not caught is printed with its traceback, and told to the host in words."""

import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

from . import _host
from .errors import Failure, HostError, case_of, class_of, text_of

Function = Callable[..., Any]

_FOLDERS = (os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), "coweb"))
"""Where the SDK is."""


def called(function: Function) -> Function:
    """A function that the host calls, and whose error is a string."""

    def failed(raised: BaseException, _: tuple[Any, ...]) -> None:
        raise _host.Err(words(raised)) from None

    return _guarded(function, failed)


def called_for(error: Callable[[BaseException], object]) -> Callable[[Function], Function]:
    """The same for another error than a string: what makes one."""

    def failed(raised: BaseException, _: tuple[Any, ...]) -> None:
        raise _host.Err(error(raised)) from None

    return lambda function: _guarded(function, failed)


def called_without_error(answer: Function) -> Callable[[Function], Function]:
    """The same where the contract has no error: what is answered instead, made of the same arguments."""

    def failed(raised: BaseException, arguments: tuple[Any, ...]) -> Any:
        words(raised)
        return answer(*arguments)

    return lambda function: _guarded(function, failed)


def _guarded(function: Function, failed: Callable[[BaseException, tuple[Any, ...]], Any]) -> Function:
    kind, _, name = function.__qualname__.rpartition(".")
    check = _host.returned(kind, name)

    @functools.wraps(function)
    def guarded(*arguments: Any) -> Any:
        _host.begin()
        try:
            result = function(*arguments)
            if check is not None:
                check(result, f"what `{name}` returns")
            return result
        except BaseException as raised:
            return failed(raised, arguments)

    return guarded


def words(raised: BaseException) -> str:
    """What was raised, in one line for people; the traceback goes where the host finds it."""
    if isinstance(raised, Failure):
        return str(raised)
    if isinstance(raised, _host.Err) and isinstance(raised.value, str):
        return raised.value
    try:
        shown = traceback.TracebackException.from_exception(raised)
        shown.stack = traceback.StackSummary.from_list(_own(list(shown.stack)))
        print("".join(shown.format()), end="", file=sys.stderr)
    except Exception:
        # An exception whose own `__str__` fails, for one.
        print("an exception that cannot be shown", file=sys.stderr)
    return _name(raised)


def _own(frames: list[traceback.FrameSummary]) -> list[traceback.FrameSummary]:
    """Those of the extension's author, without those of the SDK before and after them."""
    mine = [at for at, frame in enumerate(frames) if os.path.dirname(frame.filename) not in _FOLDERS]
    return frames[mine[0] : mine[-1] + 1] if mine else frames


def _name(raised: BaseException) -> str:
    if isinstance(raised, HostError):
        return str(raised)
    if isinstance(raised, _host.Err):
        text = text_of(raised.value)
        return f"{case_of(raised.value)}: {text}" if text else case_of(raised.value)
    try:
        text = str(raised)
    except Exception:
        text = ""
    name = type(raised).__name__
    return f"{name}: {text}" if text else name


def variant(types: Any, prefix: str, kind: type[HostError], other: str) -> Callable[[BaseException], object]:
    """What makes a variant of the contract out of what was raised: the case itself where it is a `kind`, else `other`
    with words."""

    def make(raised: BaseException) -> object:
        if isinstance(raised, kind):
            return case(types, prefix, raised.case, raised.text)
        if isinstance(raised, _host.Err) and type(raised.value).__name__.startswith(prefix + "_"):
            return raised.value
        return case(types, prefix, other, words(raised))

    return make


def case(types: Any, prefix: str, name: str, text: str = "") -> object:
    """A case of a variant of the contract, with its text where it has one."""
    made = getattr(types.types, class_of(prefix, name))
    return made(text) if "value" in made.__dataclass_fields__ else made()
