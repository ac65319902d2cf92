"""A company's mail, for real: an SMTP server that takes mail for everybody, and IMAP mailboxes.

The SMTP side is aiosmtpd and delivers into Maildirs; the IMAP side is Dovecot on those Maildirs. It
listens on loopback only, on ports of its own, and keeps everything in one folder.
"""

from __future__ import annotations

import contextlib
import mailbox
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from imap_tools import MailBoxUnencrypted, MailMessage

PASSWORD = "pigeon-post"  # no space: Dovecot parts its arguments there
DOVECOT = "/usr/sbin/dovecot"

CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
{users}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
service imap-login {{
  {login}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Delivery:
    """What the SMTP side does with a mail: by default it takes it and delivers it."""

    house: MailHouse
    answers: list[str] = field(default_factory=list)  # given before mail is taken, one a try

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name aiosmtpd calls
        """Give the next prepared answer, or deliver to every recipient."""
        if self.answers:
            return self.answers.pop(0)
        content = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            self.house.deliver(recipient, content)
        return "250 taken"


class MailHouse:
    """The mail servers of a company; any address has a mailbox and the same password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.imap_port = free_port()
        self.delivery = Delivery(self)
        self._controller: Controller | None = None
        self._dovecot: subprocess.Popen[bytes] | None = None

    # -- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start both servers; returns when they answer."""
        self.start_smtp(free_port())
        (self.folder / "mail").mkdir()
        uid, gid = self._owner()
        for path in (self.folder, self.folder / "mail"):
            path.chmod(0o755)
        os.chown(self.folder / "mail", uid, gid)
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration(uid, gid))
        self._dovecot = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(configuration)], stdin=subprocess.DEVNULL
        )
        self._wait()

    def start_smtp(self, port: int) -> None:
        """Start the SMTP side alone, on a given port."""
        self._controller = Controller(
            self.delivery, hostname="127.0.0.1", port=port, data_size_limit=50 * 1024 * 1024
        )
        self._controller.start()

    def stop_smtp(self) -> None:
        """Stop the SMTP side, as a mail server that is down."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def stop(self) -> None:
        """Stop both servers."""
        self.stop_smtp()
        if self._dovecot is not None:
            self._dovecot.terminate()
            self._dovecot.wait(10)
            self._dovecot = None

    @property
    def smtp_port(self) -> int:
        """Where the SMTP side listens."""
        assert self._controller is not None
        return int(self._controller.port)

    def _owner(self) -> tuple[int, int]:
        if os.geteuid() != 0:
            return os.getuid(), os.getgid()
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def _configuration(self, uid: int, gid: int) -> str:
        users, login = "", ""
        if os.geteuid() != 0:  # everything runs as whoever runs the tests, and nothing is caged
            me = pwd.getpwuid(os.getuid()).pw_name
            users = f"default_internal_user = {me}\ndefault_login_user = {me}"
            login = "chroot ="
        return CONFIGURATION.format(
            folder=self.folder,
            port=self.imap_port,
            password=PASSWORD,
            uid=uid,
            gid=gid,
            users=users,
            login=login,
        )

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.imap_port), 1) as connection,
            ):
                if connection.recv(4).startswith(b"* OK"):
                    return
            time.sleep(0.05)
        log = self.folder / "dovecot.log"
        raise TimeoutError(log.read_text() if log.exists() else "dovecot said nothing")

    # -- use ------------------------------------------------------------------------------------

    def deliver(self, recipient: str, content: bytes) -> None:
        """Put a mail into somebody's mailbox, as it is."""
        address = recipient.lower()
        # A mail server files plus addresses with the plain one.
        local, _at, domain = address.partition("@")
        folder = self.folder / "mail" / f"{local.partition('+')[0]}@{domain}"
        box = mailbox.Maildir(folder, create=True)
        box.add(content)
        uid, gid = self._owner()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, gid)

    def box(self, address: str) -> MailBoxUnencrypted:
        """Somebody's mailbox over IMAP, signed in; use it in a ``with``."""
        found = MailBoxUnencrypted("127.0.0.1", self.imap_port, timeout=20)
        try:
            return found.login(address, PASSWORD)
        except BaseException:
            found.client.shutdown()
            raise

    def mails(self, address: str) -> list[MailMessage]:
        """Everything in somebody's inbox, read over IMAP, oldest first."""
        if not (self.folder / "mail" / address).exists():
            return []
        with self.box(address) as box:
            return list(box.fetch(mark_seen=False))

    def wait_for(self, address: str, count: int = 1, *, seconds: float = 30) -> list[MailMessage]:
        """Wait until there are ``count`` mails in somebody's inbox."""
        until = time.monotonic() + seconds
        while True:
            found = self.mails(address)
            if len(found) >= count:
                return found
            if time.monotonic() > until:
                subjects = [mail.subject for mail in found]
                raise TimeoutError(f"{address} has {len(found)} mails, not {count}: {subjects}")
            time.sleep(0.2)


def send(port: int, message: EmailMessage, *, to: list[str] | None = None) -> dict[str, Any]:
    """Hand a message to an SMTP server on loopback, as a mail program does."""
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        return client.send_message(message, to_addrs=to)


def letter(
    subject: str, text: str, *, sender: str, to: str, reply_to: MailMessage | None = None
) -> EmailMessage:
    """A plain mail; with ``reply_to`` an answer that carries the threading headers."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, sender, to
    message["Message-ID"] = f"<{time.monotonic_ns()}.{os.getpid()}@{sender.rpartition('@')[2]}>"
    if reply_to is not None:
        before = reply_to.obj["Message-ID"]
        message["In-Reply-To"] = before
        # A field read back may be folded over several lines.
        message["References"] = " ".join(f"{reply_to.obj['References'] or ''} {before}".split())
    message.set_content(text)
    return message


@pytest.fixture(scope="session")
def mail_house() -> Iterator[MailHouse]:
    """The company's mail servers, for all tests of this process."""
    if not Path(DOVECOT).exists():
        pytest.skip("Dovecot is not installed: apt-get install dovecot-imapd")
    folder = Path(tempfile.mkdtemp(prefix="atalaya-mail-"))
    house = MailHouse(folder)
    try:
        house.start()
        yield house
    finally:
        house.stop()
        shutil.rmtree(folder, ignore_errors=True)
