"""The process between a desk and its PostgreSQL. It sees to it that there is one server, no more;
that it comes back when it dies; and that none is left behind when the desk is gone, even by -9.

It is run as a file of its own (``python -I -S guardian.py``) by whoever starts the cluster, reads
its order as JSON from standard input and answers with one JSON line. It imports nothing but the
standard library, and all of it before it stops being root, because PostgreSQL's user may not be
able to read the interpreter's folder.

    owner ──(pidfd)── guardian ──(parent-death signal)── PostgreSQL
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

TAKEN = 75
PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 5.0
FIRST_START = 120.0  # seconds that crash recovery may take before the owner is told


class Failed(Exception):
    """The server cannot be made or started."""


def die_with_parent() -> None:
    """Ask the kernel to end this process, at once but recoverably, when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


class Guardian:
    """One server, from taking the lock to giving it back."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.cluster = Path(order["cluster"])
        self.pgdata = self.cluster / "pgdata"
        self.socket = Path(order["socket"])
        self.state = self.cluster / "server.json"
        self.log = self.cluster / "log" / "start.log"
        self.server: subprocess.Popen[bytes] | None = None
        self.leaving = False  # the owner is done, or gone
        self.shared = False  # others still use the server
        self.told = False  # the owner has its answer
        self.wake_up, self.ring = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    # -- from the first to the last moment ------------------------------------------------------

    def run(self) -> int:
        """Keep the server up until nobody needs it. Returns the exit code."""
        os.umask(0o077)
        self._become_the_account()
        if not self._is_the_only_one():
            self._tell(outcome="taken")
            return TAKEN
        try:
            self._make_cluster()
            self._write_settings()
            self._keep_up()
        except (Failed, OSError) as problem:
            self._tell(outcome="failed", problem=str(problem))
            return 1
        finally:
            self._stop_server()
            self.state.unlink(missing_ok=True)
        return 0

    def _become_the_account(self) -> None:
        if os.geteuid() == 0:
            uid, gid = self.order["uid"], self.order["gid"]
            os.setgroups([gid])
            os.setgid(gid)
            os.setuid(uid)

    def _is_the_only_one(self) -> bool:
        self.lock = os.open(self.cluster / "guardian.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self.users = os.open(self.cluster / "users.lock", os.O_RDWR)
        try:
            fcntl.lockf(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _tell(self, **answer: object) -> None:
        if not self.told:
            self.told = True
            with contextlib.suppress(OSError):  # the owner may be gone already
                os.write(1, json.dumps(answer).encode() + b"\n")
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)

    def _publish(self, **facts: object) -> None:
        beside = self.state.with_name(".server.json")
        beside.write_text(json.dumps({"guardian": os.getpid(), **facts}))
        beside.replace(self.state)

    # -- the cluster ----------------------------------------------------------------------------

    def _make_cluster(self) -> None:
        for leftover in self.cluster.glob("pgdata.new-*"):  # an initdb that was killed
            shutil.rmtree(leftover, ignore_errors=True)
        (self.cluster / "log").mkdir(mode=0o700, exist_ok=True)
        self.log.unlink(missing_ok=True)
        if self.pgdata.exists():
            return
        new = self.cluster / f"pgdata.new-{os.getpid()}"
        sync = [] if self.order["durable"] else ["--no-sync"]
        self._must([self.order["initdb"], "-D", str(new), *self.order["initdb_options"], *sync])
        alone = [self.order["postgres"], "--single", "-c", "log_min_messages=error", "-D", str(new)]
        self._must([*alone, "postgres"], words=self.order["first_words"])
        new.rename(self.pgdata)

    def _must(self, command: list[str], *, words: str = "") -> None:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            command, input=words.encode(), capture_output=True, check=False, env=self._environment()
        )
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        if done.returncode or "ERROR:" in said:
            raise Failed(said[-2000:])

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PGTZ": "UTC"}

    def _write_settings(self) -> None:
        for name, text in self.order["settings"].items():
            path = self.pgdata / name
            if not path.exists() or path.read_text() != text:
                beside = path.with_name(f".{name}.new")
                beside.write_text(text)
                beside.replace(path)

    # -- keeping it up --------------------------------------------------------------------------

    def _keep_up(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._leave)
        owner = self._owner()
        pause = 0.1
        while True:
            started = time.monotonic()
            self._start_server()
            self._wait_until_ready()
            self._wait(owner)
            if self.server is not None and self.server.poll() is None:
                return
            if not self.told and self.leaving:
                raise Failed("the start was called off")
            if not self.told:
                raise Failed(self._last_words())
            pause = 0.1 if time.monotonic() - started > 30 else min(pause * 2, LONGEST_PAUSE)
            self._publish(ready=False, problem=self._last_words())
            time.sleep(pause)
            if self._nobody_is_left(owner):
                return

    def _leave(self, _number: int, _frame: FrameType | None) -> None:
        self.leaving = True
        with contextlib.suppress(BlockingIOError):
            os.write(self.ring, b"!")

    def _owner(self) -> int | None:
        """A handle that becomes readable when the owner ends; None where there is no such thing."""
        pid = self.order["owner"]
        try:
            handle = os.pidfd_open(pid)
        except (OSError, AttributeError):
            handle = None
        if os.getppid() != pid:
            self.leaving = True
        return handle

    def _start_server(self) -> None:
        self._clear_away(self.pgdata / "postmaster.pid")
        self._clear_away(self.socket / ".s.PGSQL.5432.lock")
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self.server = subprocess.Popen(  # noqa: S603 - PostgreSQL itself, no shell
                [self.order["postgres"], "-D", str(self.pgdata)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                cwd=self.pgdata,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread
            )
        finally:
            os.close(log)

    def _clear_away(self, pid_file: Path) -> None:
        """Remove a pid file whose process is not our server; wait for one that is, and is dying."""
        until = time.monotonic() + 10
        while True:
            try:
                pid = int(pid_file.read_text().split("\n", 1)[0])
            except (FileNotFoundError, ValueError):
                pid = 0
            if not pid or not self._is_our_server(pid):
                break
            left = until - time.monotonic()
            if left < 8:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL if left < 0 else signal.SIGQUIT)
            time.sleep(0.05)
        pid_file.unlink(missing_ok=True)

    def _is_our_server(self, pid: int) -> bool:
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            return name == "postgres" and Path(f"/proc/{pid}/cwd").readlink() == self.pgdata
        except OSError:
            return False

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + FIRST_START
        while self.server is not None and self.server.poll() is None:
            if self._says_ready():
                self._publish(ready=True, server=self.server.pid, shared=self.shared)
                self._tell(outcome="ready")
                return
            if time.monotonic() > until:
                self._tell(outcome="failed", problem=self._last_words())
            if self.leaving and not self.told:
                return
            time.sleep(0.01)

    def _says_ready(self) -> bool:
        try:
            lines = (self.pgdata / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        assert self.server is not None
        return len(lines) > 7 and lines[0] == str(self.server.pid) and lines[7].strip() == "ready"

    def _wait(self, owner: int | None) -> None:
        """Return when the server has died, or when nobody needs it any more."""
        while self.server is not None and self.server.poll() is None:
            if self._nobody_is_left(owner):
                return
            self._sleep(owner)

    def _sleep(self, owner: int | None) -> None:
        assert self.server is not None
        handles = [self.wake_up]
        try:
            server = os.pidfd_open(self.server.pid)
        except (OSError, AttributeError):
            server = None
        handles += [handle for handle in (server, owner) if handle is not None and not self.leaving]
        watched = server is not None and (owner is not None) and not self.leaving
        select.select(handles, [], [], None if watched else 0.1)
        if server is not None:
            os.close(server)
        with contextlib.suppress(BlockingIOError):
            os.read(self.wake_up, 100)

    def _nobody_is_left(self, owner: int | None) -> bool:
        """Whether the owner has gone and the write lock of the users can be had. It is kept."""
        if owner is not None and select.select([owner], [], [], 0)[0]:
            self.leaving = True
        if os.getppid() != self.order["owner"]:
            self.leaving = True
        if not self.leaving:
            return False
        try:
            fcntl.lockf(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if self.server is not None and not self.shared:
                self.shared = True  # the owner need not wait for us
                self._publish(ready=True, server=self.server.pid, shared=True)
            return False
        return True

    def _last_words(self) -> str:
        try:
            return self.log.read_text("utf-8", "replace")[-1500:].strip() or "no message"
        except FileNotFoundError:
            return "no message"

    def _stop_server(self) -> None:
        """Stop it cleanly; if that takes long, at once, which its journal makes up for."""
        if self.server is None or self.server.poll() is not None:
            return
        for number, patience in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5)):
            self.server.send_signal(number)
            try:
                self.server.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            return


def main() -> NoReturn:
    """Read the order and carry it out."""
    os.setsid()  # Ctrl-C on the terminal is the owner's business
    order = json.load(sys.stdin)
    os.chdir("/")
    sys.exit(Guardian(order).run())


if __name__ == "__main__":
    main()
