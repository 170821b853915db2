"""Rules about sessions, read from the text of an INI file."""

from __future__ import annotations

import configparser
import json
import re
from typing import Any

from parlor_sdk import Failure

_ACLS = {"sync": "service-sync"}
"""The rights of a bot, and what the contract calls them."""
_KEYS = ("allow", "deny", "services", "acls", "config", "info")
_OF_SERVICES = ("allow", "deny", "acls", "config")
"""Those that can be said of one service: `acls.scribe`."""


class Rules:
    """What is configured: a section for each kind of session, by the glob that its key matches."""

    def __init__(self, text: str) -> None:
        # Keys of sessions can have any character; services are told apart by the case of their letters.
        self._ini = configparser.ConfigParser(interpolation=None, delimiters=("=",))
        self._ini.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            self._ini.read_string(text, source="`rules`")
        except configparser.Error as error:
            raise Failure(" ".join(str(error).split())) from None
        for name in [self._ini.default_section, *self._ini.sections()]:
            _check(name, self._ini[name])

    def may_enter(self, user: str, key: str) -> bool:
        """Whether a user may come into the session of this key."""
        # Nobody comes in whom nobody thought of.
        return self._may(user, key, "", otherwise=False)

    def may_use(self, user: str, key: str, service: str) -> bool:
        """Whether a user who is in the session may use this service."""
        services = self._section(key).get("services")
        if services is not None and not _among(services, service):
            return False
        return self._may(user, key, f".{service}", otherwise=True)

    def info(self, key: str) -> dict[str, Any]:
        """What applications are told that prepare a session of this key."""
        return json.loads(self._section(key).get("info", "{}"))

    def config(self, key: str, service: str) -> Any:
        """What the bot of a service is started with."""
        return json.loads(self._of_service(key, "config", service) or "{}")

    def acls(self, key: str, service: str) -> list[str]:
        """What the bot of a service may do."""
        return [_ACLS[word] for word in _words(self._of_service(key, "acls", service) or "")]

    def _may(self, user: str, key: str, of: str, otherwise: bool) -> bool:
        section = self._section(key)
        allow, deny = section.get("allow" + of), section.get("deny" + of)
        if allow is None and deny is None:
            return otherwise
        return (allow is None or _among(allow, user)) and not (deny is not None and _among(deny, user))

    def _of_service(self, key: str, name: str, service: str) -> str | None:
        section = self._section(key)
        return section.get(f"{name}.{service}", section.get(name))

    def _section(self, key: str) -> configparser.SectionProxy:
        """The first that is about this key; what it does not say, that of the defaults says."""
        for name in self._ini.sections():
            if _matches(name, key):
                return self._ini[name]
        return self._ini[self._ini.default_section]


def _check(name: str, section: configparser.SectionProxy) -> None:
    """Complains about what has no effect, or not the one that was meant."""
    for key, value in section.items():
        where = f"`{key}` in section [{name}] of `rules`"
        kind, dot, service = key.partition(".")
        if kind not in _KEYS or (dot and (kind not in _OF_SERVICES or not service)):
            raise Failure(
                f"{where}: there is no such key, only {', '.join(_KEYS)}, and for one service allow.SERVICE and so on"
            )
        if kind == "acls":
            for word in _words(value):
                if word not in _ACLS:
                    raise Failure(f"{where}: there is no right `{word}`, only {', '.join(_ACLS)}")
        if kind in ("config", "info"):
            try:
                read = json.loads(value)
            except ValueError as error:
                raise Failure(f"{where}: this is no JSON: {error}") from None
            if kind == "info" and not isinstance(read, dict):
                raise Failure(f'{where}: this must be a JSON object, such as {{"motd": "be kind"}}')


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", text) if word]


def _among(globs: str, name: str) -> bool:
    return any(_matches(glob, name) for glob in _words(globs))


def _matches(glob: str, name: str) -> bool:
    """`*` is any text, `?` any character; all else is compared exactly."""
    pattern = re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(pattern, name, re.DOTALL) is not None
