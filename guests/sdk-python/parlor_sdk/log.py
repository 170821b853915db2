"""Lines for the host's log. Python's own `logging` goes there, too; what is printed becomes lines as well."""

from __future__ import annotations

import logging
import sys

from . import _host

_LEVELS = (
    (logging.CRITICAL, "CRITICAL"),
    (logging.ERROR, "ERROR"),
    (logging.WARNING, "WARN"),
    (logging.INFO, "INFO"),
    (logging.DEBUG, "DEBUG"),
)


def debug(line: object) -> None:
    """For whoever debugs the extension."""
    _log("DEBUG", "", str(line))


def info(line: object) -> None:
    """For whoever watches it."""
    _log("INFO", "", str(line))


def warn(line: object) -> None:
    """Something hazardous."""
    _log("WARN", "", str(line))


def error(line: object) -> None:
    """Something went wrong."""
    _log("ERROR", "", str(line))


def critical(line: object) -> None:
    """The extension cannot go on."""
    _log("CRITICAL", "", str(line))


def _log(level: str, context: str, line: str) -> None:
    if not _host.logging or not _host.begun():
        print(line, file=sys.stderr)
        return
    levels = _host.logging.types.Level
    _host.logging.call("log", levels[level], context, line)


class _Handler(logging.Handler):
    """Brings what Python's own `logging` is told to the host's log."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            level = next((name for least, name in _LEVELS if record.levelno >= least), "TRACE")
            context = "" if record.name == "root" else record.name
            _log(level, context, self.format(record))
        except Exception:
            self.handleError(record)


def _install() -> None:
    root = logging.getLogger()
    # Somebody's tests have handlers of their own.
    if not _host.native and not any(isinstance(handler, _Handler) for handler in root.handlers):
        root.addHandler(_Handler())
        root.setLevel(logging.INFO)


_install()
