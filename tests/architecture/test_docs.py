"""What the documents say about the code is true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.architecture.source import ROOT, WELL_KNOWN, Source, code, nothing
from tools import docs

WHERE_IS = ROOT / "docs" / "where-is.md"
# `practices/sla/pausing.py: pauses()` or `practices/sla/reactions.py`
PLACE = re.compile(r"`([\w./-]+/[\w.-]+\.\w+)(?::\s*([\w.]+)(?:\(\))?)?`")
REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
FRAGMENTS = ("added", "changed", "fixed", "removed", "security", "upgrade")


def places(text: str) -> list[tuple[str, str]]:
    """The paths and symbols a page of the map names."""
    return PLACE.findall(text)


def map_problems(text: str, root: Path) -> list[str]:
    """Every path or symbol of the map that is not there."""
    found = []
    for path, symbol in places(text):
        file = next(
            (one for one in (root / "src/atalaya" / path, root / path) if one.exists()), None
        )
        if file is None:
            found.append(f"{path} does not exist")
        elif symbol and not _defines(file, symbol):
            found.append(f"{path} does not define {symbol}")
    return found


def _defines(file: Path, symbol: str) -> bool:
    if file.suffix != ".py":
        return symbol in file.read_text("utf-8")
    body: list[ast.stmt] = ast.parse(file.read_text("utf-8")).body
    for part in symbol.split("."):
        node = next((one for one in body if part in _names_of(one)), None)
        if node is None:
            return False
        body = getattr(node, "body", [])
    return True


def _names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def unmapped(files: Iterable[Source], text: str) -> list[str]:
    """Every file of a practice, or of core work, that is neither well known nor on the map."""
    named = {path for path, _symbol in places(text)}
    found = []
    for source in files:
        if source.layer != "practices" or not source.inner or source.inner[-1] == "__init__":
            continue
        if WELL_KNOWN & set(source.inner):
            continue
        path = "/".join(source.parts[1:]) + ".py"
        if path not in named and f"{path.removesuffix('.py')}/__init__.py" not in named:
            found.append(path)
    return found


def test_the_map_names_only_what_exists() -> None:
    nothing(map_problems(WHERE_IS.read_text("utf-8"), ROOT))


def test_every_rule_of_a_practice_is_on_the_map() -> None:
    # New rule, new line: docs/where-is.md says in support people's words where it lives.
    nothing(unmapped(code(), WHERE_IS.read_text("utf-8")))


def test_a_path_or_symbol_that_is_not_there_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "src/atalaya/practices/sla"
    folder.mkdir(parents=True)
    (folder / "pausing.py").write_text("class A:\n    def b(self): ...\n\nC = 1\n")
    line = "`practices/sla/pausing.py: {}`"
    for fine in ("A", "A.b()", "C"):
        assert not map_problems(line.format(fine), tmp_path)
    assert map_problems(line.format("pauses()"), tmp_path)
    assert map_problems("`practices/sla/gone.py`", tmp_path)


def test_a_rule_that_is_on_no_map_is_seen() -> None:
    rule = Source("atalaya.practices.sla.pausing", "")
    assert unmapped([rule], "") == ["practices/sla/pausing.py"]
    assert not unmapped([rule], "| … | `practices/sla/pausing.py` |")
    assert not unmapped([Source("atalaya.practices.sla.actions.pausing", "")], "")


def _requirements() -> list[str]:
    found = set()
    for path in (ROOT / "requirements").glob("*.in"):
        for line in path.read_text("utf-8").splitlines():
            match = REQUIREMENT.match(line.partition("#")[0].strip())
            if match:
                found.add(match.group().lower())
    return sorted(found)


@pytest.mark.parametrize("name", _requirements())
def test_each_dependency_has_its_reason(name: str) -> None:
    page = (ROOT / "docs/build/dependencies.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
    assert rows, f"{name} is required and docs/build/dependencies.md does not say why"
    assert len(rows[0].split("|")[2].split()) >= 3, f"{name} has no reason worth the name"


def test_no_dependency_is_explained_that_is_not_required() -> None:
    page = (ROOT / "docs/build/dependencies.md").read_text("utf-8")
    explained = set(re.findall(r"^\| ([a-z0-9][a-z0-9._-]*) \|", page, re.MULTILINE))
    browser = set(re.findall(r'"(@?[\w./-]+)":', (ROOT / "package.json").read_text("utf-8")))
    assert explained - set(_requirements()) - browser - {"package"} == set()


def test_release_notes_are_named_by_their_kind() -> None:
    for path in (ROOT / "changes").glob("*"):
        if path.name != "README.md":
            kind = path.name.removesuffix(".md").rpartition(".")[2]
            assert kind in FRAGMENTS, f"{path.name}: use one of {', '.join(FRAGMENTS)}"
            assert path.read_text("utf-8").strip()


def _pages() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(found)


@pytest.mark.parametrize("page", _pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", docs.PAGES)
def test_pages_made_from_the_code_say_what_the_code_says(page: str) -> None:
    assert docs.stale([page]) == [], "run: make docs"
