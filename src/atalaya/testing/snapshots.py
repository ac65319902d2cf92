"""Compare what the code does with what it did when somebody last looked (``tests/snapshots``)."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import pytest


class Snapshots:
    """Texts and counts kept in a folder; ``--update-snapshots`` accepts what is different."""

    def __init__(self, folder: Path, *, update: bool) -> None:
        self.folder, self.update = folder, update

    def text(self, name: str, now: str) -> None:
        """Hold ``now`` equal to the file ``name``."""
        path = self.folder / name
        before = path.read_text("utf-8") if path.exists() else ""
        if before == now:
            return
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(now, "utf-8")
            return
        difference = "\n".join(
            difflib.unified_diff(before.splitlines(), now.splitlines(), "accepted", "now", n=1)
        )
        pytest.fail(
            f"{name} changed (accept with --update-snapshots):\n{difference}", pytrace=False
        )

    def json(self, name: str, now: Any) -> None:
        """Hold ``now`` equal to the JSON file ``name``."""
        self.text(name, json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True) + "\n")

    def at_most(self, name: str, key: str, now: int) -> None:
        """Let a count fall but never rise: ``at_most("queries.json", "console:queue", 12)``."""
        path = self.folder / name
        counts: dict[str, int] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        before = counts.get(key)
        if before is not None and now <= before and not (self.update and now != before):
            return
        if self.update:
            counts[key] = now
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(counts, indent=1, sort_keys=True) + "\n", "utf-8")
            return
        was = "is not recorded" if before is None else f"was {before}"
        pytest.fail(
            f"{key} is {now} and {was} in {name} (accept with --update-snapshots)", pytrace=False
        )


@pytest.fixture
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    """What was accepted before, in ``tests/snapshots`` below the root of the project."""
    folder = request.config.rootpath / "tests" / "snapshots"
    return Snapshots(folder, update=request.config.getoption("--update-snapshots"))


class QueryCounts:
    """Counts the database queries of a piece of work and holds the count down."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def __call__(self, key: str) -> Any:
        """``with query_counts("console:queue"): client.get(...)``."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        recorded = self._snapshots

        class Counting(CaptureQueriesContext):
            def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
                super().__exit__(kind, error, trace)
                if kind is None:
                    recorded.at_most("queries.json", key, len(self.captured_queries))

        return Counting(connection)


@pytest.fixture
def query_counts(snapshots: Snapshots) -> QueryCounts:
    """Hold the number of queries of a page down: a rise fails until it is accepted."""
    return QueryCounts(snapshots)
