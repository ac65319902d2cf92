"""Saying something on an item, and taking part in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from atalaya.core.files.actions import attach, remove_attachments
from atalaya.core.files.models import File
from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import Actor, Person
from atalaya.core.work.errors import NothingSaid, SubjectMissing, TooLong
from atalaya.core.work.events import (
    EntryAdded,
    EntryRedacted,
    Mentioned,
    ParticipantChanged,
)
from atalaya.core.work.models import Channel, Entry, Mention, Participant, WorkItem
from atalaya.kernel import clock, richtext
from atalaya.kernel.text import clean, one_line

LIMIT = 500_000  # characters of one entry
ENTRY = "work.entry"  # what attachments call their owner
_MENTION = re.compile(r"@\[[^\]]{1,200}\]\(person:(\d{1,18})\)")


def clean_subject(subject: str) -> str:
    """A subject on one line. Raises SubjectMissing when nothing is left."""
    line = one_line(subject, 255)
    if not line:
        raise SubjectMissing
    return line


@action("work.add_entry")
def add_entry(
    item: WorkItem,
    *,
    by: Actor,
    kind: Entry.Kind,
    text: str = "",
    html: str | None = None,
    folded: str = "",
    public: bool = False,
    author: Person | None = None,
    channel: Channel = Channel.CONSOLE,
    source_kind: Entry.Source = Entry.Source.MARKDOWN,
    files: Iterable[File] = (),
    minutes: int | None = None,
) -> Entry:
    """Add an entry to the timeline of a locked item.

    ``text`` is Markdown unless ``html`` is given (sanitised here in any case). Public or internal
    is decided now. Raises NothingSaid without text and files, TooLong.
    """
    files = list(files)
    source = clean(html if html is not None else text)
    if len(source) > LIMIT or len(folded) > LIMIT * 2:
        raise TooLong(limit=LIMIT)
    if html is not None:
        body = richtext.sanitise(source)
        plain = clean(text) or richtext.to_text(body)
    else:
        body = richtext.from_markdown(_named_mentions(source))
        plain = richtext.to_text(body)
    if not plain.strip() and not files and "<img" not in body:
        raise NothingSaid
    entry = Entry.objects.create(
        item=item,
        kind=kind,
        is_public=public,
        author=author if author is not None else by.person,
        author_kind=by.kind,
        channel=channel,
        html=body,
        folded=richtext.sanitise(folded) if folded else "",
        text=plain,
        source=source if html is None else "",
        source_kind=source_kind if html is None else _html_kind(source_kind),
        minutes=minutes,
        created_at=clock.now(),
    )
    for file in files:
        attach(file, owner_kind=ENTRY, owner_id=entry.pk, by=by)
    first = _note_on_item(item, entry)
    append(EntryAdded(item.pk, entry.pk, str(kind), public, str(channel), first), by=by, about=item)
    if html is None and not public:
        _mention(item, entry, source, by=by)
    return entry


def _html_kind(kind: Entry.Source) -> Entry.Source:
    return kind if kind == Entry.Source.MAIL else Entry.Source.HTML


def _named_mentions(source: str) -> str:
    """Mentions are written ``@[Name](person:7)``; what is shown is the name in bold."""
    return re.sub(r"@\[([^\]]{1,200})\]\(person:\d{1,18}\)", r"**@\1**", source)


def _note_on_item(item: WorkItem, entry: Entry) -> bool:
    """Keep the item's instants and preview. Whether this is the first answer."""
    fields: dict[str, Any] = {"updated_at": entry.created_at}
    first = False
    if entry.is_public:
        fields["preview"] = one_line(entry.text, 200)
        if entry.kind == Entry.Kind.MESSAGE:
            fields["last_message_at"] = entry.created_at
        elif entry.kind in {Entry.Kind.ANSWER, Entry.Kind.CALL} and entry.author_kind != "system":
            fields["last_answer_at"] = entry.created_at
            first = item.answered_at is None
            if first:
                fields["answered_at"] = entry.created_at
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=list(fields))
    return first


def _mention(item: WorkItem, entry: Entry, source: str, *, by: Actor) -> None:
    ids = {int(found) for found in _MENTION.findall(source)}
    for person in Person.objects.present().agents().filter(pk__in=ids):
        Mention.objects.create(entry=entry, person=person)
        take_part(item, person, by=by, kind=Participant.Kind.WATCHER)
        append(Mentioned(item.pk, entry.pk, person.pk), by=by, about=item)


@action("work.take_part")
def take_part(
    item: WorkItem, person: Person, *, by: Actor, kind: Participant.Kind = Participant.Kind.COPY
) -> None:
    """Have a person take part. Requester and reporter do already; a watcher may become more."""
    if kind == Participant.Kind.COPY and person.pk in {item.requester_id, item.reported_by_id}:
        return
    found, made = Participant.objects.get_or_create(
        item=item, person=person, defaults={"kind": kind}
    )
    if not made:
        if kind in {found.kind, Participant.Kind.WATCHER}:
            return
        found.kind = kind
        found.save(update_fields=["kind"])
    append(ParticipantChanged(item.pk, person.pk, str(kind)), by=by, about=item)


@action("work.stop_taking_part")
def stop_taking_part(item: WorkItem, person: Person, *, by: Actor) -> None:
    """Take a person off an item."""
    found = Participant.objects.filter(item=item, person=person).first()
    if found is None:
        return
    kind = found.kind
    found.delete()
    append(ParticipantChanged(item.pk, person.pk, kind, joined=False), by=by, about=item)


@action("work.redact_entry")
def redact_entry(entry: Entry, *, by: Actor, reason: str = "") -> Entry:
    """Remove the content of an entry and its files for good; that it was there stays known.

    The line the queue shows of the item is made anew when it came from this entry.
    Raises NotAllowed.
    """
    entry = locked(entry)
    if entry.author_id is None or entry.author_id != by.person_id:
        by.must("work.redact", on=entry.item)
    if entry.redacted_at is not None:
        return entry
    shown = one_line(entry.text, 200)
    entry.html = entry.folded = entry.text = entry.source = ""
    entry.redacted_at = clock.now()
    entry.save(update_fields=["html", "folded", "text", "source", "redacted_at"])
    remove_attachments(owner_kind=ENTRY, owner_id=entry.pk, by=by)
    item = entry.item
    if shown and item.preview == shown:
        last = item.entries.filter(is_public=True, redacted_at=None).order_by("-created_at").first()
        item.preview = one_line(last.text, 200) if last else ""
        item.save(update_fields=["preview"])
    append(EntryRedacted(item.pk, entry.pk, reason[:60]), by=by, about=item)
    return entry
