"""Roles: what an extension is, by a class of its author's. There is one object of it, made at the first call."""

from __future__ import annotations

from typing import Any

from .errors import MistakeError
from .handlers import needed

_written: dict[type[Role], type[Role]] = {}
"""The class that fills a role."""
_there: dict[type[Role], Any] = {}
"""Its one object."""


class Role:
    """What can be filled by a subclass. The last of several that build on each other counts."""

    exported: tuple[str, str]
    """The class that componentize-py wants, and the interface that it is of."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if Role in cls.__bases__:
            return
        role = _role(cls)
        known = _written.get(role)
        if known is not None and not issubclass(cls, known):
            raise MistakeError(
                f"{known.__name__} and {cls.__name__} are both of {role.__name__}, of which there can be one only"
            )
        class_name, wit = role.exported
        needed(f"{cls.__name__}, a {role.__name__},", class_name, wit)
        _written[role] = cls


def _role(cls: type[Role]) -> type[Role]:
    return next(base for base in cls.__mro__ if Role in base.__bases__)


def written(role: type[Role]) -> bool:
    """Whether somebody fills it."""
    return role in _written


def check(role: type[Role]) -> None:
    """Complains where nobody fills a role that the world exports."""
    if not written(role):
        raise MistakeError(
            f"the world exports {role.exported[1]}: "
            f"write `class Mine({role.__name__}):` in app.py, or take it out of wit/world.wit"
        )


def the(role: type[Role]) -> Any:
    """The one that there is."""
    if role not in _there:
        check(role)
        _there[role] = _written[role]()
    return _there[role]
