"""A desk whose processes can be counted, weighed and killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import httpx

from atalaya.testing.desks import RunningDesk

T = TypeVar("T")


def eventually(check: Callable[[], T], *, within: float = 20.0) -> T:
    """Wait until ``check`` gives something true, and return it."""
    until = time.monotonic() + within
    while not (answer := check()):
        assert time.monotonic() < until, f"still {answer!r} after {within} s"
        time.sleep(0.02)
    return answer


class Tree(RunningDesk):
    """A desk seen as the tree of its processes."""

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    def get(self, path: str, *, timeout: float = 5.0) -> int:
        """The status of a page; 0 while nobody answers."""
        try:
            return httpx.get(self.url + path, timeout=timeout).status_code
        except httpx.HTTPError:
            return 0

    def processes(self) -> dict[int, str]:
        """Every process of this desk that is alive: its number and what it is."""
        entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return {int(entry.name): role for entry in entries if (role := self._role(entry))}

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
        """The number of the process with a role, if it is alive."""
        return next((pid for pid, found in self.processes().items() if found == role), None)

    def kill(self, role: str) -> int:
        """Kill the process with a role, -9; returns its number."""
        pid = self.pid_of(role)
        assert pid is not None, f"no {role} among {self.processes()}"
        os.kill(pid, signal.SIGKILL)
        return pid

    def weights(self) -> dict[str, int]:
        """The proportional set size of each kind of process, in bytes."""
        found: dict[str, int] = {}
        for pid, role in self.processes().items():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            size = int(text.split("\nPss:")[1].split()[0]) * 1024
            found[role] = found.get(role, 0) + size
        return found
