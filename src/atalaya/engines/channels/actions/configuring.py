"""Setting up mailboxes, filters, the server for outgoing mail, and wording."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import Actor
from atalaya.engines.channels.composing import placeholders_in
from atalaya.engines.channels.errors import MailboxTaken, NotAPattern
from atalaya.engines.channels.events import (
    FilterChanged,
    MailboxChanged,
    SendingChanged,
    TemplateChanged,
)
from atalaya.engines.channels.models import Mailbox, MailFilter, MessageTemplate, SmtpServer
from atalaya.engines.channels.ports import Message
from atalaya.kernel.errors import InvalidInput
from atalaya.kernel.text import one_line

MAILBOX_FIELDS = frozenset(
    [
        *("address", "name", "team", "category", "kind", "origin", "unknown", "position"),
        *("is_active", "silence_hours", "source", "host", "port", "security", "user", "folder"),
        *("after", "move_to", "waits_for_push", "poll_seconds"),
    ]
)
SERVER_FIELDS = frozenset(["host", "port", "security", "user", "sender_address", "is_active"])
SETS = frozenset(
    ["kind", "category_id", "team_id", "priority", "origin", "tags", "ignore"],
)
LONGEST_PATTERN = 300
# A repeated group that repeats itself: such a pattern may take longer than the mail is worth.
_EXPLOSIVE = re.compile(r"\([^)]*[+*}][^)]*\)\s*[+*{]")
_address = EmailValidator(allowlist=["localhost"])


@action("channels.save_mailbox")
def save_mailbox(
    mailbox: Mailbox | None = None, *, by: Actor, password: str | None = None, **fields: Any
) -> Mailbox:
    """Add a mailbox or change one; an empty ``password`` removes it, None leaves it.

    Raises NotAllowed, MailboxTaken, InvalidInput.
    """
    by.must("channels.configure")
    _known(fields, MAILBOX_FIELDS)
    row = locked(mailbox) if mailbox is not None else Mailbox()
    if "address" in fields:
        fields["address"] = _checked_address(fields["address"])
        same = Mailbox.objects.filter(address__iexact=fields["address"]).exclude(pk=row.pk)
        if same.exists():
            raise MailboxTaken(address=fields["address"])
    elif mailbox is None:
        raise InvalidInput(_("A mailbox needs an address."), at="address")
    moved = {"host", "user", "folder"} & {n for n in fields if getattr(row, n) != fields[n]}
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name, value in fields.items():
        setattr(row, name, value)
    if password is not None:
        row.hidden_password = settings.SECRETS.encrypt(password) if password else ""
        changed.append("hidden_password")
    if moved:
        row.uid_validity = row.last_uid = 0
    if row.source == Mailbox.Source.IMAP and not row.host:
        raise InvalidInput(_("Fetching mail needs the name of its server."), at="host")
    row.error, row.failing_since = "", None
    row.save()
    append(MailboxChanged(row.pk, tuple(changed)), by=by)
    return row


@action("channels.save_filter")
def save_filter(rule: MailFilter | None = None, *, by: Actor, **fields: Any) -> MailFilter:
    """Add a filter of incoming mail or change one. Raises NotAllowed, NotAPattern, InvalidInput."""
    by.must("channels.configure")
    _known(fields, frozenset(["mailbox", "position", "field", "pattern", "sets", "is_active"]))
    row = locked(rule) if rule is not None else MailFilter()
    for name, value in fields.items():
        setattr(row, name, value)
    row.field = one_line(row.field, 76).lower()
    if not row.field or set(row.sets) - SETS:
        raise InvalidInput(_("A filter names a header field and what it sets."), at="field")
    _check_pattern(row.pattern)
    row.save()
    append(FilterChanged(row.pk), by=by)
    return row


@action("channels.remove_filter")
def remove_filter(rule: MailFilter, *, by: Actor) -> None:
    """Remove a filter. Raises NotAllowed."""
    by.must("channels.configure")
    pk = rule.pk
    rule.delete()
    append(FilterChanged(pk, removed=True), by=by)


@action("channels.save_smtp_server")
def save_smtp_server(*, by: Actor, password: str | None = None, **fields: Any) -> SmtpServer:
    """Set the server our mail leaves by. Raises NotAllowed, InvalidInput."""
    by.must("channels.configure")
    _known(fields, SERVER_FIELDS)
    row = SmtpServer.objects.select_for_update().filter(pk=1).first() or SmtpServer(pk=1)
    for name, value in fields.items():
        setattr(row, name, value)
    if not one_line(row.host):
        raise InvalidInput(_("Sending mail needs the name of its server."), at="host")
    if row.sender_address:
        row.sender_address = _checked_address(row.sender_address)
    if password is not None:
        row.hidden_password = settings.SECRETS.encrypt(password) if password else ""
    row.error, row.failing_since = "", None
    row.save()
    append(SendingChanged(row.is_active), by=by)
    return row


@action("channels.remove_smtp_server")
def remove_smtp_server(*, by: Actor) -> None:
    """Send nothing any more: mail stays in the outbox. Raises NotAllowed."""
    by.must("channels.configure")
    count, _rows = SmtpServer.objects.filter(pk=1).delete()
    if count:
        append(SendingChanged(active=False), by=by)


@action("channels.save_template")
def save_template(
    message: Message,
    *,
    by: Actor,
    subjects: Mapping[str, str],
    bodies: Mapping[str, str],
    active: bool = True,
) -> MessageTemplate:
    """Word a message anew; an empty text goes back to the wording it came with.

    Raises NotAllowed, InvalidInput (a placeholder that this message does not know).
    """
    by.must("channels.configure")
    wrong = placeholders_in(*subjects.values(), *bodies.values()) - set(message.placeholders)
    if wrong:
        reason = _("This message knows no {%(name)s}.") % {"name": sorted(wrong)[0]}
        raise InvalidInput(reason, at="body")
    row, _made = MessageTemplate.objects.get_or_create(key=message.key)
    row.subjects = {code: one_line(text, 300) for code, text in subjects.items() if text.strip()}
    row.bodies = {code: text for code, text in bodies.items() if text.strip()}
    row.is_active = active
    row.save(update_fields=["subjects", "bodies", "is_active"])
    append(TemplateChanged(message.key), by=by)
    return row


def _known(fields: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(fields) - allowed
    if unknown:
        raise TypeError(f"no such fields: {sorted(unknown)}")


def _checked_address(value: str) -> str:
    try:
        _address(value.strip())
    except ValidationError:
        raise InvalidInput(_("This is not a mail address."), at="address") from None
    return value.strip()


def _check_pattern(pattern: str) -> None:
    if len(pattern) > LONGEST_PATTERN or _EXPLOSIVE.search(pattern):
        raise NotAPattern(reason=_("it is too long or repeats what is repeated"))
    try:
        re.compile(pattern)
    except (re.error, RecursionError) as problem:
        raise NotAPattern(reason=str(problem)) from None
