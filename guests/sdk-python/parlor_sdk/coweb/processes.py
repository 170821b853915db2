"""Programs of the machine that a launcher was granted by name."""

from __future__ import annotations

from dataclasses import dataclass

from .. import _host


@dataclass(frozen=True)
class Process:
    """One of them."""

    number: int

    def stop(self) -> None:
        """Asks it to end, and kills it and all that it started three seconds later."""
        _host.processes.call("stop", self.number)


def start(program: str, standard_input: str | bytes = b"", environment: dict[str, str] | None = None) -> Process:
    """Starts a granted program, which is told `standard_input`, and has these variables besides those that the grant
    gives it."""
    data = standard_input.encode() if isinstance(standard_input, str) else standard_input
    return Process(_host.processes.call("start", program, data, list((environment or {}).items())))
