"""Opening an item and changing its shared fields, each change with its fact.

These are the low-level writes that the actions of practices are made of: they do not judge
permission (the practice's action has), but they lock, they are idempotent, and they tell the fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection

from atalaya.core.journal.actions import action, append, append_at, locked
from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.work.actions.timeline import clean_subject
from atalaya.core.work.custom_fields import checked
from atalaya.core.work.events import (
    AssigneeChanged,
    FieldChanged,
    ItemBinned,
    ItemOpened,
    PriorityChanged,
    StateChanged,
    TeamChanged,
    TurnChanged,
    WakeUp,
)
from atalaya.core.work.models import (
    CustomField,
    Participant,
    PendingReason,
    PriorityCell,
    StateCategory,
    Tag,
    Turn,
    WorkItem,
)
from atalaya.core.work.priorities import DEFAULT_MATRIX, priority_of
from atalaya.kernel import clock
from atalaya.kernel.text import one_line

OPEN_STATES = {StateCategory.NEW, StateCategory.OPEN, StateCategory.WAITING}
PLAIN_FIELDS = frozenset(
    [
        "subject",
        "kind",
        "service",
        "category",
        "requester",
        "organisation",
        "language",
        "is_confidential",
        "impact",
        "urgency",
        "origin",
    ]
)


def next_number() -> int:
    """The next number of the one sequence every kind of work shares."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('work_number')")
        return int(cursor.fetchone()[0])


def matrix() -> dict[tuple[int, int], int]:
    """The organisation's priority matrix."""
    stored = PriorityCell.objects.values_list("impact", "urgency", "priority")
    return DEFAULT_MATRIX | {(impact, urgency): priority for impact, urgency, priority in stored}


@action("work.open_item")
def open_item(kind: str, *, by: Actor, subject: str, requester: Person, **fields: Any) -> WorkItem:
    """Create an item with the next number; priority by the matrix unless one is given."""
    impact, urgency = fields.get("impact", 2), fields.get("urgency", 2)
    if fields.get("priority") is None:
        fields["priority"] = priority_of(impact, urgency, matrix())
    else:
        fields.setdefault("priority_by_hand", True)
    fields.setdefault("organisation", requester.organisation)
    fields.setdefault("created_at", clock.now())
    item = WorkItem.objects.create(
        number=next_number(),
        kind=kind,
        subject=clean_subject(subject),
        requester=requester,
        updated_at=fields["created_at"],
        **fields,
    )
    append(ItemOpened(item.pk, kind, str(item.channel)), by=by, about=item)
    return item


def touch(item: WorkItem, **fields: Any) -> None:
    """Write ``fields`` of a locked item, and that it changed now."""
    item.updated_at = clock.now()
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=[*fields, "updated_at"])


@action("work.set_state")
def set_state(item: WorkItem, *, by: Actor, state: str, category: StateCategory) -> None:
    """Put a locked item into a state; the instants of resolving and closing follow."""
    if (item.state, item.category_of_state) == (state, category):
        return
    before, category_before = item.state, item.category_of_state
    now = clock.now()
    fields: dict[str, Any] = {"state": state, "category_of_state": category}
    fields["closed_at"] = now if category == StateCategory.CLOSED else None
    if category == category_before:
        fields["closed_at"] = item.closed_at
    elif category in OPEN_STATES:
        fields["resolved_at"] = None
    else:  # closing keeps when it was resolved, and so does taking back that it was closed
        fields["resolved_at"] = item.resolved_at or now
    touch(item, **fields)
    append(
        StateChanged(item.pk, before, state, str(category_before), str(category)),
        by=by,
        about=item,
    )


@action("work.set_turn")
def set_turn(
    item: WorkItem,
    *,
    by: Actor,
    turn: Turn,
    reason: PendingReason | None = None,
    wakes_at: dt.datetime | None = None,
) -> None:
    """Say whose turn it is on a locked item, why it waits, and when it asks for attention."""
    before = item.turn
    same = before == turn and item.pending_reason_id == (reason.pk if reason else None)
    waits = turn in {Turn.REQUESTER, Turn.THIRD_PARTY, Turn.SCHEDULED, Turn.APPROVER}
    since = (item.waiting_since if same and item.waiting_since else clock.now()) if waits else None
    touch(item, turn=turn, pending_reason=reason, wakes_at=wakes_at, waiting_since=since)
    if wakes_at is not None:
        append_at(wakes_at, WakeUp(item.pk), about=item)
    if not same:
        append(
            TurnChanged(item.pk, str(before), str(turn), reason.pk if reason else None),
            by=by,
            about=item,
        )


@action("work.set_team")
def set_team(item: WorkItem, *, by: Actor, team: Team | None) -> None:
    """Give a locked item to a team; an assignee who is not in it loses it."""
    before = item.team
    if (before.pk if before else None) == (team.pk if team else None):
        return
    touch(item, team=team)
    append(
        TeamChanged(
            item.pk,
            before.pk if before else None,
            team.pk if team else None,
            before.tier if before else None,
            team.tier if team else None,
        ),
        by=by,
        about=item,
    )
    assignee = item.assignee
    if assignee is not None and (
        team is None or not assignee.memberships.filter(team=team).exists()
    ):
        set_assignee(item, by=by, person=None)


