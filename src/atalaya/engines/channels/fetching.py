"""Mail fetched by IMAP: kept first, then marked; told of new mail by the server where it can."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog
from django.db import connection
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from atalaya.engines.channels import actions
from atalaya.engines.channels.errors import MailTooLarge, ServerAway, ServerRefused
from atalaya.engines.channels.models import Mailbox, RawMessage
from atalaya.kernel.text import one_line

log = structlog.get_logger(__name__)
TIMEOUT = 60.0  # seconds for one answer of the server
IDLE = 240.0  # seconds after which waiting for a push is begun anew
AT_ONCE = 50  # mails of one look; the rest follow in the next
_LITERAL_UID: Final = re.compile(rb"UID (\d+)")


@contextmanager
def connected(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """A session with the mailbox's server, in its folder. Raises ServerAway, ServerRefused."""
    where = f"{mailbox.host}:{mailbox.port}"
    try:
        box = _open(mailbox)
    except (OSError, imaplib.IMAP4.abort) as problem:
        raise ServerAway(host=where, answer=str(problem)) from problem
    try:
        box.login(mailbox.user or mailbox.address, mailbox.password, mailbox.folder)
    except (ImapToolsError, imaplib.IMAP4.error) as problem:
        with contextlib.suppress(OSError):
            box.client.shutdown()
        raise ServerRefused(host=where, answer=one_line(str(problem), 200)) from problem
    try:
        yield box
    except (OSError, imaplib.IMAP4.abort) as problem:
        raise ServerAway(host=where, answer=str(problem)) from problem
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()


def _open(mailbox: Mailbox) -> BaseMailBox:
    if mailbox.security == Mailbox.Security.NONE:
        return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=TIMEOUT)
    secure = ssl.create_default_context()
    if mailbox.security == Mailbox.Security.STARTTLS:
        return MailBoxStartTls(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=secure)
    return MailBox(mailbox.host, mailbox.port, timeout=TIMEOUT, ssl_context=secure)


def try_out(mailbox: Mailbox) -> int:
    """Sign in and count what lies in the folder. Raises ServerAway, ServerRefused."""
    with connected(mailbox) as box:
        return int(box.folder.status(mailbox.folder, ["MESSAGES"])["MESSAGES"])


def fetch(mailbox: Mailbox, box: BaseMailBox) -> int:
    """Keep the mails that are new since the last look; returns how many there were.

    A mail is marked or moved on the server only after it is kept here; what a crash leaves
    unmarked is found again by its number and is not kept twice.
    """
    box.client.noop()  # has the server look whether there is anything new
    validity = int(box.folder.status(mailbox.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    last = mailbox.last_uid if validity == mailbox.uid_validity else 0
    uids = sorted(int(uid) for uid in box.uids(f"UID {last + 1}:*") if int(uid) > last)[:AT_ONCE]
    for uid in uids:
        raw = _keep(mailbox, box, uid, validity)
        if raw is not None:
            _mark(mailbox, box, uid)
        last = uid
        actions.note_fetch(mailbox, uid_validity=validity, last_uid=last, found=True)
    if not uids:
        actions.note_fetch(mailbox, uid_validity=validity, last_uid=last, found=False)
    mailbox.uid_validity, mailbox.last_uid = validity, last
    return len(uids)


def _keep(mailbox: Mailbox, box: BaseMailBox, uid: int, validity: int) -> RawMessage | None:
    content = _content(box, uid)
    if content is None:
        return None  # deleted by somebody else meanwhile
    try:
        return actions.take_mail(
            content,
            source=Mailbox.Source.IMAP,
            mailbox=mailbox,
            uid=uid,
            uid_validity=validity,
            envelope_to=[mailbox.address],
        )
    except MailTooLarge:
        # It stays on its server, where somebody can read it; the mailbox goes on and says so.
        log.warning("mail_too_large", mailbox=mailbox.pk, uid=uid)
        actions.note_fetch_failed(mailbox, why=f"UID {uid}: too large")
        return None


def _content(box: BaseMailBox, uid: int) -> bytes | None:
    status, found = box.client.uid("fetch", str(uid), "(UID BODY.PEEK[])")
    if status != "OK":
        return None
    for part in found:
        if isinstance(part, tuple) and len(part) == 2:
            return bytes(part[1])
    return None


def _mark(mailbox: Mailbox, box: BaseMailBox, uid: int) -> None:
    if mailbox.after == Mailbox.After.SEEN:
        box.flag(str(uid), ["\\Seen"], value=True)
    elif mailbox.after == Mailbox.After.MOVE and mailbox.move_to:
        if not box.folder.exists(mailbox.move_to):
            box.folder.create(mailbox.move_to)
        box.move(str(uid), mailbox.move_to)


def watch(mailbox: Mailbox, stop: threading.Event) -> None:
    """Fetch a mailbox's mail until told to stop or until the connection ends.

    One process does this for a mailbox at a time, whichever got its lock first.
    """
    with _lock_of(mailbox) as mine:
        if not mine:
            stop.wait(mailbox.poll_seconds)
            return
        with connected(mailbox) as box:
            while not stop.is_set():
                while fetch(mailbox, box) >= AT_ONCE and not stop.is_set():
                    pass
                if not _wait(mailbox, box, stop):
                    return


def _wait(mailbox: Mailbox, box: BaseMailBox, stop: threading.Event) -> bool:
    """Wait for new mail or for the time to look; False when the settings changed meanwhile."""
    if mailbox.waits_for_push and "IDLE" in box.client.capabilities:
        waited = 0.0
        with box.idle as idle:
            while waited < IDLE and not stop.is_set():
                if idle.poll(timeout=2.0):
                    break
                waited += 2.0
    else:
        stop.wait(mailbox.poll_seconds)
    now = Mailbox.objects.filter(pk=mailbox.pk).first()
    if now is None or not now.is_active or _place(now) != _place(mailbox):
        return False
    mailbox.refresh_from_db()
    return True


def _place(mailbox: Mailbox) -> tuple[object, ...]:
    return (
        mailbox.source,
        mailbox.host,
        mailbox.port,
        mailbox.security,
        mailbox.user,
        mailbox.hidden_password,
        mailbox.folder,
    )


@contextmanager
def _lock_of(mailbox: Mailbox) -> Iterator[bool]:
    """A lock of this session: it ends with the process, whatever ends the process."""
    number = 0x696D6170 << 24 | mailbox.pk
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [number])
        row = cursor.fetchone()
        mine = bool(row and row[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [number])
