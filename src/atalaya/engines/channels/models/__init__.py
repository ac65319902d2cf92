"""Mailboxes, what came in through them, and what was sent."""

from __future__ import annotations

from atalaya.engines.channels.models.incoming import KnownMessage, RawMessage
from atalaya.engines.channels.models.mailboxes import Mailbox, MailFilter
from atalaya.engines.channels.models.outgoing import (
    MessageTemplate,
    OutgoingMail,
    SmtpServer,
)

__all__ = [
    "KnownMessage",
    "MailFilter",
    "Mailbox",
    "MessageTemplate",
    "OutgoingMail",
    "RawMessage",
    "SmtpServer",
]