@action("work.set_assignee")
def set_assignee(item: WorkItem, *, by: Actor, person: Person | None) -> None:
    """Say who works on a locked item. Whoever had it stays beside it as a collaborator."""
    before = item.assignee
    if (before.pk if before else None) == (person.pk if person else None):
        return
    touch(item, assignee=person)
    if before is not None:
        Participant.objects.get_or_create(
            item=item, person=before, defaults={"kind": Participant.Kind.COLLABORATOR}
        )
    append(
        AssigneeChanged(item.pk, before.pk if before else None, person.pk if person else None),
        by=by,
        about=item,
    )


@action("work.set_priority")
def set_priority(
    item: WorkItem,
    *,
    by: Actor,
    priority: int | None = None,
    impact: int | None = None,
    urgency: int | None = None,
) -> None:
    """Set impact and urgency (priority follows by the matrix) or the priority by hand."""
    fields: dict[str, Any] = {}
    if impact is not None:
        fields["impact"] = impact
    if urgency is not None:
        fields["urgency"] = urgency
    by_hand = priority is not None
    wanted = (
        priority
        if priority is not None
        else priority_of(impact or item.impact, urgency or item.urgency, matrix())
    )
    before = item.priority
    for name, value in list(fields.items()):
        if getattr(item, name) != value:
            append(FieldChanged(item.pk, name, getattr(item, name), value), by=by, about=item)
    touch(item, priority=wanted, priority_by_hand=by_hand, **fields)
    if before != wanted:
        append(PriorityChanged(item.pk, before, wanted, by_hand), by=by, about=item)


@action("work.set_fields")
def set_fields(item: WorkItem, *, by: Actor, **fields: Any) -> list[str]:
    """Change plain fields of a locked item; one fact each. Returns the names that changed."""
    unknown = set(fields) - PLAIN_FIELDS
    if unknown:
        raise TypeError(f"no such fields: {sorted(unknown)}")
    if "subject" in fields:
        fields["subject"] = clean_subject(fields["subject"])
    changed = {name: value for name, value in fields.items() if getattr(item, name) != value}
    if not changed:
        return []
    before = {name: _code(name, getattr(item, name)) for name in changed}
    touch(item, **changed)
    for name, value in changed.items():
        append(FieldChanged(item.pk, name, before[name], _code(name, value)), by=by, about=item)
    return list(changed)


def _code(name: str, value: Any) -> Any:
    """What a fact may keep of a value: an id, a code, nothing of a text."""
    if name == "subject":
        return None
    return getattr(value, "pk", value)


def custom_values(
    values: Mapping[str, Any], *, required_at: str = "", known_only: bool = False
) -> dict[str, Any]:
    """Values of custom fields in their stored form, judged by the declared fields.

    ``known_only`` leaves out values of fields that are switched off instead of refusing them.
    Raises WrongFieldValue, FieldRequired.
    """
    fields = list(CustomField.objects.filter(is_active=True))
    if known_only:
        keys = {field.key for field in fields}
        values = {key: value for key, value in values.items() if key in keys}
    return checked(fields, values, required_at=required_at)


@action("work.set_custom")
def set_custom(item: WorkItem, *, by: Actor, values: Mapping[str, Any]) -> list[str]:
    """Set custom fields of a locked item; an empty value clears one.

    Raises WrongFieldValue, FieldRequired.
    """
    fields = list(CustomField.objects.filter(is_active=True))
    merged = {**item.custom, **values}
    active = {field.key for field in fields}
    stored = checked(fields, {key: value for key, value in merged.items() if key in active})
    stored |= {key: value for key, value in item.custom.items() if key not in active}
    changed = [key for key in {*stored, *item.custom} if stored.get(key) != item.custom.get(key)]
    if changed:
        touch(item, custom=stored)
        for key in sorted(changed):
            append(FieldChanged(item.pk, f"custom.{key}"), by=by, about=item)
    return changed


@action("work.set_tags")
def set_tags(item: WorkItem, *, by: Actor, names: list[str]) -> None:
    """Make the tags of an item exactly these; new words become tags."""
    wanted = {}
    for name in names:
        word = one_line(name, 60)
        if word:
            tag = Tag.objects.filter(name__iexact=word).first() or Tag.objects.create(name=word)
            wanted[tag.pk] = tag
    before = set(item.tags.values_list("pk", flat=True))
    if before == set(wanted):
        return
    item.tags.set(wanted.values())
    touch(item)
    append(FieldChanged(item.pk, "tags", sorted(before), sorted(wanted)), by=by, about=item)


@action("work.bin_item")
def bin_item(item: WorkItem, *, by: Actor, place: str) -> None:
    """Move a locked item to the bin (``bin``), to spam (``spam``) or back (empty)."""
    if item.binned_as == place:
        return
    touch(item, binned_as=place, binned_at=clock.now() if place else None)
    append(ItemBinned(item.pk, place), by=by, about=item)


def lock_item(item: WorkItem) -> WorkItem:
    """The item as it is now, locked."""
    return locked(item)
