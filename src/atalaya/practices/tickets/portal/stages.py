"""Where a ticket stands, who has it, what comes next and by when: in a requester's words.

Only what is really so is said: times come from the timers that stand and from promises.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from atalaya.core.work.models import Turn, WorkItem
from atalaya.kernel import clock
from atalaya.practices.tickets.queries import Outlook, plain_state
from atalaya.ui import formats

LOOKS = {
    "received": ("blue", "inbox"),
    "in_work": ("accent", "tool"),
    "your_turn": ("yellow", "message-circle"),
    "waiting": ("grey", "clock-pause"),
    "solved": ("green", "circle-check"),
    "closed": ("grey", "lock"),
}


@dataclass(frozen=True)
class Step:
    """One of the three steps everybody knows; ``when`` is ``past``, ``now`` or ``next``."""

    text: str
    when: str


@dataclass(frozen=True)
class Stage:
    """The state of a ticket as a person reads it."""

    code: str
    word: str
    sentence: str
    who: str
    next: str
    by_when: list[str]
    tone: str
    icon: str
    steps: list[Step]


def stage_of(item: WorkItem, outlook: Outlook) -> Stage:
    """Everything the page says about where the ticket stands, in the active language."""
    code = plain_state(item)
    tone, icon = LOOKS[code]
    return Stage(
        code=code,
        word=_words()[code],
        sentence=_sentence(code, item),
        who=_who(item),
        next=_next(code, item, outlook),
        by_when=_by_when(item, outlook),
        tone=tone,
        icon=icon,
        steps=_steps(code),
    )


def _words() -> dict[str, str]:
    return {
        "received": _("Received"),
        "in_work": _("In progress"),
        "your_turn": _("Waiting for you"),
        "waiting": _("On hold"),
        "solved": _("Solved"),
        "closed": _("Closed"),
    }


def _sentence(code: str, item: WorkItem) -> str:
    if code == "waiting" and item.turn == Turn.THIRD_PARTY and item.pending_reason is not None:
        return _("It depends on somebody else: %(reason)s.") % {
            "reason": _lower(str(item.pending_reason))
        }
    return {
        "received": _("We have your ticket. Nobody has begun to work on it yet."),
        "in_work": _("We are working on it."),
        "your_turn": _("We need something from you to go on."),
        "waiting": _("It rests for now; it is not forgotten."),
        "solved": _("We believe this is solved."),
        "closed": _("Nothing more happens on this ticket."),
    }[code]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _who(item: WorkItem) -> str:
    team, person = item.team, item.assignee
    if person is not None and team is not None:
        return _("%(person)s, of %(team)s") % {"person": person.name, "team": team.name}
    if person is not None:
        return person.name
    if team is not None:
        return _("The team %(team)s") % {"team": team.name}
    return _("Nobody yet; it waits to be given to a team")


def _next(code: str, item: WorkItem, outlook: Outlook) -> str:
    if code == "solved":
        return _("If it works, you need do nothing. If it does not, tell us below.")
    if code == "closed":
        return _("If you need it again, write below.")
    if code == "your_turn":
        return _("Answer below. As soon as you do, it is our turn again.")
    if code == "waiting" and outlook.wakes_at is not None:
        return _("We take it up again at the time we set. You may write meanwhile.")
    if code == "waiting":
        return _("We go on as soon as we can. You may write meanwhile.")
    if item.assignee is not None:
        return _("%(person)s answers you here.") % {"person": item.assignee.name}
    if item.team is not None:
        return _("Somebody of the team takes it and answers you here.")
    return _("Somebody decides which team takes it.")


def _by_when(item: WorkItem, outlook: Outlook) -> list[str]:
    said = []
    if outlook.promised_at is not None:
        said.append(_("We get back to you by %(when)s.") % {"when": _moment(outlook.promised_at)})
    if outlook.wakes_at is not None:
        said.append(_("We take it up again on %(when)s.") % {"when": _moment(outlook.wakes_at)})
    if outlook.closes_at is not None and item.is_open:
        said.append(
            _("Without an answer it closes on %(day)s.") % {"day": formats.day(outlook.closes_at)}
        )
    elif outlook.closes_at is not None:
        said.append(_("It closes by itself on %(day)s.") % {"day": formats.day(outlook.closes_at)})
    if outlook.reopens_until is not None and not item.is_open:
        said.append(_reopening(outlook.reopens_until))
    return said


def _reopening(until: dt.datetime) -> str:
    if until < clock.now():
        return _("It can no longer be reopened; what you write opens a new ticket that follows it.")
    return _("You can reopen it until %(day)s.") % {"day": formats.day(until)}


def _moment(value: dt.datetime) -> str:
    return formats.weekday_moment(value)


def _steps(code: str) -> list[Step]:
    """Received, in progress (or what holds it), solved (or closed)."""
    words = _words()
    middle = code if code in {"your_turn", "waiting"} else "in_work"
    last = code if code == "closed" else "solved"
    at = {"received": 0, "solved": 2, "closed": 2}.get(code, 1)
    order = ["past", "now", "next"]
    return [
        Step(words[key], order[(place > at) + (place >= at)])
        for place, key in enumerate(("received", middle, last))
    ]
