"""The host's interfaces, as componentize-py generated them for the world of this extension.

All of them are looked for when this is imported: afterwards there is no file system to import from.
"""

import inspect
from dataclasses import is_dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, NoReturn

from . import _shape
from .errors import (
    BridgeError,
    ChatError,
    ConfigError,
    HostError,
    LaunchError,
    MistakeError,
    NetError,
    StoreError,
    case_of,
    text_of,
)

try:
    import wit_world.exports as _exports
    from componentize_py_types import Err, Ok

    native = False
except ImportError:
    # Outside of a component, where only what calls nothing of the host can be tried.
    native = True
    _exports = ModuleType("exports")

    class Err(Exception):  # type: ignore[no-redef]
        """The failure of a call, in the contract's own form."""

        def __init__(self, value: object) -> None:
            super().__init__(value)
            self.value = value

    class Ok:  # type: ignore[no-redef]
        """The success of a call, in the contract's own form."""

        def __init__(self, value: object) -> None:
            self.value = value


class _Call:
    """Whether the host has called yet."""

    begun = False


def begin() -> None:
    """The host calls: from now on it can be called."""
    _Call.begun = True


def begun() -> bool:
    """Whether the host can be called."""
    return _Call.begun


def exports(name: str) -> bool:
    """Whether the world exports the interface that has this class."""
    return hasattr(_exports, name)


def returned(of_class: str, function: str) -> _shape.Check | None:
    """What a function that the world exports must return."""
    kind = getattr(_exports, of_class, None)
    if kind is None and not native:
        # A resource is in the module of its interface.
        module = exported("rooms")
        kind = module and getattr(module, of_class, None)
    declared = getattr(kind, function, None)
    return _shape.result(declared) if inspect.isfunction(declared) else None


class Interface:
    """One interface that a world can import."""

    def __init__(self, wit: str, has: str, *modules: str, error: type[HostError] = HostError) -> None:
        self.wit = wit
        self.error = error
        self.module = _find(has, modules)
        self._checks = {function: _shape.parameters(function) for function in _functions(self.module)}

    def __bool__(self) -> bool:
        """Whether the world imports it."""
        return self.module is not None

    @property
    def types(self) -> Any:
        """What it has besides functions."""
        if self.module is None:
            raise self._missing()
        return self.module

    def call(self, function: str, *arguments: Any) -> Any:
        """Calls a function of it."""
        return self.run(self._ready(function), *arguments)

    def run(self, function: Any, *arguments: Any) -> Any:
        """Calls something that the host gave before."""
        checks = self._checks.get(getattr(function, "__func__", function), ())
        for (where, check), value in zip(checks, arguments, strict=False):
            check(value, where)
        try:
            return function(*arguments)
        except Err as error:
            self.fail(error.value)

    def fail(self, value: object) -> NoReturn:
        """Raises what the host answered."""
        raise self.understand(value) from None

    def understand(self, value: object) -> HostError:
        """What the host answered, as an error."""
        if isinstance(value, str):
            return HostError("other", value)
        return self.error(case_of(value), text_of(value))

    def _ready(self, function: str) -> Any:
        if self.module is None:
            raise self._missing()
        if not _Call.begun:
            raise MistakeError(
                f"`{function}` of {self.wit} was called while the component is being built. What stands at the top "
                "level of a module runs once, at build time, where there is no host: call it in a function, such as "
                "one with @on_start"
            )
        return getattr(self.module, function)

    def _missing(self) -> MistakeError:
        if native:
            return MistakeError(f"{self.wit} is the host's: it can be called inside of a component only")
        return MistakeError(f"add `import {self.wit};` to wit/world.wit: the extension calls it")


def _find(has: str, modules: tuple[str, ...]) -> ModuleType | None:
    """The one of these modules that has this: how it is called depends on what else the world imports."""
    if native:
        return None
    for name in modules:
        try:
            module = import_module(f"wit_world.imports.{name}")
        except ImportError:
            continue
        if hasattr(module, has):
            return module
    return None


def _functions(module: ModuleType | None) -> list[Any]:
    """Those of an interface, and those of its resources."""
    if module is None:
        return []
    own = [it for it in vars(module).values() if getattr(it, "__module__", "") == module.__name__]
    resources = [it for it in own if inspect.isclass(it) and not is_dataclass(it)]
    found = [*own, *(it for kind in resources for it in vars(kind).values())]
    return [it for it in found if inspect.isfunction(it) and not it.__name__.startswith("_")]


def exported(name: str) -> Any:
    """The types of an interface that the world exports; none where it does not."""
    try:
        return import_module(f"wit_world.exports.{name}")
    except ImportError:
        return None


# Whoever imports any of these has their types.
chat_types = Interface("parlor:chat/chat@0.1.0", "Message", "types", "parlor_chat_types")
chat = Interface("parlor:chat/chat@0.1.0", "warn_admins", "chat", error=ChatError)
rooms = Interface("parlor:chat/rooms@0.1.0", "MucRoom", "rooms", error=ChatError)
events = Interface("parlor:chat/events@0.1.0", "message_received", "events")
timers = Interface("parlor:host/timers@0.1.0", "once", "timers")
net = Interface("parlor:host/net@0.1.0", "start_tls", "net", error=NetError)
fetch = Interface("parlor:host/fetch@0.1.0", "Request", "fetch", error=NetError)
config = Interface("wasi:config/store@0.2.0-rc.1", "get_all", "store", "wasi_config_store", error=ConfigError)
store = Interface("wasi:keyvalue/store@0.2.0-draft", "Bucket", "store", "wasi_keyvalue_store", error=StoreError)
atomics = Interface("wasi:keyvalue/atomics@0.2.0-draft", "increment", "atomics", error=StoreError)
batch = Interface("wasi:keyvalue/batch@0.2.0-draft", "get_many", "batch", error=StoreError)
logging = Interface("wasi:logging/logging@0.1.0-draft", "log", "logging")
coweb_types = Interface("parlor:coweb/types@0.1.0", "Refusal", "types", "parlor_coweb_types")
services = Interface("parlor:coweb/services@0.1.0", "ManagerInfo", "services")
bridge = Interface("parlor:coweb/bridge@0.1.0", "auth_bot", "bridge", error=BridgeError)
components = Interface("parlor:coweb/components@0.1.0", "launch", "components", error=LaunchError)
sockets = Interface("parlor:coweb/sockets@0.1.0", "url", "sockets")
processes = Interface("parlor:coweb/processes@0.1.0", "start", "processes")
session_api = Interface("parlor:coweb/session-api@0.1.0", "publish", "session_api")
