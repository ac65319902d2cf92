"""Saving and bringing back, with the real PostgreSQL programs."""

import io
import json
import stat
import tarfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from atalaya.platform.backup import (
    MANIFEST,
    BackupFailed,
    NotABackup,
    RestoredDiffers,
    TargetIsNotEmpty,
    restore,
    save,
)
from atalaya.platform.paths import Places
from atalaya.platform.postgres.cluster import Cluster

pytestmark = pytest.mark.concurrency


@pytest.fixture(scope="module")
def cluster() -> Any:
    with Cluster.temporary() as found:
        yield found


@contextmanager
def database(cluster: Cluster, name: str) -> Any:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
    yield cluster.url(name)


@pytest.fixture
def desk(cluster: Cluster, tmp_path: Path) -> Any:
    places = Places(tmp_path / "desk")
    places.make()
    (places.secrets / "secret_key").write_text("abc")
    (places.files / "ab").mkdir()
    (places.files / "ab" / "año.bin").write_bytes(bytes(range(256)) * 500)
    with database(cluster, "desk") as url, psycopg.connect(url) as connection:
        connection.execute("create extension if not exists pg_trgm")
        connection.execute(
            "create table ticket (id bigint generated always as identity primary key,"
            " subject text, opened_at timestamptz default now(), facts jsonb, weight float8)"
        )
        connection.execute(
            "insert into ticket (subject, facts, weight)"
            " select 'Impresora ñ ' || n, jsonb_build_object('n', n), n / 3.0"
            " from generate_series(1, 500) n"
        )
        connection.execute("create index on ticket using gin (subject gin_trgm_ops)")
        connection.commit()
        yield url, places


@pytest.fixture
def empty(cluster: Cluster, tmp_path: Path) -> Any:
    with database(cluster, "other") as url:
        yield url, Places(tmp_path / "other")


def test_what_was_saved_comes_back_the_same(desk: Any, empty: Any, tmp_path: Path) -> None:
    archive = tmp_path / "backups" / "desk.tar.gz"
    saved = save(desk[0], desk[1], archive)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert saved.tables["public.ticket"].rows == 500
    back = restore(archive, *empty, verify=True)
    assert back.tables == saved.tables
    url, places = empty
    assert (places.files / "ab" / "año.bin").read_bytes() == bytes(range(256)) * 500
    assert (places.secrets / "secret_key").read_text() == "abc"
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "insert into ticket (subject) values ('new') returning id"
        ).fetchone()
    assert row == (501,)
    assert sorted(path.name for path in archive.parent.iterdir()) == ["desk.tar.gz"]


def test_a_backup_of_a_running_desk_is_of_one_instant(
    desk: Any, empty: Any, tmp_path: Path
) -> None:
    url, places = desk
    stop = threading.Event()

    def work() -> Any:
        with psycopg.connect(url, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute("insert into ticket (subject) values ('meanwhile')")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        save(url, places, tmp_path / "a.tar.gz")
    finally:
        stop.set()
        thread.join()
    restore(tmp_path / "a.tar.gz", *empty, verify=True)


def test_a_full_database_is_not_written_over(desk: Any, tmp_path: Path) -> None:
    save(desk[0], desk[1], tmp_path / "a.tar.gz")
    with pytest.raises(TargetIsNotEmpty, match="ATALAYA_DATA"):
        restore(tmp_path / "a.tar.gz", desk[0], Places(tmp_path / "new"), verify=False)


def test_full_folders_are_not_written_over(desk: Any, empty: Any, tmp_path: Path) -> None:
    save(desk[0], desk[1], tmp_path / "a.tar.gz")
    with pytest.raises(TargetIsNotEmpty):
        restore(tmp_path / "a.tar.gz", empty[0], desk[1], verify=False)
    assert (desk[1].files / "ab" / "año.bin").exists()


def test_a_damaged_backup_is_refused_before_anything_is_touched(
    desk: Any, empty: Any, tmp_path: Path
) -> None:
    archive = tmp_path / "a.tar.gz"
    save(desk[0], desk[1], archive)
    archive.write_bytes(archive.read_bytes()[:-2000])
    with pytest.raises(NotABackup):
        restore(archive, *empty, verify=False)
    with psycopg.connect(empty[0]) as connection:
        assert connection.execute("select to_regclass('ticket')").fetchone() == (None,)


def content_of(packed: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = packed.extractfile(entry)
    assert file is not None
    return file.read()


def rewritten(archive: Path, change: Any) -> Any:
    """The archive with its entries changed by ``change(entries)``: a dict of name to bytes."""
    with tarfile.open(archive) as packed:
        entries = {entry.name: content_of(packed, entry) for entry in packed}
    change(entries)
    with tarfile.open(archive, "w:gz") as packed:
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return archive


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries.update({"files/ab/año.bin": b"changed"}),
        lambda entries: entries.pop("files/ab/año.bin"),
        lambda entries: entries.pop(MANIFEST),
        lambda entries: entries.update({"files/../../escaped": b""}),
        lambda entries: entries.update({"/etc/escaped": b""}),
        lambda entries: entries.update({"other": b""}),
        lambda entries: entries.update({MANIFEST: b"[]"}),
        lambda entries: entries.update({MANIFEST: b'{"format": 99}'}),
    ],
)
def test_a_backup_that_was_tampered_with_is_refused(
    desk: Any, empty: Any, tmp_path: Path, change: Any
) -> None:
    save(desk[0], desk[1], tmp_path / "a.tar.gz")
    with pytest.raises(NotABackup):
        restore(rewritten(tmp_path / "a.tar.gz", change), *empty, verify=False)
    assert not (tmp_path / "escaped").exists()


def test_a_difference_is_found_by_verifying(desk: Any, empty: Any, tmp_path: Path) -> None:
    save(desk[0], desk[1], tmp_path / "a.tar.gz")

    def lie(entries: Any) -> Any:
        manifest = json.loads(entries[MANIFEST])
        manifest["tables"]["public.ticket"]["checksum"] = "1"
        entries[MANIFEST] = json.dumps(manifest).encode()

    with pytest.raises(RestoredDiffers, match=r"public\.ticket"):
        restore(rewritten(tmp_path / "a.tar.gz", lie), *empty, verify=True)


def test_a_file_that_is_not_there_is_named(empty: Any, tmp_path: Path) -> None:
    with pytest.raises(NotABackup, match="nothing"):
        restore(tmp_path / "nothing.tar.gz", *empty, verify=False)


def test_a_backup_that_fails_says_why_and_leaves_nothing_behind(
    cluster: Cluster, desk: Any, tmp_path: Path
) -> None:
    as_postgres = cluster.url("desk", role="postgres")
    with psycopg.connect(as_postgres) as connection:
        connection.execute("create table not_ours (id int)")
    target = tmp_path / "out" / "a.tar.gz"
    with pytest.raises(BackupFailed, match="not_ours"):
        save(desk[0], desk[1], target)
    assert list(target.parent.iterdir()) == []


def test_a_database_that_is_not_there_is_said(desk: Any, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match="missing"):
        save(desk[0].replace("/desk?", "/missing?"), desk[1], tmp_path / "a.tar.gz")
