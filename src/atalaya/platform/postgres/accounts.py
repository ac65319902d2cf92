"""The operating-system user PostgreSQL runs as. It refuses to run as root, so root lends it one."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from atalaya.platform import paths
from atalaya.platform.postgres.errors import NoAccount
from atalaya.platform.words import gettext as _

NAME = "atalaya"
EXISTING = ("postgres",)


@dataclass(frozen=True)
class Account:
    """A user by its numbers."""

    name: str
    uid: int
    gid: int


def of(uid: int) -> Account | None:
    """The account with this number, if the system has a name for it."""
    try:
        found = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def named(name: str) -> Account | None:
    """The account with this name, if there is one."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def mine() -> Account:
    """The account of this process."""
    found = of(os.geteuid())
    if found is None:
        raise NoAccount(
            _(
                "User number %(uid)d has no name on this machine, and PostgreSQL needs one. "
                "Add it to /etc/passwd, or set DATABASE_URL."
            ),
            uid=os.geteuid(),
        )
    return found


def for_root(cluster: Path) -> Account:
    """Whom root runs PostgreSQL as: the owner of the cluster there is, else our own user.

    Where no user can be created, PostgreSQL's own is taken.
    """
    if cluster.exists() and cluster.stat().st_uid != 0:
        owner = of(cluster.stat().st_uid)
        if owner is not None:
            return owner
    found = named(NAME) or _created()
    for name in EXISTING:
        found = found or named(name)
    if found is None:
        raise NoAccount(
            _(
                "PostgreSQL does not run as root, and the user “%(name)s” could not be created. "
                "Create it (%(command)s), or start Atalaya as another user."
            ),
            name=NAME,
            command=" ".join(_creation("useradd")),
        )
    return found


def _creation(program: str) -> list[str]:
    return [
        *(program, "--system", "--user-group", "--no-create-home"),
        *("--home-dir", str(paths.SYSTEM), "--shell", "/usr/sbin/nologin", NAME),
    ]


def _created() -> Account | None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return None
    for _attempt in range(20):  # the user database may be locked by somebody who adds one as well
        done = subprocess.run(  # noqa: S603 - the system's own program, no shell
            _creation(program), capture_output=True, check=False
        )
        if found := named(NAME):
            return found
        if done.returncode != 1:
            return None
        time.sleep(0.1)
    return None


def reaches(account: Account, path: Path) -> bool:
    """Whether the account may walk to ``path`` and, if it is a folder, into it."""
    full = path.resolve()
    folders = [full, *full.parents] if full.is_dir() else [*full.parents]
    return all(_may_enter(account, folder) for folder in folders if folder.exists())


def may_run(account: Account, program: Path) -> bool:
    """Whether the account may start ``program``."""
    return reaches(account, program) and _may_enter(account, program)


def _may_enter(account: Account, path: Path) -> bool:
    status = path.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
