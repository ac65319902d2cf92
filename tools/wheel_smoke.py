"""Prove the wheel: build it, install it where nothing of ours is, start a desk, use it.

    tools/wheel_smoke.py

The desk gets a mail through its own listener; its sender signs in to the portal with a link from
the command line and finds the ticket there. It all happens in a folder that is removed afterwards.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUBJECT = "The printer on the third floor hums a tune"
RITA = "rita@example.org"


def run(*command: str | Path, **options: object) -> str:
    """Run a command; show what it said when it fails."""
    done = subprocess.run(  # type: ignore[call-overload]  # options are those of run()
        [str(part) for part in command], check=False, capture_output=True, text=True, **options
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return str(done.stdout)


def build(folder: Path) -> Path:
    """Build the wheel from what git knows, so that nothing left lying about gets in."""
    source = folder / "source"
    source.mkdir()
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--no-deps", "--no-build-isolation", "-w", folder, source)
    [wheel] = folder.glob("atalaya-*.whl")
    return wheel


def install(folder: Path, wheel: Path) -> Path:
    """A fresh environment with the locked requirements and the wheel; returns its `bin`."""
    run(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.txt")
    run(*pip, "--no-deps", wheel)
    run(python, "-m", "pip", "check")
    return python.parent


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Desk:
    """The installed desk, started and stopped as its owner would."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.atalaya = folder, programs / "atalaya"
        self.port, self.mail_port = free_port(), free_port()
        self.log = folder / "up.log"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("ATALAYA_", "DJANGO_"))}  # noqa: TID251 - what a new shell would have
        for name in ("CI", "DATABASE_URL", "PYTHONPATH", "VIRTUAL_ENV"):
            clean.pop(name, None)
        self.environment = {
            **clean,
            "ATALAYA_DATA": str(folder / "data"),
            "ATALAYA_PORT": str(self.port),
            "ATALAYA_MAIL_PORT": str(self.mail_port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    def __enter__(self) -> Desk:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [self.atalaya, "up"],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.until(self._is_ready, "the desk is not ready", seconds=120)
        return self

    def __exit__(self, *_problem: object) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(30)

    def _is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            self.fail("atalaya up ended by itself")
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            return False

    def command(self, *arguments: str) -> str:
        """Run a sub-command for this desk."""
        return run(self.atalaya, *arguments, env=self.environment, cwd=self.folder)

    def until(self, holds: object, otherwise: str, *, seconds: float) -> None:
        """Wait until something holds, or say what the desk said."""
        assert callable(holds)
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                self.fail(otherwise)
            time.sleep(0.3)

    def fail(self, sentence: str) -> None:
        """End with what the desk said last."""
        sys.exit(f"{sentence}; it said:\n{self.log.read_text('utf-8', 'replace')[-4000:]}")


def open_ticket_by_mail(desk: Desk) -> None:
    """Write to the desk as Rita."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Rita <{RITA}>", "help@localhost", SUBJECT
    mail["Message-ID"] = "<tune@example.org>"
    mail.set_content("It hums. Nobody asked it to.")
    with smtplib.SMTP("127.0.0.1", desk.mail_port, timeout=30) as server:
        server.send_message(mail)


def signed_in(desk: Desk) -> urllib.request.OpenerDirector:
    """A browser without scripts, signed in as Rita by a link from the command line."""
    printed = desk.command("user", "link", RITA)
    found = re.search(r"https?://\S+", printed)
    if found is None:
        sys.exit(f"no link in: {printed}")
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(found.group(), timeout=30) as page:
        html, address = page.read().decode(), page.geturl()
    # The page asks to confirm, because programs that check links in mails open them too.
    form = re.search(r"<form[^>]*method=[\"']?post.*?</form>", html, re.DOTALL | re.IGNORECASE)
    if form is not None:
        fields = re.findall(
            r"<input[^>]*name=[\"']([^\"']+)[\"'][^>]*value=[\"']([^\"']*)[\"']", form.group()
        )
        action = re.search(r"action=[\"']([^\"']+)", form.group())
        target = urllib.parse.urljoin(address, action.group(1) if action else "")
        data = urllib.parse.urlencode(fields).encode()
        browser.addheaders = [("Referer", address), ("Origin", desk.url)]
        browser.open(target, data, timeout=30).close()
    return browser


def prove(folder: Path) -> None:
    """Build, install, start, write, read."""
    started = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {line}", flush=True)

    wheel = build(folder)
    say(f"built {wheel.name}, {wheel.stat().st_size // 1024} kB")
    programs = install(folder, wheel)
    say("installed with locked hashes in a fresh environment")
    with Desk(folder, programs) as desk:
        say("atalaya up is ready")
        open_ticket_by_mail(desk)
        known: list[str] = []

        def has_ticket() -> bool:
            # The sender becomes a person when the mail becomes a ticket.
            if not known:
                done = subprocess.run(
                    [desk.atalaya, "user", "link", RITA],
                    check=False,
                    env=desk.environment,
                    cwd=folder,
                    capture_output=True,
                )
                known.extend(["yes"] if done.returncode == 0 else [])
            return bool(known)

        desk.until(has_ticket, "the mail made nobody known", seconds=60)
        browser = signed_in(desk)

        def shows_ticket() -> bool:
            try:
                with browser.open(f"{desk.url}/tickets/", timeout=30) as page:
                    return SUBJECT in page.read().decode()
            except urllib.error.HTTPError as problem:
                desk.fail(f"the portal answered {problem.code}")
                return False

        desk.until(shows_ticket, "the portal does not show the ticket", seconds=60)
        say("a mail became a ticket and the portal shows it")


def main() -> None:
    """Do it in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="atalaya-wheel-"))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # PostgreSQL runs as a user of its own and has to walk through
    try:
        prove(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
