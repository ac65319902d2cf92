"""What happens to tickets, beyond what happens to any work item."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class TicketOpened(Fact, name="tickets.opened"):
    """A ticket exists, with its first message."""

    sentence = _("opened the ticket")

    item_id: int
    kind: str
    channel: str
    entry_id: int | None = None


@dataclass(frozen=True)
class TicketAnswered(Fact, name="tickets.answered"):
    """An agent answered in public; the requester's side is to be told."""

    sentence = _("answered")

    item_id: int
    entry_id: int
    first: bool = False


@dataclass(frozen=True)
class MessageReceived(Fact, name="tickets.message_received"):
    """The requester's side wrote; whoever works on it is to be told."""

    sentence = _("wrote to the desk")

    item_id: int
    entry_id: int


@dataclass(frozen=True)
class TicketEscalated(Fact, name="tickets.escalated"):
    """Handed to another team with a note; ``down`` when it went back to a lower tier."""

    sentence = _("handed it from %(before_team_id)s to %(after_team_id)s")

    item_id: int
    before_team_id: int | None
    after_team_id: int
    down: bool = False


@dataclass(frozen=True)
class TicketResolved(Fact, name="tickets.resolved"):
    """The solution was given."""

    sentence = _("resolved the ticket")

    item_id: int
    entry_id: int | None = None


@dataclass(frozen=True)
class TicketClosed(Fact, name="tickets.closed"):
    """Closed; ``reason`` is ``time``, ``requester``, ``agent``, ``no_answer`` or ``merged``."""

    sentence = _("closed the ticket")

    item_id: int
    reason: str = "agent"


@dataclass(frozen=True)
class TicketReopened(Fact, name="tickets.reopened"):
    """Work on it begins again."""

    sentence = _("reopened the ticket")

    item_id: int
    times: int = 1


@dataclass(frozen=True)
class FollowUpOpened(Fact, name="tickets.follow_up_opened"):
    """A late answer to a closed ticket opened another one."""

    sentence = _("opened %(after_item_id)s as a follow-up")

    item_id: int
    after_item_id: int


@dataclass(frozen=True)
class TicketMerged(Fact, name="tickets.merged"):
    """Merged into another ticket."""

    sentence = _("merged it into %(into_item_id)s")

    item_id: int
    into_item_id: int


@dataclass(frozen=True)
class TicketUnmerged(Fact, name="tickets.unmerged"):
    """A merge was undone."""

    sentence = _("took it out of %(from_item_id)s again")

    item_id: int
    from_item_id: int


@dataclass(frozen=True)
class TicketSplit(Fact, name="tickets.split"):
    """An entry became a ticket of its own."""

    sentence = _("split off %(new_item_id)s")

    item_id: int
    new_item_id: int


@dataclass(frozen=True)
class FollowUpDue(Fact, name="tickets.follow_up_due"):
    """Time to remind who is waited for (timer), if it still waits since the same instant."""

    sentence = _("a reminder came due")

    item_id: int
    since: dt.datetime
    step: int = 1


@dataclass(frozen=True)
class Reminded(Fact, name="tickets.reminded"):
    """Who is waited for was reminded."""

    sentence = _("sent reminder %(step)s")

    item_id: int
    step: int = 1


@dataclass(frozen=True)
class NoAnswerDue(Fact, name="tickets.no_answer_due"):
    """Time to close a ticket nobody answered (timer)."""

    sentence = _("waited long enough for an answer")

    item_id: int
    since: dt.datetime


@dataclass(frozen=True)
class ClosingDue(Fact, name="tickets.closing_due"):
    """Time to close a resolved ticket (timer), if it is still resolved since then."""

    sentence = _("nobody objected to the solution")

    item_id: int
    resolved_at: dt.datetime
