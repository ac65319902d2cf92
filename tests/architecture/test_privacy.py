"""From another package only its public modules may be imported."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.architecture.source import FACES, GROUPS, Source, nothing, package_of, sources

PUBLIC = {"models", "queries", "actions", "events", "errors", "ports"}
# What an organisation decides is declared there and read through ``preferences_of``: a type, as
# models are.
PUBLIC |= {"preferences"}
# Who puts the parts together: it names views and routers of every package.
COMPOSERS = {"config": {"urls", "api", "middleware", *FACES}, "api": {"api"}}
# Single doors that are not one of the public modules, each with its reason: (who, whose, module).
DOORS: set[tuple[str, str, str]] = {
    # The roles of `atalaya up` are run by the command line and nobody else.
    ("cli", "core.jobs", "running"),
    ("config", "core.jobs", "running"),
    # The first steps try mail servers before anything is kept; actions may not use the network.
    ("console", "engines.channels", "delivering"),
    ("console", "engines.channels", "fetching"),
    ("cli", "engines.channels", "running"),
    # `atalaya user import` reads the same tables as the console.
    ("cli", "core.people", "importing"),
    # `atalaya mail parse` looks at mail without a desk: its pure part needs no Django.
    ("cli", "engines.channels", "mail"),
}


def problems(files: Iterable[Source]) -> list[str]:
    """Every import of a private module of another package."""
    found = []
    for source in files:
        for node, module, names in source.imports():
            target = package_of(module)
            if target.split(".")[0] not in GROUPS or target == source.package or "." not in target:
                continue
            inner = module.split(".")[3:]
            doors = [inner[0]] if inner else names
            found += [
                f"{source.at(node)} imports {target}.{door}, which is private"
                for door in doors
                if not _may_enter(source, target, door)
            ]
    return found


def _may_enter(source: Source, target: str, door: str) -> bool:
    if door in PUBLIC or (source.package, target, door) in DOORS:
        return True
    if door in COMPOSERS.get(source.layer, set()):
        return True
    if source.layer == "testing":
        return True
    return source.is_test and door == "testing"


def test_only_public_modules_are_imported_from_another_package() -> None:
    nothing(problems(sources()))


@pytest.mark.parametrize(
    "line",
    [
        "from atalaya.practices.sla.pausing import pauses",
        "from atalaya.practices.sla import pausing",
        "import atalaya.practices.sla.pausing",
    ],
)
def test_the_private_part_of_a_package_is_seen(line: str) -> None:
    assert problems([Source("atalaya.practices.changes.queries", line)])
    assert not problems([Source("atalaya.practices.sla.actions", line)])


def test_public_modules_may_be_imported() -> None:
    line = "from atalaya.practices.sla.actions.pausing import pause_clock"
    assert not problems([Source("atalaya.practices.changes.actions", line)])
