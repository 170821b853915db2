"""The contract's interfaces, read from wit/ as far as the tests need them: names, fields and cases, without types."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

WIT = Path(__file__).parents[3] / "wit"


@dataclass
class Interface:
    """One interface of a package."""

    package: str
    name: str
    records: dict[str, list[str]] = field(default_factory=dict)
    variants: dict[str, dict[str, bool]] = field(default_factory=dict)
    """The cases of each, and whether something belongs to it."""
    enums: dict[str, list[str]] = field(default_factory=dict)
    flags: dict[str, list[str]] = field(default_factory=dict)
    resources: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    functions: dict[str, list[str]] = field(default_factory=dict)
    """The parameters of each."""


def read() -> dict[str, Interface]:
    """All of them, as `parlor:chat/chat`."""
    found = {}
    for file in sorted(WIT.rglob("*.wit")):
        text = re.sub(r"//.*|/\*.*?\*/|@since\([^)]*\)", "", file.read_text(), flags=re.MULTILINE)
        package = _package(file)
        for name, body in _blocks("interface", text):
            found[f"{package}/{name}"] = _interface(package, name, body)
    return found


def _package(file: Path) -> str:
    """A file may leave it to its neighbour."""
    for other in sorted(file.parent.glob("*.wit")):
        match = re.search(r"^package ([a-z:-]+)@", other.read_text(), re.MULTILINE)
        if match:
            return match[1]
    raise AssertionError(f"{file} is of no package")


def _blocks(kind: str, text: str) -> list[tuple[str, str]]:
    """What is in the braces of each of this kind."""
    found = []
    for match in re.finditer(rf"\b{kind} ([a-z0-9-]+) \{{", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append((match[1], text[match.end() : end - 1]))
    return found


def _interface(package: str, name: str, body: str) -> Interface:
    interface = Interface(package, name)
    for record, inside in _blocks("record", body):
        interface.records[record] = re.findall(r"([a-z0-9-]+):", inside)
    for variant, inside in _blocks("variant", body):
        cases = re.findall(r"^\s*([a-z0-9-]+)(\()?", inside, re.MULTILINE)
        interface.variants[variant] = {case: bool(payload) for case, payload in cases}
    for kind, into in (("enum", interface.enums), ("flags", interface.flags)):
        for one, inside in _blocks(kind, body):
            into[one] = re.findall(r"[a-z0-9-]+", inside)
    for resource, inside in _blocks("resource", body):
        interface.resources[resource] = _functions(inside)
        body = body.replace(inside, "")
    interface.functions = _functions(body)
    return interface


def _functions(body: str) -> dict[str, list[str]]:
    functions = re.findall(r"([a-z0-9-]+): func\(([^)]*(?:\([^)]*\))?[^)]*)\)", body)
    return {name: re.findall(r"([a-z0-9-]+):", parameters) for name, parameters in functions}
