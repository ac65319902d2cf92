"""Saying something on a ticket: answers, notes, calls, messages of the requester's side."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Path
from pydantic import Field

from atalaya.core.work import actions as work
from atalaya.core.work.models import Channel, Entry
from atalaya.kernel.errors import NotAllowed
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.api.routing import (
    Number,
    channel_of,
    given_files,
    router,
    ticket_at,
)
from atalaya.practices.tickets.api.schemas import EntryOut, entries_out
from atalaya.ui.api import FileIds, Id, In, Words, found


class AnswerIn(In):
    """An answer to the requester, in Markdown."""

    text: Words = ""
    files: FileIds = []
    to_children: bool = False


class NoteIn(In):
    """A note between agents, in Markdown. `@[Name](person:7)` names somebody."""

    text: Words = ""
    files: FileIds = []


class CallIn(In):
    """A phone call. A public one in which we told the requester something counts as an answer."""

    text: Words
    minutes: Annotated[int | None, Field(ge=0, le=1440)] = None
    public: bool = False
    outgoing: bool = True


class MessageIn(In):
    """What the requester's side writes, in Markdown."""

    text: Words = ""
    files: FileIds = []


class RedactIn(In):
    """Why the content goes."""

    reason: Annotated[str, Field(max_length=60)] = ""


def _out(entry: Entry) -> EntryOut:
    return entries_out([entry])[0]


@router.post(
    "tickets/{number}/answer",
    response={201: EntryOut},
    operation_id="tickets_answer",
    summary="Answer the requester",
)
def tickets_answer(request: HttpRequest, number: Path[Number], what: AnswerIn) -> EntryOut:
    """Public: it is sent to the requester's side. With `to_children` open children get it too."""
    ticket, by = ticket_at(request, number)
    entry = actions.answer_ticket(
        ticket,
        by=by,
        text=what.text,
        files=given_files(what.files, by=by),
        channel=channel_of(by),
        to_children=what.to_children,
    )
    return _out(entry)


@router.post(
    "tickets/{number}/note",
    response={201: EntryOut},
    operation_id="tickets_note",
    summary="Write an internal note",
)
def tickets_note(request: HttpRequest, number: Path[Number], what: NoteIn) -> EntryOut:
    """Never shown to the requester."""
    ticket, by = ticket_at(request, number)
    files = given_files(what.files, by=by)
    return _out(actions.add_note(ticket, by=by, text=what.text, files=files))


@router.post(
    "tickets/{number}/call",
    response={201: EntryOut},
    operation_id="tickets_call",
    summary="Record a call",
)
def tickets_call(request: HttpRequest, number: Path[Number], what: CallIn) -> EntryOut:
    """What was said on the phone."""
    ticket, by = ticket_at(request, number)
    return _out(actions.log_call(ticket, by=by, **what.model_dump()))


@router.post(
    "tickets/{number}/message",
    response={201: EntryOut},
    operation_id="tickets_message",
    summary="Write as the requester",
)
def tickets_message(request: HttpRequest, number: Path[Number], what: MessageIn) -> EntryOut:
    """For requesters and people in copy; wakes up or reopens the ticket, or opens a follow-up."""
    ticket, by = ticket_at(request, number)
    if by.person is None:
        raise NotAllowed(permission="tickets.answer")
    entry = actions.receive_message(
        ticket,
        by=by,
        author=by.person,
        text=what.text,
        channel=channel_of(by, person=Channel.PORTAL),
        files=given_files(what.files, by=by),
    )
    return _out(entry)


@router.post(
    "tickets/{number}/entries/{entry_id}/redact",
    response=EntryOut,
    operation_id="tickets_redact",
    summary="Remove the content of an entry",
)
def tickets_redact(
    request: HttpRequest, number: Path[Number], entry_id: Path[Id], what: RedactIn
) -> EntryOut:
    """For good; that it was there stays known."""
    ticket, by = ticket_at(request, number)
    entry = found(Entry.objects.visible_to(by).filter(item=ticket.item), pk=entry_id)
    return _out(work.redact_entry(entry, by=by, reason=what.reason))
