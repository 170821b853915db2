"""Whether a value is what the contract has in its place. componentize-py ends the instance where one is not, so that a
`7` for a `"7"` would cost the bot all that it has in mind: here it is a `TypeError` like any other.

All hints are read when the component is built: later there is no file system to import from.
"""

from __future__ import annotations

import contextlib
import enum
import inspect
import sys
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, Union

Check = Callable[[Any, str], None]
"""Raises what is wrong with a value; the text says whose place it is."""

_LARGEST = 2**64 - 1


def parameters(function: Any) -> list[tuple[str, Check]]:
    """What the parameters of a function must be, each with words for its place."""
    hints = _hints(function)
    code = function.__code__
    names = [name for name in code.co_varnames[: code.co_argcount] if name != "self"]
    return [(f"`{name}` of `{function.__name__}`", check_for(hints.get(name, Any))) for name in names]


def result(function: Any) -> Check:
    """What a function must return."""
    return check_for(_hints(function).get("return", Any))


def _hints(of: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(of)
    except (AttributeError, NameError, TypeError):
        # Where a function is called like the module beside it, the hints that name the module mean nothing.
        return _each_hint(of)


def _each_hint(of: Any) -> dict[str, Any]:
    if sys.version_info < (3, 14):
        return {}
    import annotationlib

    found, names = {}, vars(sys.modules[of.__module__])
    for name, text in annotationlib.get_annotations(of, format=annotationlib.Format.STRING).items():
        with contextlib.suppress(Exception):
            found[name] = eval(text, names)
    return found


_known: dict[Any, Check] = {}


def check_for(hint: Any) -> Check:
    """The check of a hint."""
    if hint not in _known:
        # It may be about itself; until it is known it passes all.
        _known[hint] = lambda value, where: None
        _known[hint] = _make(hint)
    return _known[hint]


def _make(hint: Any) -> Check:
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(inside)
    if origin is list:
        return _list_of(check_for(inside[0]))
    if origin is tuple:
        return _tuple_of([check_for(one) for one in inside])
    if hint is str:
        return _text
    if hint is int:
        return _whole
    if hint in (bool, bytes, float):
        return _kind(hint)
    if inspect.isclass(hint) and is_dataclass(hint):
        return _record(hint)
    if inspect.isclass(hint) and issubclass(hint, enum.Enum):
        return _kind(hint)
    return lambda value, where: None


def _wrong(value: Any, where: str, kind: str) -> TypeError:
    return TypeError(f"{where} must be {kind}, not {'None' if value is None else type(value).__name__}")


def _text(value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise _wrong(value, where, "a str")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{where} has half of a character (a lone surrogate)") from None


def _whole(value: Any, where: str) -> None:
    if not isinstance(value, int):
        raise _wrong(value, where, "an int")
    if not 0 <= value <= _LARGEST:
        raise ValueError(f"{where} must be a number from 0 to 2^64 - 1")


def _kind(kind: type) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, kind):
            raise _wrong(value, where, f"a {kind.__name__}")

    return check


def _list_of(inside: Check) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise _wrong(value, where, "a list")
        for one in value:
            inside(one, f"what is in {where}")

    return check


def _tuple_of(inside: list[Check]) -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, tuple) or len(value) != len(inside):
            raise _wrong(value, where, f"a tuple of {len(inside)}")
        for one, check_one in zip(value, inside, strict=True):
            check_one(one, f"what is in {where}")

    return check


def _record(kind: type) -> Check:
    hints = _hints(kind)
    inside = [(field.name, check_for(hints.get(field.name, Any))) for field in fields(kind)]

    def check(value: Any, where: str) -> None:
        if not isinstance(value, kind):
            raise _wrong(value, where, f"a {kind.__name__}")
        for name, check_field in inside:
            check_field(getattr(value, name), f"`{name}` of {where}")

    return check


def _one_of(kinds: tuple[Any, ...]) -> Check:
    cases = {kind: check_for(kind) for kind in kinds if kind is not types.NoneType}
    optional = len(cases) < len(kinds)

    def check(value: Any, where: str) -> None:
        if value is None and optional:
            return
        known = cases.get(type(value))
        if known is not None:
            known(value, where)
        elif len(cases) == 1:
            next(iter(cases.values()))(value, where)
        elif all(map(inspect.isclass, cases)):
            raise _wrong(value, where, " or ".join(f"a {kind.__name__}" for kind in cases))

    return check
