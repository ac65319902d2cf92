"""The PostgreSQL of a test run: one server, one migrated template, one clone for each process."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from atalaya.testing import keeping, process

BUILDING_THE_TEMPLATE = 7_320_001  # key of the advisory lock
_SERVER = pytest.StashKey["TestServer"]()


@dataclass
class TestServer:
    """A server with the databases of one run.

    ``address`` is a URL whose database may be connected to for creating others. ``cluster`` is the
    embedded server when this process is the one that started it.
    """

    __test__ = False

    address: str
    run: str
    cluster: Any = None
    created: list[str] = field(default_factory=list)
    kept: Path | None = None  # where a migrated data folder is, or shall be, kept

    def url(self, database: str) -> str:
        """The address of one database of this server."""
        parts = urlsplit(self.address)
        return urlunsplit(parts._replace(path=f"/{database}"))

    @property
    def migrated(self) -> str:
        """Name of the database that was migrated and holds nothing."""
        return f"atalaya_migrated_{self.run}"

    @property
    def template(self) -> str:
        """Name of the migrated database with the starting content, to be cloned."""
        return f"atalaya_template_{self.run}"

    def has(self, database: str) -> bool:
        """Whether there is a database of this name."""
        with self._connection() as connection:
            found = connection.execute(
                "select 1 from pg_database where datname = %s", [database]
            ).fetchone()
        return found is not None

    def create(self, database: str, *, template: str = "template0") -> None:
        """Create a database, from another one if named; nobody may be connected to that."""
        with self._connection() as connection:
            connection.execute(
                sql.SQL("create database {} template {} encoding 'UTF8'").format(
                    sql.Identifier(database), sql.Identifier(template)
                )
            )
        self.created.append(database)

    def drop(self, database: str) -> None:
        """Drop a database and disconnect everybody who still uses it."""
        with self._connection() as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database))
            )

    @contextmanager
    def building_the_template(self) -> Iterator[None]:
        """Let one process at a time look whether the template is there, and build it."""
        with self._connection() as connection:
            connection.execute("select pg_advisory_lock(%s)", [BUILDING_THE_TEMPLATE])
            yield

    def stop(self) -> None:
        """End the server, or leave a server that was given as it was found."""
        if self.cluster is None:
            if not process.is_worker():
                for database in (self.template, self.migrated, *self.created):
                    self.drop(database)
            return
        keep = self.kept is not None and not self.kept.exists() and self.has(self.migrated)
        if keep:
            self.drop(self.template)
        self.cluster.stop()
        if keep and self.kept is not None:
            keeping.keep(self.cluster.pgdata, self.kept)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.address, autocommit=True) as connection:
            yield connection


def server_of(config: pytest.Config) -> TestServer:
    """The server of this run, started when first asked for."""
    if _SERVER not in config.stash:
        config.stash[_SERVER] = _find_server(config)
    return config.stash[_SERVER]


def stop_server_of(config: pytest.Config) -> None:
    """Stop the server of this run if it was ever needed."""
    if _SERVER in config.stash:
        config.stash[_SERVER].stop()
        del config.stash[_SERVER]


def _find_server(config: pytest.Config) -> TestServer:
    told = process.worker_input(config)
    if told:
        return TestServer(address=told["atalaya_server"], run=told["atalaya_run"])
    if process.given_server():
        return TestServer(address=process.given_server(), run=secrets.token_hex(4))
    from atalaya.platform.postgres.cluster import Cluster

    cluster = Cluster(process.data_folder() / "postgres", durable=False)
    kept = keeping.place(keeping.digest(cluster.version))
    if kept is not None:
        keeping.take(kept, cluster.pgdata)
    cluster.start()
    # As the desk's own role, which is no superuser: what it may not do, a test may not do.
    return TestServer(address=cluster.url(), run="embedded", cluster=cluster, kept=kept)
