"""Report what has grown past the house's sizes. It never fails: split by idea, not by length.

tools/sizes.py              what is past the "look again" mark, and the middle and top sizes
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "atalaya"


@dataclass(frozen=True)
class Kind:
    """A thing that is measured in lines, with what is usual and when to look again."""

    name: str
    middle: int
    usual: int
    look_again: int


FUNCTION = Kind("function", 8, 40, 60)
VIEW = Kind("view", 10, 20, 30)
FILE = Kind("file", 80, 350, 500)
CLASS = Kind("class", 60, 120, 250)
TEMPLATE = Kind("template", 40, 120, 200)
TEST = Kind("test", 8, 25, 50)
KINDS = (FUNCTION, VIEW, FILE, CLASS, TEMPLATE, TEST)


@dataclass(frozen=True)
class Measured:
    """How long one thing is, and where it is."""

    kind: Kind
    lines: int
    where: str


def measure(folder: Path = SOURCE) -> Iterator[Measured]:
    """Measure every file, function, class and template below a folder."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if {"migrations", "vendor", "__pycache__"} & set(parts) or not path.is_file():
            continue
        name = str(path.relative_to(folder))
        if path.suffix == ".html":
            yield Measured(TEMPLATE, path.read_text("utf-8").count("\n"), name)
        elif path.suffix == ".py":
            text = path.read_text("utf-8")
            yield Measured(FILE, text.count("\n"), name)
            yield from _inside(text, name, parts)


def _inside(text: str, name: str, parts: tuple[str, ...]) -> Iterator[Measured]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            yield Measured(CLASS, _length(node), f"{name}: {node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kind = FUNCTION
            if "tests" in parts:
                kind = TEST
            elif parts[-1] == "views.py" or "views" in parts:
                kind = VIEW
            yield Measured(kind, _length(node), f"{name}: {node.name}()")


def _length(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def report(found: list[Measured]) -> Iterator[str]:
    """The table of sizes, then everything past the mark, longest first."""
    yield f"{'':10}{'number':>8}{'median':>8}{'p95':>6}{'most':>6}   aim"
    for kind in KINDS:
        sizes = sorted(one.lines for one in found if one.kind is kind)
        if sizes:
            p95 = sizes[min(len(sizes) - 1, int(len(sizes) * 0.95))]
            yield (
                f"{kind.name:10}{len(sizes):8}{int(statistics.median(sizes)):8}{p95:6}"
                f"{sizes[-1]:6}   {kind.middle} / {kind.usual}, look again at {kind.look_again}"
            )
    for one in sorted(found, key=lambda one: -one.lines / one.kind.look_again):
        if one.lines > one.kind.look_again:
            yield f"look again: {one.kind.name} of {one.lines} lines: {one.where}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in report(list(measure()))))
