"""What happens to work items. Ids and codes only; words are made when they are shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class ItemOpened(Fact, name="work.item_opened"):
    """A work item exists."""

    sentence = _("opened it")

    item_id: int
    kind: str
    channel: str


@dataclass(frozen=True)
class StateChanged(Fact, name="work.state_changed"):
    """The state changed; categories say what it means to clocks and measures."""

    sentence = _("changed the state from %(before)s to %(after)s")

    item_id: int
    before: str
    after: str
    category_before: str
    category_after: str


@dataclass(frozen=True)
class TurnChanged(Fact, name="work.turn_changed"):
    """The next step is somebody else's, or the reason for waiting changed."""

    sentence = _("the next step passed from %(before)s to %(after)s")

    item_id: int
    before: str
    after: str
    pending_reason_id: int | None = None


@dataclass(frozen=True)
class TeamChanged(Fact, name="work.team_changed"):
    """Another team owns it."""

    sentence = _("moved it from %(before_team_id)s to %(after_team_id)s")

    item_id: int
    before_team_id: int | None
    after_team_id: int | None
    tier_before: int | None = None
    tier_after: int | None = None


@dataclass(frozen=True)
class AssigneeChanged(Fact, name="work.assignee_changed"):
    """Somebody else works on it."""

    sentence = _("reassigned it from %(before_person_id)s to %(after_person_id)s")

    item_id: int
    before_person_id: int | None
    after_person_id: int | None


@dataclass(frozen=True)
class PriorityChanged(Fact, name="work.priority_changed"):
    """The priority changed, by the matrix or by hand."""

    sentence = _("changed the priority from P%(before)s to P%(after)s")

    item_id: int
    before: int
    after: int
    by_hand: bool = False


@dataclass(frozen=True)
class FieldChanged(Fact, name="work.field_changed"):
    """Another field changed; ``before`` and ``after`` are codes or ids, never texts."""

    sentence = _("changed %(field)s")

    item_id: int
    field: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class EntryAdded(Fact, name="work.entry_added"):
    """Something was said: message, answer, note or call."""

    sentence = _("wrote")

    item_id: int
    entry_id: int
    kind: str
    public: bool
    channel: str = ""
    first_answer: bool = False


@dataclass(frozen=True)
class EntryRedacted(Fact, name="work.entry_redacted"):
    """The content of an entry was removed for good."""

    sentence = _("removed the content of an entry")

    item_id: int
    entry_id: int
    reason: str = ""


@dataclass(frozen=True)
class ParticipantChanged(Fact, name="work.participant_changed"):
    """Somebody takes part, in another way, or no more."""

    sentence = _("changed how %(person_id)s takes part")

    item_id: int
    person_id: int
    kind: str
    joined: bool = True


@dataclass(frozen=True)
class LinkChanged(Fact, name="work.link_changed"):
    """Two items were linked or unlinked."""

    sentence = _("changed a link with %(other_item_id)s")

    item_id: int
    other_item_id: int
    kind: str
    linked: bool = True


@dataclass(frozen=True)
class TaskChanged(Fact, name="work.task_changed"):
    """A task was added, changed, done, undone or removed (``change`` says which)."""

    sentence = _("changed a task")

    item_id: int
    task_id: int
    change: str


@dataclass(frozen=True)
class PromiseMade(Fact, name="work.promise_made"):
    """Somebody promised to get back at a time."""

    sentence = _("promised to get back by %(due_at)s")

    item_id: int
    promise_id: int
    due_at: dt.datetime


@dataclass(frozen=True)
class PromiseDue(Fact, name="work.promise_due"):
    """The time of a promise has come (timer)."""

    sentence = _("a promise came due")

    item_id: int
    promise_id: int


@dataclass(frozen=True)
class PromiseKept(Fact, name="work.promise_kept"):
    """A promise was kept; ``late`` tells whether it was past its time."""

    sentence = _("kept a promise")

    item_id: int
    promise_id: int
    late: bool = False


@dataclass(frozen=True)
class Mentioned(Fact, name="work.mentioned"):
    """Somebody was named in an entry."""

    sentence = _("mentioned %(person_id)s")

    item_id: int
    entry_id: int
    person_id: int


@dataclass(frozen=True)
class ItemBinned(Fact, name="work.item_binned"):
    """Moved to the bin or to spam (``place``), or restored (empty)."""

    sentence = _("moved it (%(place)s)")

    item_id: int
    place: str


@dataclass(frozen=True)
class WakeUp(Fact, name="work.wake_up"):
    """A waiting or snoozed item asks for attention (timer)."""

    sentence = _("woke up")

    item_id: int
    step: int = 0


@dataclass(frozen=True)
class ListChanged(Fact, name="work.list_changed"):
    """A row of an administrator's list (category, tag, reason, field …) was added or changed."""

    sentence = _("changed the list of %(what)s")

    what: str
    row_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChoicesRead(Fact, name="work.choices_read"):
    """The choices of a field were read from another system, or could not be."""

    sentence = _("read the choices of a field: %(count)s")

    field_id: int
    count: int
    failed: bool = False
