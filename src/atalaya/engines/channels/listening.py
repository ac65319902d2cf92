"""The built-in mail listener: takes mail for our mailboxes, and for nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import DatabaseError, close_old_connections, connection

from atalaya.core.preferences.queries import preferences_of
from atalaya.engines.channels import actions, queries
from atalaya.engines.channels.errors import MailTooLarge
from atalaya.engines.channels.models import Mailbox
from atalaya.engines.channels.preferences import ChannelPreferences
from atalaya.kernel.errors import AtalayaError

log = structlog.get_logger(__name__)
MEGABYTE = 1024 * 1024
RECIPIENTS = 100  # of one envelope; ours are few
LATER = "451 4.3.0 Not now. Try again in a moment."


class Server(SMTP):
    """aiosmtpd's server, patient with lines longer than the standard allows: real mail has them."""

    line_length_limit = MEGABYTE


class Listener:
    """What is done with the commands of a mail client (the names are aiosmtpd's)."""

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Take a recipient that is a mailbox of ours; nothing is ever relayed."""
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            ours = await asyncio.to_thread(_in_a_thread, queries.takes_mail_for, address)
        except DatabaseError:
            log.warning("listener_without_database")
            return LATER
        if not ours:
            return "550 5.7.1 This is no mailbox here, and mail is not relayed"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the name aiosmtpd calls
        """Keep the mail; only when that is committed is it acknowledged."""
        content = envelope.original_content or b""
        try:
            number = await asyncio.to_thread(_in_a_thread, _take, content, envelope)
        except MailTooLarge as problem:
            return f"552 5.3.4 {problem.message % problem.facts}"
        except AtalayaError as problem:
            log.warning("mail_not_taken", why=problem.code)
            return LATER if problem.retryable else "554 5.3.0 This mail cannot be taken"
        except (DatabaseError, OSError):
            log.exception("mail_not_taken")
            return LATER
        return f"250 2.0.0 Taken as {number}"


def _take(content: bytes, envelope: Envelope) -> int:
    raw = actions.take_mail(
        content,
        source=Mailbox.Source.LISTENER,
        envelope_from=envelope.mail_from or "",
        envelope_to=list(dict.fromkeys(envelope.rcpt_tos)),
    )
    return raw.pk


def _in_a_thread(function: Any, *arguments: Any) -> Any:
    """Django's connections belong to a thread; the pool gives one and takes it back."""
    try:
        return function(*arguments)
    finally:
        close_old_connections()
        connection.close()


def server_options() -> dict[str, Any]:
    """How the SMTP server behaves: its size limit, its name, what it offers."""
    limit = preferences_of(ChannelPreferences).largest_megabytes
    return {
        "data_size_limit": limit * MEGABYTE,
        "enable_SMTPUTF8": True,
        "decode_data": False,
        "ident": "Atalaya",
        "timeout": 120,
        "auth_required": False,
    }


async def listen(host: str, port: int) -> asyncio.Server:
    """Start listening; returns the server, which the caller closes."""
    options = await asyncio.to_thread(_in_a_thread, server_options)
    handler = Listener()
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: Server(handler, loop=loop, **options), host=host, port=port, backlog=256
    )
