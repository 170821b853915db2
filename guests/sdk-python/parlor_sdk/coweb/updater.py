"""Who brings late joiners up to date."""

from __future__ import annotations

from .._boundary import called
from .._role import Role, check, the


class Updater(Role):
    """Chooses among the applications that can bring a late joiner up to date. One serves the whole server."""

    exported = "UpdaterTypeMatcher", "parlor:coweb/updater-type-matcher@0.1.0"

    def start(self) -> None:
        """The first call, before the server listens. What is raised keeps it from that."""

    def match_updater_type(self, updater_type: str, available: list[str]) -> str | None:
        """The type of the updater that a client of `updater_type` gets: one of `available`, which has the type of each
        updater of the session, in the order of their joining; none if any will do."""
        raise NotImplementedError


class UpdaterTypeMatcher:
    """parlor:coweb/updater-type-matcher."""

    def __init__(self) -> None:
        check(Updater)

    @called
    def start(self) -> None:
        the(Updater).start()

    @called
    def match_updater_type(self, updater_type: str, available: list[str]) -> str | None:
        return the(Updater).match_updater_type(updater_type, available)
