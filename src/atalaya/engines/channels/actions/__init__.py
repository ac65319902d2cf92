"""Taking and processing mail, writing and recording what is sent, setting it all up."""

from __future__ import annotations

from atalaya.engines.channels.actions.configuring import (
    remove_filter,
    remove_smtp_server,
    save_filter,
    save_mailbox,
    save_smtp_server,
    save_template,
)
from atalaya.engines.channels.actions.processing import (
    join_mail,
    park,
    process_mail,
    retry_mail,
)
from atalaya.engines.channels.actions.receiving import (
    note_fetch,
    note_fetch_failed,
    take_mail,
)
from atalaya.engines.channels.actions.sending import (
    forget_texts,
    note_not_sent,
    note_sending_failed,
    note_sent,
    retry_sending,
    write_letter,
    write_mail,
)

__all__ = [
    "forget_texts",
    "join_mail",
    "note_fetch",
    "note_fetch_failed",
    "note_not_sent",
    "note_sending_failed",
    "note_sent",
    "park",
    "process_mail",
    "remove_filter",
    "remove_smtp_server",
    "retry_mail",
    "retry_sending",
    "save_filter",
    "save_mailbox",
    "save_smtp_server",
    "save_template",
    "take_mail",
    "write_letter",
    "write_mail",
]
