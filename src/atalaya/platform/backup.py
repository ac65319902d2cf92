"""Saving a desk while it runs, and bringing it back somewhere else.

A backup is one archive: the database as ``pg_dump`` writes it, the files, the secrets, and a
manifest with the rows of every table, a checksum of their content, and the SHA-256 of every file.
The counts and the dump come from the same instant; files are packed afterwards, so whatever the
database mentions is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from atalaya.kernel import clock
from atalaya.platform.errors import PlatformError
from atalaya.platform.paths import Places
from atalaya.platform.postgres import binaries
from atalaya.platform.postgres.errors import NoBinaries
from atalaya.platform.postgres.servers import without_password
from atalaya.platform.words import gettext as _

if TYPE_CHECKING:
    import psycopg

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "database.dump"
CHUNK = 1024 * 1024

Progress = Callable[[str, int, int], None]  # what is being done, how far, of how much


class BackupFailed(PlatformError):
    """A program that saves or restores the database gave up."""


class TargetIsNotEmpty(PlatformError):
    """A backup is only restored where there is nothing to lose."""


class NotABackup(PlatformError):
    """The archive is something else, damaged, or made by a newer version."""


class RestoredDiffers(PlatformError):
    """What came back is not what was saved."""


@dataclass(frozen=True)
class TableContent:
    """A table as it was saved; ``checksum`` does not depend on the order of the rows."""

    rows: int
    checksum: str


@dataclass(frozen=True)
class FileContent:
    """A file as it was saved."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup holds."""

    made_at: str
    product: str
    postgresql: int
    tables: dict[str, TableContent] = field(default_factory=dict)
    files: dict[str, FileContent] = field(default_factory=dict)
    format: int = FORMAT

    def as_json(self) -> bytes:
        """The manifest as it lies in the archive."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode("utf-8")

    @classmethod
    def from_json(cls, text: bytes) -> Manifest:
        """Read a manifest. Raises NotABackup."""
        try:
            found: dict[str, Any] = json.loads(text)
            if found["format"] > FORMAT:
                raise NotABackup(_("This backup was made by a newer version of Atalaya."))
            tables = {name: TableContent(**entry) for name, entry in found.pop("tables").items()}
            files = {name: FileContent(**entry) for name, entry in found.pop("files").items()}
            return cls(tables=tables, files=files, **found)
        except (KeyError, TypeError, ValueError) as problem:
            raise NotABackup(_("The manifest of this backup cannot be read.")) from problem

    @property
    def rows(self) -> int:
        """All rows of all tables."""
        return sum(table.rows for table in self.tables.values())


def _quiet(_what: str, _done: int, _total: int) -> None:
    return None


# -- saving -------------------------------------------------------------------------------------


def suggested_name(now: dt.datetime) -> str:
    """The file name of a backup made at an instant.

    >>> suggested_name(dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC))
    'atalaya-20260329T013000Z.tar.gz'
    """
    return f"atalaya-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}.tar.gz"


def save(
    database_url: str, places: Places, target: Path, *, progress: Progress = _quiet
) -> Manifest:
    """Write a backup of a desk that may be running to ``target``, readable by its owner only.

    1. The tables are counted and dumped as of one instant.
    2. Files and secrets are packed, then the manifest.
    3. Only a complete archive gets the name ``target``.

    Raises BackupFailed, NoBinaries.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".atalaya-dump-") as folder:
            dump = Path(folder) / DUMP
            with _connected(database_url) as connection:
                manifest = _begun(connection)
                with _snapshot(connection) as name:
                    manifest.tables = _contents(connection, progress)
                    progress(_("Saving the database"), 0, 0)
                    _run(database_url, "pg_dump", _dump_options(name, dump))
            with os.fdopen(
                os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                _pack(file, dump, places, manifest, progress)
                file.flush()
                os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def _begun(connection: psycopg.Connection[Any]) -> Manifest:
    try:
        product = version("atalaya")
    except PackageNotFoundError:
        product = "source"
    return Manifest(clock.now().isoformat(), product, connection.info.server_version)


@contextmanager
def _connected(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection whose refusals are sentences."""
    import psycopg

    try:
        with psycopg.connect(database_url, autocommit=True) as connection:
            yield connection
    except psycopg.Error as problem:
        raise BackupFailed(
            _("The database refuses: %(reason)s"), reason=str(problem).strip()
        ) from problem


@contextmanager
def _snapshot(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """A view of the database at one instant, that ``pg_dump`` can share by its name."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert row is not None
    try:
        yield str(row[0])
    finally:
        connection.execute("ROLLBACK")


def _contents(connection: psycopg.Connection[Any], progress: Progress) -> dict[str, TableContent]:
    """Count and sum up every table. The checksum is the sum of the hashes of the rows as text."""
    from psycopg import sql

    for setting in ("datestyle = 'ISO, YMD'", "timezone = 'UTC'", "extra_float_digits = 3"):
        connection.execute("SET " + setting)
    names = connection.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'r' AND c.relpersistence = 'p'"
        " AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    found = {}
    for done, (schema, table) in enumerate(names):
        progress(_("Counting rows"), done, len(names))
        row = connection.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text"
                " FROM {} t"
            ).format(sql.Identifier(schema, table))
        ).fetchone()
        assert row is not None
        found[f"{schema}.{table}"] = TableContent(row[0], row[1])
    return found


