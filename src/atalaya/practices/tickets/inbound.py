"""Mail that becomes a ticket, or a message on one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from atalaya.core.people.models import SYSTEM
from atalaya.core.people.queries import actor_for
from atalaya.core.preferences.queries import preferences_of
from atalaya.core.work.models import Channel, Entry
from atalaya.engines.channels.ports import Incoming, Taken, inbound
from atalaya.kernel import richtext
from atalaya.practices.tickets.actions import (
    add_note,
    answer_ticket,
    open_ticket,
    receive_message,
)
from atalaya.practices.tickets.models import Ticket
from atalaya.practices.tickets.preferences import TicketPreferences

LONGEST = 400_000  # characters of an entry made from a mail; the original keeps the rest


@inbound("tickets", order=100)
def take(mail: Incoming) -> Taken | None:
    """An answer goes to its ticket; everything else opens one."""
    if mail.item is None:
        return _open(mail)
    ticket = Ticket.objects.filter(pk=mail.item.pk).select_related("item").first()
    if ticket is None:
        return None  # another practice's item
    return _continue(ticket, mail)


def _open(mail: Incoming) -> Taken:
    chosen = mail.settings
    team = chosen.get("team")
    limit = preferences_of(TicketPreferences).participants_limit
    ticket = open_ticket(
        Ticket.Kind(mail.kind) if mail.kind in Ticket.Kind.values else Ticket.Kind.INCIDENT,
        by=SYSTEM,
        subject=mail.subject or _("(no subject)"),
        requester=mail.sender,
        channel=Channel.MAIL,
        origin=mail.origin,
        team=team if team is not None and team.is_active else None,
        category=chosen.get("category"),
        priority=_priority(chosen.get("priority")),
        language=mail.language,
        tags=[str(tag) for tag in chosen.get("tags") or ()],
        copies=mail.copies[:limit],
        **_said(mail),
    )
    entry = ticket.item.entries.order_by("pk").first()
    return Taken(ticket.item, entry, is_new=True)


def _continue(ticket: Ticket, mail: Incoming) -> Taken:
    item = ticket.item
    entry = None
    asks_himself = mail.sender.pk in {item.requester_id, item.reported_by_id}
    if mail.is_proven and not asks_himself:
        entry = _of_an_agent(ticket, mail)
    if entry is None:
        said = _said(mail)
        if not (mail.html.strip() or mail.text.strip() or mail.files):
            said["html"] = richtext.from_text(_("(This mail had no text.)"))
        entry = receive_message(ticket, by=SYSTEM, author=mail.sender, copies=mail.copies, **said)
    known = {item.pk, item.merged_into_id}
    return Taken(entry.item, entry, is_new=entry.item_id not in known)


def _of_an_agent(ticket: Ticket, mail: Incoming) -> Entry | None:
    """What an agent answers by mail is his answer; on a closed ticket it is a note."""
    agent = actor_for(mail.sender)
    text = mail.text.strip() or _("(This mail had no text.)")
    if not ticket.item.is_closed and agent.may("tickets.answer", on=ticket.item):
        return answer_ticket(
            ticket, by=agent, text=text[:LONGEST], files=mail.files, channel=Channel.MAIL
        )
    if agent.may("tickets.note", on=ticket.item) and ticket.item.merged_into_id is None:
        return add_note(ticket, by=agent, text=text[:LONGEST], files=mail.files)
    return None


def _said(mail: Incoming) -> dict[str, Any]:
    html, folded = mail.html, mail.folded
    if len(html) > LONGEST:
        html = richtext.from_text(mail.text[: LONGEST // 2])
    return {
        "text": mail.text[:LONGEST],
        "html": html,
        "folded": folded if len(folded) <= LONGEST * 2 else "",
        "source_kind": Entry.Source.MAIL,
        "files": list(mail.files),
        **({"channel": Channel.MAIL} if mail.item is not None else {}),
    }


def _priority(value: object) -> int | None:
    return value if isinstance(value, int) and 1 <= value <= 4 else None
