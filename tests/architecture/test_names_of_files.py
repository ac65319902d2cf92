"""Files and folders are named by what they do; some names say nothing and are not used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

import pytest
from tests.architecture.source import PACKAGE, nothing, packages

FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base"}
ALLOWED = {
    "config/settings/base.py",  # what Django's settings are called everywhere
    "ui/templates/ui/base.html",
}


def problems(paths: Iterable[str]) -> list[str]:
    """Every path below ``src/atalaya`` with a part that says nothing."""
    found = []
    for path in paths:
        parts = [part.partition(".")[0] for part in PurePosixPath(path).parts]
        if path not in ALLOWED and FORBIDDEN & {part.strip("_") for part in parts}:
            found.append(path)
    return found


def test_no_file_has_a_name_that_says_nothing() -> None:
    paths = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".js", ".css", ".html"}
        and path.name not in {"base.css"}  # the styles of bare elements, which CSS calls so
        and "vendor" not in path.parts
    ]
    nothing(problems(paths))


@pytest.mark.parametrize(
    "path", ["practices/sla/utils.py", "core/work/helpers/x.py", "ui/static/ui/common.js"]
)
def test_such_a_name_is_seen(path: str) -> None:
    assert problems([path]) == [path]


@pytest.mark.parametrize("name", [name for name in packages() if name.count(".") == 1])
def test_every_package_says_what_it_is_for(name: str) -> None:
    folder = PACKAGE.joinpath(*name.split("."))
    readme = folder / "README.md"
    assert readme.is_file(), f"{name} has no README.md"
    assert len(readme.read_text("utf-8").split()) > 30, f"{readme} says next to nothing"


@pytest.mark.parametrize("name", [name for name in packages() if name.count(".") == 1])
def test_the_root_of_a_package_is_empty(name: str) -> None:
    # Django cannot load models there, and names re-exported at the root are how circles start.
    root = PACKAGE.joinpath(*name.split("."), "__init__.py")
    assert root.is_file(), f"{name} has no __init__.py"
    assert root.read_text("utf-8").strip() == ""
