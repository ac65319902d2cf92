"""Which state an action puts a ticket into, and which changes are allowed."""

from __future__ import annotations

from collections.abc import Iterable

from atalaya.core.work.models import StateCategory
from atalaya.practices.tickets.errors import TransitionNotAllowed
from atalaya.practices.tickets.models import State


def state_for(category: StateCategory, kind: str, *, states: Iterable[State]) -> State | None:
    """The first active state of a category for a kind of ticket, by position."""
    for state in states:
        if state.is_active and state.category == category and kind in (state.kinds or [kind]):
            return state
    return None


def check_transition(before: str, after: State, *, states: Iterable[State]) -> None:
    """Raise TransitionNotAllowed when the state ``before`` does not lead to ``after``."""
    known = {state.key: state for state in states}
    origin = known.get(before)
    if origin is None or origin.key == after.key or not origin.next_states:
        return
    if after.key not in origin.next_states:
        raise TransitionNotAllowed(before=str(origin), after=str(after))
