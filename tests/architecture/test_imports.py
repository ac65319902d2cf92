"""Imports stand at the top of a file, point down, and nobody hides one in a function."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.architecture.source import ROOT, Source, nothing, sources

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
# Where our own code may be imported late: before Django is set up, or once all models are there.
LATE = {"testing", "cli", "config"}


def problems(files: Iterable[Source]) -> list[str]:
    """Every import of our own code inside a function: how circles are usually hidden."""
    found = []
    for source in files:
        if source.layer in LATE or source.inner[:1] == ["apps"] or source.is_test:
            continue
        for node, module, _names in source.imports():
            above: ast.AST | None = source.parents.get(node)
            while above is not None and not isinstance(
                above, ast.FunctionDef | ast.AsyncFunctionDef
            ):
                above = source.parents.get(above)
            if above is not None:
                found.append(f"{source.at(node)} imports {module} inside {above.name}()")
    return found


def test_no_import_of_ours_is_hidden_in_a_function() -> None:
    nothing(problems(sources()))


def test_a_hidden_import_is_seen() -> None:
    text = "def f():\n    from atalaya.core.work.models import WorkItem\n"
    assert problems([Source("atalaya.practices.sla.queries", text)])
    assert not problems([Source("atalaya.practices.sla.apps", text)])


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    return subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": "."}
    )


def test_the_import_contracts_catch_an_upward_import(tmp_path: Path) -> None:
    for name in ("kernel", "core", "core/journal", "practices", "practices/tickets"):
        (tmp_path / "atalaya" / name).mkdir(parents=True)
    for folder in [tmp_path / "atalaya", *(tmp_path / "atalaya").rglob("*/")]:
        (folder / "__init__.py").touch()
    shutil.copy(ROOT / ".importlinter", tmp_path)
    fine = _lint(tmp_path)
    assert fine.returncode == 0, fine.stdout + fine.stderr

    (tmp_path / "atalaya/core/journal/models.py").write_text("import atalaya.practices.tickets\n")
    caught = _lint(tmp_path)
    assert caught.returncode != 0
    assert "atalaya.core.journal.models -> atalaya.practices.tickets" in caught.stdout
