"""The embedded PostgreSQL of one desk, as the rest of the product sees it: start, address, stop."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from atalaya.platform.postgres import accounts, addresses, guardian, holding, settings
from atalaya.platform.postgres import binaries as programs
from atalaya.platform.postgres.errors import (
    ClusterIsOlder,
    FolderIsNotOurs,
    FolderIsUnreachable,
    ServerDidNotStart,
)
from atalaya.platform.words import gettext as _

INITDB = (
    *("--username=postgres", "--auth=peer", "--encoding=UTF8", "--locale=C"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
)
PATIENCE = 180.0  # seconds: the first start of a slow machine, or a long recovery


class Cluster:
    """A PostgreSQL in a folder. Whoever starts it uses it; it stops when its last user is gone.

    ``durable=False`` gives up safety for speed: for tests only. ``start`` may be called by several
    processes at once: one of them makes the server, the others use the same.
    """

    def __init__(
        self,
        folder: Path,
        *,
        binaries: programs.Binaries | None = None,
        durable: bool = True,
        copies: Path | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self._given = binaries
        self._copies = copies
        self._guardian: subprocess.Popen[bytes] | None = None
        self._in_use = False
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None

    # -- what others ask ------------------------------------------------------------------------

    @property
    def pgdata(self) -> Path:
        """The data folder of PostgreSQL itself."""
        return self.folder / "pgdata"

    @property
    def version(self) -> str:
        """The version of the programs, such as 18.6.3."""
        return self.binaries.version

    @property
    def binaries(self) -> programs.Binaries:
        """The programs, where PostgreSQL's user can start them."""
        found = self._given or programs.of_the_wheel()
        if os.geteuid() != 0:
            return found
        return programs.for_account(self._account(), found, copies=self._copies)

    def url(self, database: str = addresses.DATABASE, *, role: str = addresses.ROLE) -> str:
        """The address of one of its databases, as psycopg and Django take it."""
        return addresses.url(self.folder, database, role=role)

    def server_pid(self) -> int | None:
        """The process number of PostgreSQL while it takes connections, else None."""
        state = self._state()
        return state.get("server") if state.get("ready") else None

    def is_up(self) -> bool:
        """Whether somebody runs it at this moment."""
        return self._is_guarded() and self.server_pid() is not None

    # -- using it -------------------------------------------------------------------------------

    def start(self) -> Cluster:
        """Start it, or use the server that is up. Returns when it takes connections.

        Raises ClusterIsOlder, ServerDidNotStart, FolderIsUnreachable, FolderIsNotOurs, NoBinaries.
        """
        if self._in_use:
            return self
        account = self._account()
        self._make_folder(account)
        self._refuse_other_versions()
        until = time.monotonic() + PATIENCE
        self._until(until, self._take)
        try:
            self._until(until, self._spawn_or_share)
        except BaseException:
            self._in_use = False
            holding.drop(self.folder)
            raise
        if self._guardian is not None:
            self._stopped = threading.Event()
            self._watcher = threading.Thread(
                target=self._watch, args=(self._stopped,), name="postgres", daemon=True
            )
            self._watcher.start()
        return self

    def stop(self) -> None:
        """Use it no longer. It stops, unless another process still uses it."""
        if not self._in_use:
            return
        self._stopped.set()
        self._in_use = False
        holding.drop(self.folder)
        while self._guardian is not None:
            process = self._guardian
            process.terminate()
            while process.poll() is None and not self._state().get("shared"):
                time.sleep(0.01)
            if process.returncode is not None and self._watcher is not None:
                self._watcher.join()  # it may have been about to put another one in its place
            if self._guardian is process:
                self._guardian = None

    def __enter__(self) -> Cluster:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address of the desk's database, with the server up for as long as the block lasts."""
        with self:
            yield self.url()

    @classmethod
    @contextmanager
    def temporary(cls, *, durable: bool = False) -> Iterator[Cluster]:
        """A server that is thrown away afterwards, in a folder that root's helper can reach."""
        folder = Path(tempfile.mkdtemp(prefix="atalaya-pg-"))
        try:
            if os.geteuid() == 0:
                folder.chmod(0o711)
            with cls(folder / "c", durable=durable) as cluster:
                yield cluster
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    # -- how ------------------------------------------------------------------------------------

    def _account(self) -> accounts.Account:
        return accounts.for_root(self.folder) if os.geteuid() == 0 else accounts.mine()

    def _make_folder(self, account: accounts.Account) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0 and not accounts.reaches(account, self.folder.parent):
            raise FolderIsUnreachable(
                _(
                    "PostgreSQL runs as the user “%(user)s”, who cannot enter %(folder)s. "
                    "Choose another ATALAYA_DATA, such as /var/lib/atalaya/desk, or let that user "
                    "pass (chmod o+x) through the folders above it."
                ),
                user=account.name,
                folder=self.folder.parent,
            )
        with contextlib.suppress(FileExistsError):
            self.folder.mkdir(mode=0o700)
            os.chown(self.folder, account.uid, account.gid)
        self.folder = self.folder.resolve()
        owner = _handed_over(self.folder, account).st_uid
        if owner != account.uid:
            raise FolderIsNotOurs(
                _(
                    "%(folder)s belongs to the user “%(owner)s”. Start Atalaya as that user, or "
                    "choose another ATALAYA_DATA."
                ),
                folder=self.folder,
                owner=getattr(accounts.of(owner), "name", owner),
            )
        self._make_inside(account)

    def _make_inside(self, account: accounts.Account) -> None:
        # Only ever opened here when it is new: closing it again would drop a lock of this process.
        with contextlib.suppress(FileExistsError):
            handle = os.open(self.folder / holding.FILE, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            os.fchown(handle, account.uid, account.gid)
            os.close(handle)
        socket = addresses.socket_folder(self.folder)
        with contextlib.suppress(FileExistsError):
            socket.mkdir(mode=0o700)
            os.chown(socket, account.uid, account.gid)
        found = _handed_over(socket, account)
        if found.st_uid != account.uid or found.st_mode & 0o170077 != 0o040000:
            raise FolderIsNotOurs(
                _("%(folder)s is not a private folder of the user “%(owner)s”. Remove it."),
                folder=socket,
                owner=account.name,
            )

    def _refuse_other_versions(self) -> None:
        try:
            found = (self.pgdata / "PG_VERSION").read_text("ascii").strip()
        except FileNotFoundError:
            return
        if found != self.binaries.major:
            raise ClusterIsOlder(
                _(
                    "The data in %(folder)s was written by PostgreSQL %(found)s; this is %(ours)s. "
                    "Make a backup with the version of Atalaya that wrote it (atalaya backup), "
                    "move that folder away, and restore the backup with this version "
                    "(atalaya restore)."
                ),
                folder=self.pgdata,
                found=found,
                ours=self.binaries.major,
            )

    def _until(self, until: float, attempt: Callable[[], bool]) -> None:
        while not attempt():
            if time.monotonic() > until:
                raise ServerDidNotStart(
                    _("PostgreSQL did not start in %(folder)s: another process is in the way."),
                    folder=self.folder,
                )
            time.sleep(0.02)

    def _take(self) -> bool:
        self._in_use = holding.take(self.folder)
        return self._in_use

    def _spawn_or_share(self) -> bool:
        """Whether a server is ready now, made by us or by somebody else."""
        if self._is_guarded():
            return self.server_pid() is not None
        answer = self._spawn()
        if answer["outcome"] == "failed":
            raise ServerDidNotStart(
                _("PostgreSQL did not start in %(folder)s. Its last words:\n%(words)s"),
                folder=self.folder,
                words=answer.get("problem", ""),
            )
        return bool(answer["outcome"] == "ready")

    def _spawn(self) -> dict[str, Any]:
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-I", "-S", guardian.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            process.stdin.write(json.dumps(self._order()).encode())
            process.stdin.close()
            line = _line(process.stdout.fileno(), PATIENCE)
        answer: dict[str, Any] = json.loads(line or '{"outcome": "failed", "problem": ""}')
        if answer["outcome"] == "ready":
            self._guardian = process
        else:
            process.wait()
        return answer

    def _order(self) -> dict[str, Any]:
        account, found = self._account(), self.binaries
        socket = str(addresses.socket_folder(self.folder))
        return {
            "owner": os.getpid(),
            "cluster": str(self.folder),
            "socket": socket,
            "uid": account.uid,
            "gid": account.gid,
            "durable": self.durable,
            "postgres": str(found.program("postgres")),
            "initdb": str(found.program("initdb")),
            "initdb_options": INITDB,
            "first_words": settings.first_words(),
            "settings": {
                "postgresql.conf": settings.configuration(
                    socket, durable=self.durable, memory=settings.machine_memory()
                ),
                "pg_hba.conf": settings.who_may_connect(),
                "pg_ident.conf": settings.who_is_who(account, accounts.mine()),
            },
        }

    def _watch(self, stopped: threading.Event) -> None:
        """Put another guardian in the place of one that died; PostgreSQL died with it."""
        pause = 0.1
        process = self._guardian
        while process is not None and not stopped.is_set():
            process.wait()
            while not stopped.wait(pause):
                with contextlib.suppress(ServerDidNotStart, OSError):
                    if self._spawn_or_share():
                        break
                pause = min(pause * 2, guardian.LONGEST_PAUSE)
            process = self._guardian if self._guardian is not process else None

    def _is_guarded(self) -> bool:
        """Whether a guardian holds its lock."""
        try:
            handle = os.open(self.folder / "guardian.lock", os.O_RDWR | os.O_NOFOLLOW)
        except FileNotFoundError:
            return False
        try:
            fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(handle)
        return False

    def _state(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / "server.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found


def _line(handle: int, patience: float) -> bytes:
    """One line from a pipe, or nothing when it is closed or silent for too long."""
    until, said = time.monotonic() + patience, b""
    while not said.endswith(b"\n"):
        if not select.select([handle], [], [], max(0.0, until - time.monotonic()))[0]:
            return b""
        part = os.read(handle, 4096)
        if not part:
            return b""
        said += part
    return said


def _handed_over(folder: Path, account: accounts.Account) -> os.stat_result:
    """What ``folder`` is; another start that has just made it gets a moment to give it away."""
    until = time.monotonic() + 2
    while True:
        found = folder.lstat()
        is_new = found.st_uid == os.geteuid() != account.uid
        if not is_new or time.monotonic() > until:
            return found
        time.sleep(0.01)
