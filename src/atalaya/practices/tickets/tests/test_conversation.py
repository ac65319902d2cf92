"""A conversation weaves what was said and what was done by time."""

from __future__ import annotations

from typing import Any

from atalaya.core.people.models import Person
from atalaya.core.work.models import PendingReason
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.conversation import SHOWN, Done, Said, conversation_of
from atalaya.practices.tickets.models import Ticket


def looks(ticket: Ticket, viewer: Any) -> list[str]:
    parts = conversation_of(ticket.item, viewer=viewer).parts
    return [part.look if isinstance(part, Said) else f"+{len(part.events)}" for part in parts]


def test_entries_have_the_look_of_their_kind(
    ticket: Ticket, omar: Person, rita: Person, acting: Any, clock: Any
) -> None:
    by = acting(omar)
    actions.add_note(ticket, by=by, text="Dentro.")
    actions.log_call(ticket, by=by, text="Llamada.", minutes=3)
    said = [look for look in looks(ticket, by) if not look.startswith("+")]
    assert said == ["requester", "note", "call"]


def test_the_requester_sees_what_is_public(
    ticket: Ticket, omar: Person, rita: Person, acting: Any
) -> None:
    actions.add_note(ticket, by=acting(omar), text="Dentro.")
    said = [look for look in looks(ticket, acting(rita)) if not look.startswith("+")]
    assert said == ["requester"]


def test_what_was_done_stands_between_in_one_fold(
    ticket: Ticket, omar: Person, acting: Any, for_requester: PendingReason
) -> None:
    by = acting(omar)
    actions.answer_and_wait(ticket, by=by, text="¿Puede probar?", reason=for_requester)
    parts = conversation_of(ticket.item, viewer=by).parts
    assert isinstance(parts[-1], Done)
    words = " ".join(event.text for event in parts[-1].events)
    assert "Waiting" in words
    assert "work.entry_added" not in words


def test_a_long_conversation_hides_its_beginning_until_asked(
    ticket: Ticket, omar: Person, acting: Any
) -> None:
    by = acting(omar)
    for number in range(SHOWN + 3):
        actions.add_note(ticket, by=by, text=f"Nota {number}")
    short = conversation_of(ticket.item, viewer=by)
    assert short.hidden == 4  # those over the limit, and the message it was opened with
    whole = conversation_of(ticket.item, viewer=by, whole=True)
    assert whole.hidden == 0
    assert sum(isinstance(part, Said) for part in whole.parts) == SHOWN + 4
