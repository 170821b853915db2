"""What starts and stops service bots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import _host
from .._boundary import called, called_for, variant
from .._role import Role, check, the
from ..errors import LaunchError
from .processes import Process


@dataclass(frozen=True)
class ManagerInfo:
    """What a bot needs to reach its manager."""

    id: str
    """Selects the way of speaking."""
    connection: str
    """JSON."""


class ServiceLauncher(Role):
    """Starts and stops service bots. Each session has one of its own."""

    exported = "Launcher", "parlor:coweb/launcher@0.1.0"

    def start_service(self, service: str, token: str, manager: ManagerInfo, app_data: str) -> None:
        """Starts the bot of a service. It proves itself with `token`, once: hand that over where nobody else can read
        it. `app_data` is the JSON that the access manager gives to this service. Raises `LaunchError`."""
        raise NotImplementedError

    def stop_service(self, service: str, manager: ManagerInfo) -> None:
        """Stops the bot of a service, which was asked to shut down before and need not have obeyed."""
        raise NotImplementedError

    def stop_all_services(self, manager: ManagerInfo) -> None:
        """The session has ended, and whatever still runs must go. The last call."""
        raise NotImplementedError

    def on_process_exit(self, process: Process, status: int | None) -> None:
        """A program has ended: its status, or none if it was killed."""


class Launcher:
    """parlor:coweb/launcher."""

    def __init__(self) -> None:
        check(ServiceLauncher)

    @called_for(variant(_host.services, "LaunchError", LaunchError, "failed"))
    def start_service(self, service: str, token: str, manager: Any, app_data: str) -> None:
        _it().start_service(service, token, _read(manager), app_data)

    @called
    def stop_service(self, service: str, manager: Any) -> None:
        _it().stop_service(service, _read(manager))

    @called
    def stop_all_services(self, manager: Any) -> None:
        _it().stop_all_services(_read(manager))


class ProcessHandler:
    """parlor:coweb/process-handler."""

    @called
    def on_exit(self, what: int, status: int | None) -> None:
        _it().on_process_exit(Process(what), status)


def _it() -> ServiceLauncher:
    return the(ServiceLauncher)


def _read(manager: Any) -> ManagerInfo:
    return ManagerInfo(manager.id, manager.connection)
