"""The source of Atalaya as the architecture tests see it: files, syntax trees, layers, imports."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "atalaya"
# Layers whose folders are packages of their own; the others are one package each.
GROUPS = ("practices", "engines", "core", "integrations")
FACES = ("console", "portal", "api")

# The files of a package that every package may have, by their name: what they hold is known.
WELL_KNOWN = {
    *("apps", "models", "events", "permissions", "errors", "ports", "preferences", "queries"),
    *("actions", "reactions", "jobs", "panels", "automations", "notifications", "search"),
    *("metrics", "inbound", "fields", "approvers", "health", "menu", "starting"),
    *("console", "portal", "api", "testing", "tests", "migrations"),
    *("urls", "views", "forms", "middleware"),
}


@dataclass(frozen=True)
class Source:
    """One Python file: ``module`` is its dotted name, ``inner`` what follows its package's name."""

    module: str
    text: str
    path: Path = Path("made-up.py")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def parts(self) -> list[str]:
        return self.module.split(".")

    @property
    def layer(self) -> str:
        return self.parts[1] if len(self.parts) > 1 else ""

    @property
    def package(self) -> str:
        """``practices.sla``, ``ui``: what privacy is about."""
        return package_of(self.module)

    @property
    def inner(self) -> list[str]:
        skip = 1 + len(self.package.split("."))
        return self.parts[skip:]

    @property
    def is_test(self) -> bool:
        return "tests" in self.parts or self.inner[:1] == ["testing"] or self.layer == "testing"

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    @property
    def is_face(self) -> bool:
        """Whether people or programs look at the desk through it."""
        if self.layer in FACES:  # a face may keep rows of its own, with actions of their own
            return not {"actions", "models", "queries", "jobs"}.intersection(self.inner[:1])
        return bool(self.inner and self.inner[0] in FACES)

    def at(self, node: ast.AST) -> str:
        """Where something is, for a message."""
        return f"{self.module}:{getattr(node, 'lineno', 0)}"

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def imports(self) -> Iterator[tuple[ast.stmt, str, list[str]]]:
        """Each import of one of our modules: the statement, the module, the names taken from it."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("atalaya"):
                yield node, node.module or "", [alias.name for alias in node.names]
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.startswith("atalaya."):
                        yield node, alias.name, []

    def calls(self) -> Iterator[ast.Call]:
        """Every call in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node


def package_of(module: str) -> str:
    """The package a dotted module name belongs to: ``atalaya.core.work.models`` → ``core.work``."""
    parts = module.split(".")[1:]
    return ".".join(parts[:2] if parts and parts[0] in GROUPS else parts[:1])


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the product."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if "node_modules" not in parts:
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Source(module, path.read_text("utf-8"), path))
    return tuple(found)


def code() -> tuple[Source, ...]:
    """The files of the product that are neither tests nor migrations."""
    return tuple(one for one in sources() if not one.is_test and not one.is_migration)


@cache
def packages() -> tuple[str, ...]:
    """The packages there are: ``core.work``, ``practices.tickets``, ``console`` …"""
    found = {one.package for one in sources() if one.package}
    return tuple(sorted(found))


@cache
def ranks() -> dict[str, int]:
    """How high each package stands in the import contracts; a higher one may know a lower one."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", "utf-8")
    order: dict[str, int] = {}
    height = 0
    for line in reversed(_layers(contracts, "house")):
        for name in line:
            inside = f"importlinter:contract:{name}"
            if inside in contracts and contracts[inside].get("type") == "layers":
                for inner in reversed(_layers(contracts, name)):
                    height += 1
                    order.update({f"{name}.{one}": height for one in inner})
            height += 1
            order[name] = height
    return order


def _layers(contracts: configparser.ConfigParser, name: str) -> list[list[str]]:
    lines = contracts[f"importlinter:contract:{name}"]["layers"].strip().splitlines()
    return [[part.strip(" ()") for part in line.replace(":", "|").split("|")] for line in lines]


def rank(package: str) -> int:
    """How high a package stands; one that no contract names stands where its layer stands."""
    order = ranks()
    return order.get(package, order.get(package.partition(".")[0], 0))


def chain(node: ast.expr) -> list[str]:
    """The names of a chain of attributes and calls: ``Ticket.objects.filter(…)`` → three names."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            if isinstance(node, ast.Name):
                names.append(node.id)
            return names[::-1]


def nothing(found: list[str]) -> None:
    """Hold that a check found nothing, and say what it found line by line."""
    assert not found, "\n  " + "\n  ".join(found)
