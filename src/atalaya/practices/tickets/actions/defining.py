"""The states tickets go through, as an administrator wants them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.actions import action, append
from atalaya.core.people.models import Actor
from atalaya.core.work.errors import KeyTaken
from atalaya.core.work.events import ListChanged
from atalaya.kernel.errors import InvalidInput
from atalaya.practices.tickets.errors import LastStateOfItsKind
from atalaya.practices.tickets.models import State

FIELDS = frozenset({"key", "names", "category", "kinds", "next_states", "position", "is_active"})


@action("tickets.save_state")
def save_state(state: State | None = None, *, by: Actor, **fields: Any) -> State:
    """Add or change a state. The category of one that exists stays: facts were told by it.

    Raises NotAllowed, InvalidInput without a name, KeyTaken, LastStateOfItsKind.
    """
    by.must("work.lists")
    if set(fields) - FIELDS:
        raise TypeError(f"no such fields: {sorted(set(fields) - FIELDS)}")
    if (state is None or "names" in fields) and not any(fields.get("names", {}).values()):
        raise InvalidInput(_("A name is needed."), at="names")
    if state is None and State.objects.filter(key=fields["key"]).exists():
        raise KeyTaken(key=fields["key"])
    if state is not None:
        fields.pop("category", None)
        fields.pop("key", None)
        if state.is_active and fields.get("is_active") is False:
            _refuse_the_last(state)
    row = State() if state is None else state
    changed = [n for n, v in fields.items() if state is None or getattr(row, n) != v]
    for name in changed:
        setattr(row, name, fields[name])
    if changed:
        row.save()
        append(ListChanged("state", row.pk, tuple(sorted(changed))), by=by)
    return row


def _refuse_the_last(state: State) -> None:
    """Every category keeps one state that is in use, or actions would have nowhere to go."""
    others = State.objects.filter(category=state.category, is_active=True).exclude(pk=state.pk)
    if not others.exists():
        raise LastStateOfItsKind
