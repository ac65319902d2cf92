"""Mail as bytes, and handing it to the mail server."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from uuid import uuid4

from django.utils.translation import gettext

from atalaya.core.files.models import File
from atalaya.core.files.queries import attachments_of, open_content
from atalaya.engines.channels.errors import ServerAway, ServerRefused
from atalaya.engines.channels.models import Mailbox, OutgoingMail, SmtpServer
from atalaya.engines.channels.queries import OUR_FIELD, desk_mark
from atalaya.kernel import clock
from atalaya.kernel.text import one_line

TIMEOUT = 30.0  # seconds
LARGEST = 20 * 1024 * 1024  # bytes of attachments that go with a mail; more stay on the desk
_FILE: Final = re.compile(r'src="[^"]*?/files/(\d+)/[^"]*"')


def as_message(mail: OutgoingMail) -> EmailMessage:
    """A queued mail as a message; every call gives the same ids."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{mail.message_id}>"
    message["Date"] = format_datetime(mail.queued_at)
    message["From"] = _address(mail.sender_name, mail.sender_address)
    message["To"] = _address(mail.person.name if mail.person else "", mail.address)
    message["Subject"] = one_line(mail.subject, 300)
    if mail.reply_to:
        message["Reply-To"] = _address(mail.sender_name, mail.reply_to)
    ids = mail.references.split()
    if ids:
        message["In-Reply-To"] = f"<{ids[-1]}>"
        message["References"] = " ".join(f"<{one}>" for one in ids)
    message[OUR_FIELD] = desk_mark()
    if mail.is_automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text)
    if mail.html:
        _add_html(message, mail)
    return message


def deliver(mail: OutgoingMail, server: SmtpServer) -> None:
    """Hand a mail to the server. Raises ServerAway (try again), ServerRefused (for good)."""
    _hand_over(as_message(mail), server, sender=mail.sender_address, to=mail.address)


def try_out(server: SmtpServer) -> None:
    """Connect and sign in, sending nothing. Raises ServerAway, ServerRefused."""
    with connected(server) as client:
        client.noop()


def send_test(server: SmtpServer, *, to: str) -> None:
    """Send a mail that says that mail works. Raises ServerAway, ServerRefused."""
    message = EmailMessage(policy=SMTP)
    message["From"] = server.sender_address or to
    message["To"] = to
    message["Subject"] = gettext("Your desk can send mail")
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<atalaya.test.{uuid4().hex}@{to.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(gettext("This is the test you asked for. There is nothing to do.") + "\n")
    _hand_over(message, server, sender=server.sender_address or to, to=to)


def _hand_over(message: EmailMessage, server: SmtpServer, *, sender: str, to: str) -> None:
    with connected(server) as client:
        try:
            client.send_message(message, sender, [to])
        except smtplib.SMTPRecipientsRefused as problem:
            code, answer = next(iter(problem.recipients.values()))
            raise _said(server, code, answer) from None
        except smtplib.SMTPResponseException as problem:
            raise _said(server, problem.smtp_code, problem.smtp_error) from None


@contextmanager
def connected(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """A session with the mail server, signed in. Raises ServerAway, ServerRefused."""
    try:
        client = _open(server)
    except smtplib.SMTPResponseException as problem:
        raise _said(server, problem.smtp_code, problem.smtp_error) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise ServerAway(host=str(server), answer=str(problem)) from problem
    try:
        yield client
    except (OSError, smtplib.SMTPServerDisconnected) as problem:
        raise ServerAway(host=str(server), answer=str(problem)) from problem
    finally:
        try:
            client.quit()
        except (OSError, smtplib.SMTPException):
            client.close()


def _open(server: SmtpServer) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    if server.security == Mailbox.Security.TLS:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=secure
        )
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.security == Mailbox.Security.STARTTLS:
            client.starttls(context=secure)
        if server.user:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _said(server: SmtpServer, code: int, answer: bytes | str) -> ServerAway | ServerRefused:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    kind = ServerAway if 400 <= code < 500 else ServerRefused
    return kind(host=str(server), answer=one_line(f"{code} {words}", 300))


def _address(name: str, address: str) -> Address | str:
    local, _at, domain = address.rpartition("@")
    try:
        return Address(one_line(name, 120), local, domain)
    except (ValueError, IndexError):
        return address


def _add_html(message: EmailMessage, mail: OutgoingMail) -> None:
    files = _files_of(mail)
    shown = {int(found[1]) for found in _FILE.finditer(mail.html)} & set(files)
    html = _FILE.sub(
        lambda found: f'src="cid:file-{found[1]}@desk"' if int(found[1]) in shown else found[0],
        mail.html,
    )
    message.add_alternative(html, subtype="html")
    payload = message.get_payload()
    assert isinstance(payload, list)
    rich = payload[-1]
    assert isinstance(rich, EmailMessage)
    room = LARGEST
    for file in files.values():
        room -= file.size
        if room < 0:
            break
        with open_content(file) as content:
            data = content.read()
        main, _slash, detail = file.content_type.partition("/")
        if file.pk in shown:
            rich.add_related(
                data,
                main,
                detail or "octet-stream",
                cid=f"<file-{file.pk}@desk>",
                filename=file.name,
            )
        else:
            message.add_attachment(data, main, detail or "octet-stream", filename=file.name)


def _files_of(mail: OutgoingMail) -> dict[int, File]:
    if mail.entry_id is None:
        return {}
    rows = attachments_of("work.entry", [mail.entry_id]).get(mail.entry_id, [])
    return {row.file_id: row.file for row in rows}