def _dump_options(snapshot: str, dump: Path) -> list[str]:
    return [
        *("--format=custom", "--compress=1", "--no-owner", "--no-privileges"),
        *(f"--snapshot={snapshot}", f"--file={dump}"),
    ]


def _pack(
    file: IO[bytes], dump: Path, places: Places, manifest: Manifest, progress: Progress
) -> None:
    packed = [(DUMP, dump), *_inside("secrets", places.secrets), *_inside("files", places.files)]
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
        for done, (name, path) in enumerate(packed):
            progress(_("Packing files"), done, len(packed))
            content = _add(archive, name, path)
            if content is not None:
                manifest.files[name] = content
        text = manifest.as_json()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(text), 0o600
        archive.addfile(entry, io.BytesIO(text))


def _inside(name: str, folder: Path) -> list[tuple[str, Path]]:
    return [
        (f"{name}/{path.relative_to(folder).as_posix()}", path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    ]


def _add(archive: tarfile.TarFile, name: str, path: Path) -> FileContent | None:
    """Pack a file; None when it was removed since the listing (the desk runs on)."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        entry = tarfile.TarInfo(name)
        entry.size = os.fstat(file.fileno()).st_size
        entry.mode, entry.mtime = 0o600, int(os.fstat(file.fileno()).st_mtime)
        hashed = _Hashed(file)
        archive.addfile(entry, hashed)
        return FileContent(entry.size, hashed.sha256.hexdigest())


class _Hashed:
    """A file that is summed up while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size)
        self.sha256.update(part)
        return part


# -- bringing back ------------------------------------------------------------------------------


def restore(
    archive: Path, database_url: str, places: Places, *, verify: bool, progress: Progress = _quiet
) -> Manifest:
    """Bring a backup back into an empty database and empty folders.

    Everything is unpacked beside its place and checked against the manifest before the database is
    touched. With ``verify`` the rows that came back are counted and summed up again.

    Raises NotABackup, TargetIsNotEmpty, BackupFailed, RestoredDiffers, NoBinaries.
    """
    refuse_full(database_url, places)
    places.make()
    with tempfile.TemporaryDirectory(dir=places.data, prefix=".restore-") as folder:
        unpacked = Path(folder)
        manifest = _unpack(archive, unpacked, progress)
        progress(_("Restoring the database"), 0, 0)
        _run(database_url, "pg_restore", [*_restore_options(), str(unpacked / DUMP)], target=True)
        for room in (places.files, places.secrets):
            if (unpacked / room.name).exists():
                shutil.rmtree(room)
                (unpacked / room.name).rename(room)
    if verify:
        _verify(database_url, manifest, progress)
    return manifest


def restore_database(
    archive: Path, database_url: str, workspace: Path, *, progress: Progress = _quiet
) -> Manifest:
    """Bring only the database of a backup back, into an empty one: to look at, or to rehearse.

    Raises NotABackup, BackupFailed.
    """
    with tempfile.TemporaryDirectory(dir=workspace, prefix=".restore-") as folder:
        manifest = _unpack(archive, Path(folder), progress)
        dump = str(Path(folder) / DUMP)
        _run(database_url, "pg_restore", [*_restore_options(), dump], target=True)
    return manifest


