"""A whole desk as people run it: ``atalaya up`` with its own data, ports and processes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from atalaya.testing.mailhouse import free_port

ATALAYA = Path(sys.executable).parent / "atalaya"
PATIENCE = 90.0  # seconds for a first start on a busy machine
LINK = re.compile(r"https?://\S+")


@dataclass
class RunningDesk:
    """A desk in a folder of its own. ``start`` and ``stop`` may be called again and again."""

    folder: Path
    port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """What it has said so far."""
        path = self.folder / "up.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes, and of commands that belong to it."""
        kept = {
            name: value
            for name, value in os.environ.items()  # noqa: TID251 - what a shell would pass on
            if not name.startswith("ATALAYA_") and name not in {"DATABASE_URL", "CI"}
        }
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        return {
            **kept,
            "ATALAYA_DATA": str(self.folder / "data"),
            "ATALAYA_PORT": str(self.port),
            "ATALAYA_MAIL_PORT": str(self.mail_port),
            "PYTHONWARNINGS": "ignore",
            **self.settings,
        }

    def start(self) -> float:
        """Start it and wait for its first page; returns how long that took, in seconds."""
        started = time.monotonic()
        with (self.folder / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(ATALAYA), "up"],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait()
        return time.monotonic() - started

    def wait(self, path: str = "/health/ready") -> None:
        """Wait until it is ready to serve."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"atalaya up ended by itself:\n{self.log[-4000:]}")
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(self.url + path, timeout=5).status_code == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"not ready after {PATIENCE:.0f} s:\n{self.log[-4000:]}")

    def stop(self) -> float:
        """Stop it as Ctrl-C does; returns how long that took, in seconds."""
        if self.process is None:
            return 0.0
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise
        finally:
            self.process = None
        return time.monotonic() - started

    def command(self, *arguments: str, text: str | None = None) -> str:
        """Run ``atalaya …`` for this desk; returns what it printed."""
        return self._run([str(ATALAYA), *arguments], text=text)

    def python(self, code: str, **values: object) -> str:
        """Run Python with this desk's settings and database; returns what it printed.

        ``values`` are global names of the code. For set-up that no person would do by hand.
        """
        lines = [
            "import json, os, sys",
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'atalaya.config.settings.production')",
            "import django",
            "django.setup()",
            f"globals().update(json.loads({json.dumps(values)!r}))",
            code,
        ]
        return self._run([sys.executable, "-c", "\n".join(lines)])

    def _run(self, command: list[str], *, text: str | None = None) -> str:
        done = subprocess.run(
            command,
            check=False,
            env=self.environment,
            cwd=self.folder,
            input=text or "",
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(f"{command[:3]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def links(self) -> list[str]:
        """The addresses it printed, the one-time set-up link among them."""
        return LINK.findall(self.log)


@contextlib.contextmanager
def a_desk(
    *, prepare: Callable[[RunningDesk], object] | None = None, **settings: str
) -> Iterator[RunningDesk]:
    """A desk that is up for as long as the block lasts, with a new data folder.

    ``prepare`` is called before it starts.
    """
    folder = Path(tempfile.mkdtemp(prefix="atalaya-desk-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # its PostgreSQL runs as a user of its own
    desk = RunningDesk(folder, settings=settings)
    try:
        if prepare is not None:
            prepare(desk)
        desk.start()
        yield desk
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            desk.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def desk() -> Iterator[RunningDesk]:
    """A running desk, shared by the journeys of this process."""
    with a_desk() as running:
        yield running
