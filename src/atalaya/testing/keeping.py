"""A migrated database kept between test runs, so that a run need not migrate before its first test.

What is kept is the data folder of an embedded PostgreSQL that was stopped cleanly. It is found by a
digest of every migration, and thrown away when it has not been used for a while.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
OTHERS = ("django", "procrastinate", "django-allauth")  # whose migrations run, too
FORGOTTEN_AFTER = 24 * 3600.0  # seconds since the last use


def digest(programs: str) -> str:
    """What the migrated database depends on; ``programs`` is the version of PostgreSQL."""
    found = hashlib.sha256(programs.encode())
    for name in OTHERS:
        found.update(f"{name} {version(name)}".encode())
    for path in sorted(PACKAGE.glob("*/**/migrations/*.py")):
        found.update(str(path.relative_to(PACKAGE)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:20]


def place(key: str) -> Path | None:
    """Where the data folder for ``key`` is kept, or None when the place is somebody else's."""
    folder = Path(tempfile.gettempdir()) / f"atalaya-test-databases-{os.geteuid()}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    return folder / key if folder.lstat().st_uid == os.geteuid() else None


def take(kept: Path, pgdata: Path) -> bool:
    """Copy a kept data folder to where a server will use it; false when there is none."""
    if not kept.is_dir():
        return False
    owner = kept.stat()
    pgdata.parent.mkdir(mode=0o700)
    os.chown(pgdata.parent, owner.st_uid, owner.st_gid)
    subprocess.run(["cp", "-a", "--reflink=auto", str(kept), str(pgdata)], check=True)
    os.utime(kept.parent)
    kept.parent.joinpath(f"{kept.name}.used").touch()
    return True


def keep(pgdata: Path, kept: Path) -> None:
    """Keep the data folder of a server that has stopped, and forget those nobody uses."""
    if kept.exists():
        return
    making = kept.with_name(f"{kept.name}.{os.getpid()}")
    subprocess.run(["cp", "-a", "--reflink=auto", str(pgdata), str(making)], check=True)
    try:
        making.rename(kept)
    except OSError:  # another run was quicker
        shutil.rmtree(making, ignore_errors=True)
    kept.with_name(f"{kept.name}.used").touch()
    for mark in kept.parent.glob("*.used"):
        if time.time() - mark.stat().st_mtime > FORGOTTEN_AFTER:
            shutil.rmtree(mark.with_suffix(""), ignore_errors=True)
            mark.unlink(missing_ok=True)
