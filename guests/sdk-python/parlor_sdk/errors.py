"""Errors: what a function of yours raises, and what the host's functions raise."""

import re


class Failure(Exception):
    """Ends a call with these words, which are all that is told of it: no traceback is logged.

    The words of a command go to whoever gave it, those of other handlers to the log.

    >>> raise Failure("there is no such poll")
    Traceback (most recent call last):
    parlor_sdk.errors.Failure: there is no such poll
    """


class MistakeError(RuntimeError):
    """The extension is put together wrongly; the words say what to change."""


class HostError(Exception):
    """What the host answers instead of a result.

    `case` is the contract's name for it (`not-connected`), `text` what belongs to it, and `str()` gives words for
    people. Raised again, or not caught, it ends the call with those words.

    >>> error = ChatError("room-not-joined", "#tea")
    >>> error.case, error.text, str(error)
    ('room-not-joined', '#tea', 'the bot is not in #tea')
    """

    cases: dict[str, str] = {}
    """The cases that there are, each with its words; `{}` stands for the text."""

    def __init__(self, case: str, text: str = "") -> None:
        if self.cases and case not in self.cases:
            raise ValueError(f"there is no case {case!r} here, only {', '.join(self.cases)}")
        self.case = case
        self.text = text
        super().__init__(case, text)

    def __str__(self) -> str:
        return self.cases.get(self.case, "{}").replace("{}", self.text)


class ChatError(HostError):
    """Why a network, or a backend, did not do what it was asked to. Backends raise it themselves."""

    cases = {
        "room-not-joined": "the bot is not in {}",
        "room-does-not-exist": "there is no room {}",
        "user-does-not-exist": "there is nobody called {}",
        "user-not-unique": "there are several called {}",
        "malformed": "{}",
        "not-supported": "this network has no such thing: {}",
        "denied": "not allowed: {}",
        "not-connected": "the network is not connected",
        "full": "too much is waiting to be sent",
        "other": "{}",
    }


class NetError(HostError):
    """Why there is no connection, or no answer to a request."""

    cases = {
        "denied": "{} is not granted",
        "unreachable": "{}",
        "tls": "{}",
        "full": "too much is waiting to be sent",
        "closed": "the connection is closed",
        "other": "{}",
    }


class StoreError(HostError):
    """Why something was not kept or found."""

    cases = {
        "no-such-store": "there is no such store",
        "access-denied": "the store is not granted",
        "other": "{}",
    }


class ConfigError(HostError):
    """Why a setting cannot be had."""

    cases = {"upstream": "{}", "io": "{}"}


class LaunchError(HostError):
    """Why a service cannot be started. Launchers raise it themselves."""

    cases = {"not-found": "there is no such service", "failed": "{}"}


class BridgeError(HostError):
    """Why a session refused what it was told of a bot."""

    cases = {
        "unknown-service": "no such service was started in this session",
        "wrong-token": "the launch token is wrong, used or too old",
        "not-subscribed": "the bot was not let in, or does not listen yet",
        "unknown-request": "nobody waits for this answer",
        "too-large": "it is more than the limits of the session allow",
        "not-json": "it is no JSON",
    }


def case_of(value: object) -> str:
    """The contract's name of a case that componentize-py made a class or a member of: `Error_NotConnected`.

    >>> class Error_NotConnected: pass
    >>> case_of(Error_NotConnected())
    'not-connected'
    """
    name = getattr(value, "name", None)
    if isinstance(name, str) and name.isupper():
        return name.lower().replace("_", "-")
    words = re.findall("[A-Z][a-z0-9]*", type(value).__name__.rpartition("_")[2])
    return "-".join(words).lower()


def class_of(prefix: str, case: str) -> str:
    """The other way round.

    >>> class_of("Error", "not-connected")
    'Error_NotConnected'
    """
    return prefix + "_" + "".join(word.capitalize() for word in case.split("-"))


def text_of(value: object) -> str:
    """What belongs to a case; empty where nothing does."""
    text = getattr(value, "value", "")
    return text if isinstance(text, str) else ""
