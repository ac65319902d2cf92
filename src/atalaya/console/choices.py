"""What each filter of the queue offers, and how what was chosen is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from atalaya.core.people.models import Actor, Organisation, Person, Team
from atalaya.core.services.models import Service
from atalaya.core.work.models import Channel, StateCategory, Turn
from atalaya.core.work.queries import categories_in_use
from atalaya.pages.filters import ME, NOBODY, Filters
from atalaya.practices.tickets.models import Ticket

Choices = list[tuple[str, str]]


def filter_choices(viewer: Actor) -> dict[str, tuple[str, Choices]]:
    """By filter name: its label and its values. Those of a few rows only; people are searched."""
    return {
        "state": (_("State"), _words(StateCategory.choices)),
        "priority": (_("Priority"), [(str(n), f"P{n}") for n in range(1, 5)]),
        "team": (_("Team"), [(NOBODY, _("No team")), *_teams(viewer)]),
        "assignee": (_("Assignee"), [(ME, _("Me")), (NOBODY, _("Nobody")), *_agents(viewer)]),
        "turn": (_("Next step"), _words(Turn.choices)),
        "kind": (_("Kind"), _words(Ticket.Kind.choices)),
        "category": (_("Category"), [(str(c.pk), str(c)) for c in categories_in_use()]),
        "service": (_("Service"), _services(viewer)),
        "channel": (_("Channel"), _words(Channel.choices)),
    }


def chosen_labels(filters: Filters, viewer: Actor) -> list[tuple[str, str, str, str]]:
    """Name, value, label and words of everything that is chosen."""
    labels = {"requester": _("Requester"), "organisation": _("Organisation"), "tag": _("Tag")}
    offered = filter_choices(viewer) if filters.chosen else {}
    found = [("q", "", _("Words"), filters.words)] if filters.words else []
    for name, values in filters.chosen.items():
        label, choices = offered.get(name, (labels.get(name, name), []))
        known = dict(choices)
        found += [(name, v, label, known.get(v) or _name(name, v, viewer)) for v in values]
    return found


def _name(name: str, value: str, viewer: Actor) -> str:
    """What a row of a large table is called, if the viewer may see it."""
    tables: Mapping[str, Any] = {
        "requester": Person,
        "assignee": Person,
        "organisation": Organisation,
    }
    if name not in tables or value == NOBODY:
        return _("None") if value == NOBODY else value
    row = tables[name].objects.visible_to(viewer).filter(pk=int(value)).first()
    return str(row) if row else f"#{value}"


def _words(choices: list[tuple[str, Any]]) -> Choices:
    return [(str(value), str(label)) for value, label in choices]


def _teams(viewer: Actor) -> Choices:
    teams = Team.objects.visible_to(viewer).active().order_by("tier", "name")
    return [(str(pk), name) for pk, name in teams.values_list("pk", "name")]


def _agents(viewer: Actor) -> Choices:
    people = Person.objects.visible_to(viewer).present().agents().order_by("name")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")[:200]]


def _services(viewer: Actor) -> Choices:
    return [(str(s.pk), str(s)) for s in Service.objects.visible_to(viewer).active()[:200]]
