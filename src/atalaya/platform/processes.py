"""The process tree of ``atalaya up``: started together, kept up, stopped together, no orphans."""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import BinaryIO

SHORTEST, LONGEST = 0.2, 10.0  # seconds between two starts of a child that keeps dying
STEADY = 30.0  # seconds after which a child counts as well again
GRACE = 10.0  # seconds a child may take to stop
AGAIN = 1.0  # seconds after which a second request to stop is meant as one
LINE = 64 * 1024  # a longer line without an end is written in parts

Say = Callable[[str, str], None]


@dataclass(frozen=True)
class Child:
    """A process to keep up: its name in the log and what to run."""

    name: str
    command: Sequence[str]


@dataclass
class _Kept:
    """A child as the supervisor sees it: running now, or to be started at an instant."""

    child: Child
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = SHORTEST
    said: bytes = b""
    starts: int = field(default=0)


class Supervisor:
    """Keeps children up until it is told to stop by SIGTERM, SIGINT or ``stop()``.

    Their output is passed on line by line with the child's name before it; ``say`` (name, line)
    may do something else with it, and ``note`` with what the supervisor has to say. Children
    watch this process with ``leave_with_parent``.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        say: Say | None = None,
        note: Say | None = None,
        grace: float = GRACE,
    ) -> None:
        self._kept = [_Kept(child) for child in children]
        self._say = say or _to_standard_output
        self._note = note or self._say
        self._grace = grace
        self._stopping = False
        self._hurry = False
        self._renewed = False
        self._asked_at = 0.0
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def run(self) -> None:
        """Start the children and return when all of them have stopped. For the main thread."""
        before = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        }
        self._selector.register(self._woken, selectors.EVENT_READ)
        try:
            self._keep_up()
            self._stop_all()
        finally:
            self._kill_all()
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            os.close(self._woken)
            os.close(self._wake)

    def stop(self) -> None:
        """Ask for the end, from any thread."""
        self._ask_to_stop()
        self._ring()

    def restart(self) -> None:
        """Ask every child to end; they are started again. From any thread."""
        self._renewed = True
        self._ring()

    def pids(self) -> dict[str, int]:
        """The process number of every child that runs, by its name."""
        return {
            kept.child.name: kept.process.pid for kept in self._kept if kept.process is not None
        }

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._wake, b"!")

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._ask_to_stop()
        self._ring()

    def _ask_to_stop(self) -> None:
        """Asked again after a while: do not wait for anybody. Some senders signal twice at once."""
        now = time.monotonic()
        if not self._stopping:
            self._asked_at = now
        self._stopping = True
        self._hurry = now - self._asked_at > AGAIN

    def _keep_up(self) -> None:
        while not self._stopping:
            now = time.monotonic()
            for kept in self._kept:
                if kept.process is None and kept.start_at <= now:
                    self._start(kept)
            waiting = [kept.start_at for kept in self._kept if kept.process is None]
            self._listen(min(waiting) - now if waiting else None)
            if self._renewed:
                self._renewed = False
                self._terminate()
            self._bury()

    def _stop_all(self) -> None:
        self._terminate()
        until = time.monotonic() + self._grace
        while any(kept.process is not None for kept in self._kept):
            left = until - time.monotonic()
            if left <= 0 or self._hurry:
                return
            self._listen(min(left, 0.5))
            self._bury()

    def _terminate(self) -> None:
        for kept in self._kept:
            if kept.process is not None:
                kept.process.terminate()

    def _kill_all(self) -> None:
        for kept in self._kept:
            if kept.process is not None:
                self._note(kept.child.name, "does not stop: killed")
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(kept.process.pid, signal.SIGKILL)
                kept.process.wait()
                self._drain(kept)

    def _start(self, kept: _Kept) -> None:
        kept.process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            kept.child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C on the terminal reaches us alone
        )
        kept.started_at = time.monotonic()
        kept.starts += 1
        os.set_blocking(_output(kept).fileno(), False)
        self._selector.register(_output(kept), selectors.EVENT_READ, kept)

    def _listen(self, patience: float | None) -> None:
        for key, _events in self._selector.select(patience):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._woken, 1000)
            else:
                self._read(key.data)

    def _read(self, kept: _Kept) -> bool:
        try:
            part = os.read(_output(kept).fileno(), LINE)
        except BlockingIOError:
            return False
        if not part:
            with contextlib.suppress(KeyError):
                self._selector.unregister(_output(kept))
            return False
        *lines, kept.said = (kept.said + part).split(b"\n")
        if len(kept.said) > LINE:
            lines, kept.said = [*lines, kept.said], b""
        for line in lines:
            self._say(kept.child.name, line.decode("utf-8", "replace"))
        return True

    def _drain(self, kept: _Kept) -> None:
        while self._read(kept):
            pass
        if kept.said:
            self._say(kept.child.name, kept.said.decode("utf-8", "replace"))
        with contextlib.suppress(KeyError):
            self._selector.unregister(_output(kept))
        _output(kept).close()
        kept.said, kept.process = b"", None

    def _bury(self) -> None:
        """Note who has died and when it is to be started again."""
        for kept in self._kept:
            if kept.process is None or kept.process.poll() is None:
                continue
            code = kept.process.returncode
            self._drain(kept)
            if self._stopping:
                continue
            now = time.monotonic()
            well = now - kept.started_at > STEADY
            first = kept.starts == 1 or code in {0, -signal.SIGTERM}
            kept.pause = SHORTEST if well or first else min(kept.pause * 2, LONGEST)
            kept.start_at = now + kept.pause
            why = f"signal {-code}" if code < 0 else f"exit code {code}"
            self._note(kept.child.name, f"ended ({why}); started again in {kept.pause:.1f} s")


def _output(kept: _Kept) -> BinaryIO:
    assert kept.process is not None
    assert kept.process.stdout is not None
    return kept.process.stdout  # type: ignore[return-value] # IO[bytes] is what Popen promises


def _to_standard_output(name: str, line: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{name:<8} {line}\n")
        sys.stdout.flush()


def leave_with_parent(parent: int, *, patience: float = 5.0) -> None:
    """End this process when ``parent`` ends: politely by SIGTERM, then without asking.

    For the main module of a child, before anything else. A parent that has ended already counts.
    """
    threading.Thread(
        target=_wait_for_end, args=(parent, patience), name="parent", daemon=True
    ).start()


def _wait_for_end(parent: int, patience: float) -> None:
    try:
        handle = os.pidfd_open(parent)
    except (OSError, AttributeError):
        handle = None
    while os.getppid() == parent:
        if handle is None:
            time.sleep(0.3)
        elif select.select([handle], [], [])[0]:
            break
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(patience)
    os._exit(1)
