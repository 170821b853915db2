"""Commands: functions of a bot that people call by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import Failure, MistakeError
from .handlers import needed
from .invocation import Invocation
from .message import Message

Replies = str | Iterable[str] | None
"""What a command answers: nothing, a reply, or several (also from a generator). An empty one is not sent."""

F = TypeVar("F", bound=Callable[[Invocation], Replies])


@dataclass(frozen=True)
class Command:
    """A command as it was declared."""

    name: str
    usage: str
    summary: str
    admin_only: bool
    hidden: bool
    run: Callable[[Invocation], Any]


declared: dict[str, Command] = {}
"""The commands of this bot, by their names."""


def command(
    name: str, *, usage: str = "", summary: str = "", admin_only: bool = False, hidden: bool = False
) -> Callable[[F], F]:
    """Declares a command of one or more words (`room join`), and the function that does it.

    `usage` has the arguments in one line (`NAME [PASSWORD]`), `summary` says in one line what it does. The host checks
    who may use it, and shows it in the help unless it is `hidden`; `admin_only` is for the host's admins alone.

    >>> @command("hail", usage="NAME", summary="says hello to NAME")
    ... def hail(call):
    ...     return f"Hail, {call.read().next('NAME')}!"
    """
    if not isinstance(name, str):
        raise MistakeError('a command has a name: `@command("hello")`')

    def decorate(function: F) -> F:
        needed(f"the command {name!r}", "CommandHandler", "parlor:chat/command-handler@0.1.0")
        if name in declared:
            raise MistakeError(f"there are two commands called {name!r}")
        declared[name] = Command(name, usage, summary, admin_only, hidden, function)
        return function

    return decorate


def run(name: str, arguments: str, message: Message) -> list[str]:
    """Runs a command, and returns what it replies."""
    known = declared.get(name)
    if known is None:
        # The host passes on what was declared, so that this is a fault of the host's.
        raise Failure(f"this bot has no command {name!r}")
    replies = known.run(Invocation(name, arguments, message, known.usage))
    if replies is None:
        return []
    if isinstance(replies, str):
        return [replies]
    texts = list(replies) if isinstance(replies, Iterable) else [replies]
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"the command {name!r} must answer with texts, not {type(text).__name__}")
    return texts
