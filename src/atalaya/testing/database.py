"""Fixtures that give every test process its own migrated PostgreSQL database.

A test runs in a transaction that is rolled back. One marked ``django_db(transaction=True)`` commits
for real; afterwards its database is thrown away and cloned anew, so that the starting content is
there again without replaying it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from atalaya.testing.servers import TestServer, server_of

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker


class Desk:
    """The database of this test process: where it is, and how to begin it afresh."""

    def __init__(self, server: TestServer, worker: str) -> None:
        self.server = server
        self.name = f"atalaya_test_{server.run}_{worker}"

    @property
    def url(self) -> str:
        """What a process of its own is given as DATABASE_URL."""
        return self.server.url(self.name)

    def begin(self) -> None:
        """Build the template if no other process did, and clone it."""
        with self.server.building_the_template():
            if not self.server.has(self.server.template):
                self._build_template()
            self.server.create(self.name, template=self.server.template)
        _point_django_at(self.url)

    def begin_again(self) -> None:
        """Throw the database away and clone the template, as it was before the first test."""
        _disconnect()
        self.server.drop(self.name)
        with self.server.building_the_template():  # two clones at once would meet on the template
            self.server.create(self.name, template=self.server.template)

    def end(self) -> None:
        """Drop the database."""
        _disconnect()
        self.server.drop(self.name)

    def _build_template(self) -> None:
        from atalaya.kernel.plugs import run_starters

        if not self.server.has(self.server.migrated):
            self._migrate()
        unfinished = f"{self.server.template}_unfinished"
        self.server.drop(unfinished)
        self.server.create(unfinished, template=self.server.migrated)
        _point_django_at(self.server.url(unfinished))
        try:
            run_starters()
        finally:
            _disconnect()
        self.server.create(self.server.template, template=unfinished)
        self.server.drop(unfinished)

    def _migrate(self) -> None:
        from django.core.management import call_command

        unfinished = f"{self.server.migrated}_unfinished"
        self.server.drop(unfinished)
        self.server.create(unfinished)
        _point_django_at(self.server.url(unfinished))
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            _disconnect()
        self.server.create(self.server.migrated, template=unfinished)
        self.server.drop(unfinished)


def _disconnect() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _point_django_at(url: str) -> None:
    from django.db import connections

    from atalaya.config.databases import from_url

    _disconnect()
    wanted = from_url(url)
    settings = connections.settings["default"]
    kept = dict(settings["OPTIONS"])
    kept.pop("pool", None)
    wanted["OPTIONS"] = {**kept, **wanted["OPTIONS"]}
    settings.update(wanted)


@pytest.fixture(scope="session")
def desk_database(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Desk]:
    """The database of this process, for tests that start processes of their own on it."""
    from django.test import TransactionTestCase

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    desk = Desk(server_of(request.config), worker)
    with django_db_blocker.unblock():
        desk.begin()

    def clone_anew(_test: TransactionTestCase) -> None:
        desk.begin_again()

    # Django would empty the tables instead, and the starting content with them.
    TransactionTestCase._fixture_teardown = clone_anew  # type: ignore[attr-defined]  # noqa: SLF001 - the one place where Django asks how to clean up
    yield desk
    with django_db_blocker.unblock():
        desk.end()


@pytest.fixture(scope="session")
def django_db_setup(desk_database: Desk) -> None:
    """Replace the fixture of pytest-django: the database comes from the template."""


@pytest.fixture
def committed_desk(transactional_db: None, desk_database: Desk) -> Any:
    """The database for a test whose writes other processes must see."""
    return desk_database


@pytest.fixture(autouse=True)
def decisions_forgotten() -> Iterator[None]:
    """Preferences are kept in memory for a moment; those of a test end with it."""
    yield
    from atalaya.core.preferences.queries import forget

    forget()
