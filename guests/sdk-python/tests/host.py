"""A host without Parlor: modules such as componentize-py generates, and behind them what the host would do."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, make_dataclass
from enum import Enum, Flag, auto
from pathlib import Path
from types import ModuleType
from typing import Any

import contract

# What stands in the SDK's folder goes into projects and components.
sys.dont_write_bytecode = True

SDK = Path(__file__).parents[1]
CONTRACT = contract.read()

ALL_IMPORTS = [
    "parlor:chat/types", "parlor:chat/chat", "parlor:chat/rooms", "parlor:chat/events",
    "parlor:host/net", "parlor:host/timers", "parlor:host/fetch",
    "wasi:config/store", "wasi:keyvalue/store", "wasi:keyvalue/atomics", "wasi:keyvalue/batch", "wasi:logging/logging",
    "parlor:coweb/types", "parlor:coweb/services", "parlor:coweb/bridge", "parlor:coweb/components",
    "parlor:coweb/sockets", "parlor:coweb/processes", "parlor:coweb/session-api",
]  # fmt: skip


@dataclass(frozen=True)
class Ok:
    value: Any


@dataclass(frozen=True)
class Err(Exception):
    value: Any


@dataclass
class Host:
    """The host, the world that the extension is built for, and the extension."""

    imports: list[str] = field(default_factory=lambda: list(ALL_IMPORTS))
    exports: list[str] = field(default_factory=lambda: [name for name in CONTRACT if name not in ALL_IMPORTS])
    calls: list[str] = field(default_factory=list)
    """What was called, as text."""
    answers: dict[str, Any] = field(default_factory=dict)
    """What is answered to a call, by `chat.send`; a function is called with the arguments."""
    config: dict[str, str] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    numbers: int = 0

    def load(self, source: str) -> ModuleType:
        """Builds an extension of this source, as componentize-py would: the module, and an object of each class that
        the world exports as an attribute of it."""
        for name in [name for name in sys.modules if name.partition(".")[0] in _MINE]:
            del sys.modules[name]
        self._install()
        app = ModuleType("app")
        sys.modules["app"] = app
        exec(compile(source, "app.py", "exec"), app.__dict__)
        for name in self.exports:
            kind = _camel(name.partition("/")[2])
            setattr(app, "the_" + _snake(name.partition("/")[2]), getattr(app, kind)())
        return app

    def sdk(self) -> ModuleType:
        """The SDK of the extension that was loaded last."""
        return importlib.import_module("parlor_sdk")

    def wit(self, name: str) -> Any:
        """A generated module, by the contract's name: `parlor:chat/types`."""
        return self.modules[name]

    def _install(self) -> None:
        if str(SDK) not in sys.path:
            sys.path.insert(0, str(SDK))
        types = ModuleType("componentize_py_types")
        types.Ok, types.Err = Ok, Err  # type: ignore[attr-defined]
        sys.modules["componentize_py_types"] = types
        self.modules: dict[str, ModuleType] = {}
        exports = ModuleType("wit_world.exports")
        for where, names in (("imports", self.imports), ("exports", self.exports)):
            short = Counter(name.partition("/")[2] for name in names)
            for name in names:
                package, _, last = name.partition("/")
                full = f"{package}-{last}".replace(":", "-") if short[last] > 1 else last
                module = self._module(f"wit_world.{where}.{_snake(full)}", CONTRACT[name], where == "imports")
                self.modules[name] = sys.modules[module.__name__] = module
                if where == "exports":
                    setattr(exports, _camel(last), type(_camel(last), (), {}))
        for module in (ModuleType("wit_world"), ModuleType("wit_world.imports"), exports):
            module.__path__ = []  # type: ignore[attr-defined]
            sys.modules[module.__name__] = module

    def _module(self, name: str, interface: contract.Interface, imported: bool) -> ModuleType:
        module = ModuleType(name)
        for record, fields in interface.records.items():
            setattr(module, _camel(record), make_dataclass(_camel(record), map(_snake, fields)))
        for variant, cases in interface.variants.items():
            for case, payload in cases.items():
                kind = f"{_camel(variant)}_{_camel(case)}"
                setattr(module, kind, make_dataclass(kind, ["value"] if payload else []))
        for enum, cases in interface.enums.items():
            members = {_shout(case): at for at, case in enumerate(cases)}
            setattr(module, _camel(enum), Enum(_camel(enum), members))
        for flags, cases in interface.flags.items():
            setattr(module, _camel(flags), Flag(_camel(flags), {_shout(case): auto() for case in cases}))
        for resource, functions in interface.resources.items():
            setattr(module, _camel(resource), self._resource(interface, resource, functions))
        if imported:
            for function, parameters in interface.functions.items():
                setattr(module, _snake(function), self._function(interface, function, parameters))
        return module

    def _function(self, interface: contract.Interface, name: str, parameters: list[str]) -> Callable[..., Any]:
        path = f"{interface.name}.{name}"
        if path in ("store.get", "store.get-all"):
            return lambda *key: self.config.get(*key) if key else list(self.config.items())

        def call(*arguments: Any) -> Any:
            assert len(arguments) == len(parameters), f"{path} takes {parameters}"
            return self._called(path, arguments)

        return call

    def _resource(self, interface: contract.Interface, name: str, functions: dict[str, list[str]]) -> type:
        def method(function: str) -> Callable[..., Any]:
            return lambda it, *arguments: self._called(f"{name}.{function}", arguments)

        return type(_camel(name), (), {_snake(function): method(function) for function in functions})

    def _called(self, path: str, arguments: tuple[Any, ...]) -> Any:
        if path in self.answers:
            self.calls.append(f"{path}{_shown(arguments)}")
            answer = self.answers[path]
            answer = answer(*arguments) if callable(answer) else answer
            if isinstance(answer, Exception):
                raise answer
            return answer
        match path, arguments:
            case "store.open", _:
                return self.wit("wasi:keyvalue/store").Bucket()
            case "bucket.get", [key]:
                return self.stored.get(key)
            case "bucket.set", [key, value]:
                self.stored[key] = value
                return None
            case "bucket.delete", [key]:
                self.stored.pop(key, None)
                return None
            case "bucket.exists", [key]:
                return key in self.stored
            case "bucket.list-keys", [cursor]:
                # One key a page.
                at, keys = cursor or 0, list(self.stored)
                response = self.wit("wasi:keyvalue/store").KeyResponse
                return response(keys[at : at + 1], at + 1 if at + 1 < len(keys) else None)
            case "atomics.increment", [_, key, by]:
                number = int(self.stored.get(key, b"0")) + by
                self.stored[key] = str(number).encode()
                return number
            case "batch.get-many", [_, keys]:
                return [(key, self.stored[key]) if key in self.stored else None for key in keys]
            case "batch.set-many", [_, entries]:
                self.stored.update(entries)
                return None
        self.calls.append(f"{path}{_shown(arguments)}")
        if path in ("timers.once", "timers.every", "net.connect", "fetch.send"):
            self.numbers += 1
            return self.numbers
        return None

    def heard(self) -> list[str]:
        """What was called since this was asked last."""
        calls, self.calls = self.calls, []
        return calls

    # What the tests give handlers.

    def person(self, name: str, room: str | None = None) -> Any:
        """Somebody on the network `net`."""
        return self.wit("parlor:chat/types").Identifier("net", name, None, name, None, room, name)

    def message(self, body: str, room: str | None = "#lobby", who: str = "ann", **fields: Any) -> Any:
        """Something that somebody said."""
        types = self.wit("parlor:chat/types")
        recipient = types.Recipient_Room(room) if room else types.Recipient_Person(self.person("parlor"))
        message = types.Message("1", "net", self.person(who), recipient, body, None, 1_000, False, [])
        for name, value in fields.items():
            setattr(message, name, value)
        return message

    def invocation(self, command: str, arguments: str = "", **more: Any) -> Any:
        """A command that somebody gave."""
        kind = self.wit("parlor:chat/command-handler").Invocation
        return kind(command, arguments, self.message(f"!{command} {arguments}", **more))


_MINE = ("parlor_sdk", "wit_world", "componentize_py_types", "app")


def _shown(arguments: Iterable[Any]) -> str:
    return "(" + ", ".join(map(_text, arguments)) + ")"


def _text(value: Any) -> str:
    kind = type(value).__name__
    if kind == "Identifier":
        return value.person
    if kind.startswith("Recipient_"):
        return _text(value.value)
    if kind == "Message":
        return f"<{value.body}>"
    return repr(value)


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _snake(name: str) -> str:
    return name.replace("-", "_")


def _shout(name: str) -> str:
    return _snake(name).upper()
