"""Facts hold ids and codes; names that sit in rows and queues never vanish unnoticed."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.architecture.source import Source, code, nothing
from tools.names import names

if TYPE_CHECKING:
    from atalaya.testing.snapshots import Snapshots

SECRETIVE = ("password", "secret", "token", "passphrase", "credential")


def problems(files: Iterable[Source]) -> list[str]:
    """Every class of facts with a field that could hold a secret."""
    found = []
    for source in files:
        if source.inner[:1] != ["events"]:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name = node.target.id.lower()
                if any(word in name for word in SECRETIVE) and not name.endswith(("_id", "_ids")):
                    found.append(f"{source.at(node)} keeps {name}")
    return found


def test_facts_keep_no_secrets() -> None:
    nothing(problems(code()))


def test_a_secret_in_a_fact_is_seen() -> None:
    text = "class KeyMade(Fact, name='identity.key_made'):\n    key_id: int\n    api_token: str\n"
    assert problems([Source("atalaya.core.identity.events", text)]) == [
        "atalaya.core.identity.events:3 keeps api_token"
    ]


def test_names_kept_in_rows_and_queues_are_those_accepted(snapshots: Snapshots) -> None:
    # A name that goes needs an alias first: journal rows and queued jobs still carry it.
    snapshots.text("names.txt", "".join(f"{line}\n" for line in names()))
