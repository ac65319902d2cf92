"""Programs that write mail and do not give up, and a killer that ends processes without a word."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import smtplib
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage

import psutil

from atalaya.testing.desks import RunningDesk

ROLES = ("web", "worker", "postgres")
PATIENCE = 300.0  # seconds a client tries; real mail servers try for days
REST = (0.2, 0.8)  # seconds between two kills, once the victim is up again


def victim(desk: RunningDesk, role: str) -> psutil.Process | None:
    """The process of a role of this desk, or None while there is none."""
    data = str(desk.folder / "data")
    for process in psutil.process_iter(["pid", "cmdline", "environ"]):
        line = process.info["cmdline"] or []
        if role == "postgres":
            # The postmaster names its data folder; its children only their own titles.
            if line and line[0].endswith("/postgres") and any(data in part for part in line):
                return process
        elif f"atalaya.cli.serving.{role}" in line:
            assert desk.process is not None
            if f"--parent={desk.process.pid}" in line:
                return process
    return None


@dataclass
class Killer(threading.Thread):
    """Kills (-9) each role a number of times, in random order, always one that is running."""

    desk: RunningDesk
    times: int
    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(name="killer", daemon=True)
        self._random = random.Random(self.seed)

    __hash__ = threading.Thread.__hash__

    @property
    def progress(self) -> float:
        """How much of the killing is done, from 0 to 1."""
        return self.killed.total() / (self.times * len(ROLES))

    def run(self) -> None:
        """Kill everything on the list."""
        order = [role for role in ROLES for _time in range(self.times)]
        self._random.shuffle(order)
        last: dict[str, int] = {}
        for role in order:
            process = self._wait_for(role, last.get(role))
            if process is None:
                self.trouble.append(f"{role} did not come back")
                return
            last[role] = process.pid
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
                self.killed[role] += 1
            time.sleep(self._random.uniform(*REST))

    def _wait_for(self, role: str, before: int | None) -> psutil.Process | None:
        """The process of a role once it does its work again, so that each kill hits something."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            found = victim(self.desk, role)
            if found is not None and found.pid != before and answers(self.desk, role):
                return found
            time.sleep(0.05)
        return None


def answers(desk: RunningDesk, role: str) -> bool:
    """Whether a role takes what it is there for; the mail listener lives in the worker."""
    if role == "postgres":
        address = str(desk.folder / "data" / "postgres" / "socket" / ".s.PGSQL.5432")
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(address) == 0
    port = desk.port if role == "web" else desk.mail_port
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def letters(count: int, *, seed: int) -> list[bytes]:
    """Mails that differ in everything, some with an attachment, some in odd charsets."""
    rolls = random.Random(seed)
    return [_letter(number, rolls) for number in range(count)]


def _letter(number: int, rolls: random.Random) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Person {number} <person{number}@example.org>"
    mail["To"] = "help@localhost"
    mail["Subject"] = f"Trouble number {number:04d}"
    mail["Message-ID"] = f"<{number}.{rolls.getrandbits(64):x}@example.org>"
    mail["Date"] = "Mon, 02 Nov 2026 09:00:00 +0100"
    words = " ".join(f"{rolls.getrandbits(40):x}" for _word in range(rolls.randint(5, 400)))
    mail.set_content(f"¡Ayuda! {words}\nLine two of {number}.\n", charset="utf-8")
    if number % 7 == 0:
        data = rolls.randbytes(rolls.randint(1, 60_000))
        mail.add_attachment(
            data, maintype="application", subtype="octet-stream", filename="log.bin"
        )
    # SMTP's own line ends, so that what is sent is what is compared.
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def digest(content: bytes) -> str:
    """The SHA-256 of a mail."""
    return hashlib.sha256(content).hexdigest()


class Sender(threading.Thread):
    """A mail server that keeps what it has until somebody took it: it tries again and again."""

    def __init__(
        self, desk: RunningDesk, mails: Iterable[bytes], killer: Killer, pace: float
    ) -> None:
        super().__init__(name="sender", daemon=True)
        self.desk, self.killer = desk, killer
        self.mails = list(mails)
        self.pace = pace  # the share of the killing to wait for, for each mail
        self.sent = 0
        self.tries = 0
        self.trouble: list[str] = []
        self.last = ""

    def run(self) -> None:
        """Send each mail, each when so much has been killed, each until it is taken."""
        for number, mail in enumerate(self.mails):
            while self.killer.is_alive() and self.killer.progress < number * self.pace:
                time.sleep(0.02)
            until = time.monotonic() + PATIENCE
            while not self._try(mail):
                if time.monotonic() > until:
                    self.trouble.append(f"nobody takes mail any more: {self.last}")
                    return
                time.sleep(0.1)
            self.sent += 1

    def _try(self, mail: bytes) -> bool:
        self.tries += 1
        try:
            with smtplib.SMTP("127.0.0.1", self.desk.mail_port, timeout=15) as server:
                server.sendmail("bounces@example.org", ["help@localhost"], mail)
        except (OSError, smtplib.SMTPException) as problem:
            self.last = repr(problem)
            return False
        return True