def _restore_options() -> list[str]:
    return ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]


def refuse_full(database_url: str, places: Places) -> None:
    """Refuse a target that has tables or files of its own. Raises TargetIsNotEmpty."""
    with _connected(database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%'"
            " AND n.nspname <> 'information_schema'"
        ).fetchone()
    assert row is not None
    if row[0]:
        raise TargetIsNotEmpty(
            _(
                "The database %(database)s has tables already. Restore into an empty one: set "
                "ATALAYA_DATA to a new folder, or DATABASE_URL to a new database."
            ),
            database=without_password(database_url),
        )
    if places.files.exists() and any(places.files.iterdir()):
        raise TargetIsNotEmpty(
            _("The folder %(folder)s has files already. Set ATALAYA_DATA to a new folder."),
            folder=places.files,
        )


def _unpack(archive: Path, folder: Path, progress: Progress) -> Manifest:
    found: dict[str, FileContent] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(archive, "r:*") as packed:
            for entry in packed:
                file = packed.extractfile(entry) if entry.isreg() else None
                if file is None:
                    raise NotABackup(_("There is something in this archive that no backup holds."))
                if entry.name == MANIFEST:
                    manifest = Manifest.from_json(file.read())
                else:
                    found[entry.name] = _unpack_one(file, _place(folder, entry.name))
                    progress(_("Unpacking files"), len(found), 0)
    except (tarfile.TarError, EOFError, OSError) as problem:
        if isinstance(problem, FileNotFoundError) and not archive.exists():
            raise NotABackup(_("There is no file %(file)s."), file=archive) from problem
        raise NotABackup(
            _("%(file)s cannot be read as a backup: %(reason)s"), file=archive, reason=problem
        ) from problem
    if manifest is None or DUMP not in found:
        raise NotABackup(_("%(file)s is not a complete backup."), file=archive)
    if found != manifest.files:
        names = {name for name, _content in found.items() ^ manifest.files.items()}
        raise NotABackup(
            _("Files of this backup are damaged or missing, such as %(name)s."),
            name=min(names),
        )
    return manifest


def _place(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    room = Path(name).parts[0] if Path(name).parts else ""
    allowed = name == DUMP or room in {"files", "secrets"}
    if not allowed or not path.is_relative_to(folder.resolve()) or path == folder.resolve():
        raise NotABackup(_("There is something in this archive that no backup holds."))
    return path


def _unpack_one(file: IO[bytes], path: Path) -> FileContent:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size, sha256 = 0, hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while part := file.read(CHUNK):
            target.write(part)
            sha256.update(part)
            size += len(part)
    return FileContent(size, sha256.hexdigest())


def _verify(database_url: str, manifest: Manifest, progress: Progress) -> None:
    with _connected(database_url) as connection:
        found = _contents(connection, progress)
    if found != manifest.tables:
        names = sorted({name for name, _table in found.items() ^ manifest.tables.items()})
        raise RestoredDiffers(
            _("What came back differs from what was saved in: %(tables)s."),
            tables=", ".join(names),
        )


# -- PostgreSQL's programs ----------------------------------------------------------------------


def program(name: str) -> Path:
    """The path of ``pg_dump`` or ``pg_restore``: the embedded one, else the machine's."""
    try:
        return binaries.of_the_wheel().program(name)
    except NoBinaries:
        found = shutil.which(name)
        if found is None:
            raise
        return Path(found)


def _run(database_url: str, name: str, options: list[str], *, target: bool = False) -> None:
    """Run a program on a database. The address goes by the environment, where nobody sees it."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(database_url)
    variables = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "sslcert": "PGSSLCERT",
        "sslkey": "PGSSLKEY",
    }
    given = {variables[key]: str(value) for key, value in parts.items() if key in variables}
    database = f"--dbname={parts.get('dbname', '')}"
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
        [program(name), database, *options] if target else [program(name), *options, database],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **given},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(
            _("%(program)s gave up: %(reason)s"),
            program=name,
            reason=done.stderr.decode("utf-8", "replace").strip()[-1000:],
        )
