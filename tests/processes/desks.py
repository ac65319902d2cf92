"""A whole desk as a user starts it: ``atalaya up`` in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
T = TypeVar("T")


def eventually(check: Callable[[], T], *, within: float = 20.0) -> T:
    """Wait until ``check`` gives something true, and return it."""
    until = time.monotonic() + within
    while not (answer := check()):
        assert time.monotonic() < until, f"still {answer!r} after {within} s"
        time.sleep(0.02)
    return answer


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on at this moment."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Desk:
    """One data folder with ports, that can be started again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port, self.mail_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.lines: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """The variables of this desk."""
        return {
            "ATALAYA_DATA": str(self.data),
            "ATALAYA_PORT": str(self.port),
            "ATALAYA_MAIL_PORT": str(self.mail_port),
            "PYTHONPATH": str(ROOT / "src"),
            "HOME": str(self.folder),
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
        }

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run an ``atalaya`` command on this desk."""
        return subprocess.run(
            [sys.executable, "-m", "atalaya", *arguments],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, *options: str, **variables: str) -> Desk:
        """Start it; does not wait."""
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "atalaya", "up", *options],
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        return self

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.lines.append(line.rstrip("\n"))

    def get(self, path: str, *, timeout: float = 5.0) -> int:
        """The status of a page; 0 while nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code
        except OSError:
            return 0

    def until_ready(self, *, within: float = 60.0) -> Desk:
        """Wait until it serves."""
        try:
            eventually(self._is_ready, within=within)
        except AssertionError:
            raise AssertionError("\n".join(self.lines[-40:])) from None
        return self

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "\n".join(self.lines)
        return self.get("/health/ready") == 200

    def stop(self) -> float:
        """Stop it as systemd does; returns the seconds it took."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - begun

    def processes(self) -> dict[int, str]:
        """Every process of this desk that is alive, by number, as a role."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (role := self._role(entry)):
                found[int(entry.name)] = role
        return found

    def _role(self, entry: Path) -> str:
        try:
            if entry.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return ""
            words = entry.joinpath("cmdline").read_bytes().split(b"\0")
            variables = entry.joinpath("environ").read_bytes().split(b"\0")
            where = entry.joinpath("cwd").readlink()
        except OSError:
            return ""
        if where.is_relative_to(self.data):
            return "postgres" if b"-D" in words else "postgres child"
        if f"ATALAYA_DATA={self.data}".encode() not in variables:
            return ""
        for role in ("web", "worker", "mail"):
            if f"atalaya.cli.serving.{role}".encode() in words:
                return role
        return "guardian" if any(b"guardian.py" in word for word in words) else "up"

    def pid_of(self, role: str) -> int | None:
        """The number of the one process with a role, if it is alive."""
        return next((pid for pid, found in self.processes().items() if found == role), None)

    def memory(self) -> int:
        """The sum of the proportional set sizes of all its processes, in bytes."""
        total = 0
        for pid in self.processes():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(text.split("\nPss:")[1].split()[0]) * 1024
        return total


@contextmanager
def a_desk() -> Iterator[Desk]:
    """A desk nobody has started yet; gone afterwards, whatever happened."""
    folder = Path(tempfile.mkdtemp(prefix="atalaya-desk-"))
    folder.chmod(0o755)
    desk = Desk(folder)
    try:
        yield desk
    finally:
        if desk.process is not None and desk.process.poll() is None:
            desk.process.terminate()
            try:
                desk.process.wait(15)
            except subprocess.TimeoutExpired:
                desk.process.kill()
                desk.process.wait()
        for pid in desk.processes():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
