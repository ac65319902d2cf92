"""What an organisation decides about tickets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Team
from atalaya.core.preferences.ports import option, preferences
from atalaya.kernel.errors import Words


def teams_to_choose() -> list[tuple[int, Words]]:
    """No team, then every one that takes work."""
    teams = Team.objects.active().order_by("tier", "name").values_list("pk", "name")
    return [(0, _("None")), *teams]


@preferences("tickets", _("Tickets"))
class TicketPreferences:
    """How tickets close, reopen and are shared out."""

    close_after_days: int = option(
        5,
        _("Days until a resolved ticket closes"),
        sentence=_("Without objection from the requester. 0 closes at once."),
        minimum=0,
        maximum=365,
    )
    reopen_days: int = option(
        14,
        _("Days in which an answer reopens a ticket"),
        sentence=_("Counted from the solution. Later answers open a follow-up ticket."),
        minimum=0,
        maximum=365,
    )
    assign_on_answer: bool = option(
        True,
        _("Answering takes the ticket"),
        sentence=_("Whoever answers an unassigned ticket of his team becomes its assignee."),
    )
    default_team_id: int = option(
        0,
        _("Team for tickets nobody else takes"),
        sentence=_("Without one, tickets that no category or service sends on wait for triage."),
        choices=teams_to_choose,
    )
    participants_limit: int = option(50, _("People in copy, at most"), minimum=1, maximum=1000)
    close_asks_solution: bool = option(
        True,
        _("Resolving asks for the solution"),
        sentence=_("The solution is sent to the requester as the last answer."),
    )
    portal_reports_an_hour: int = option(
        20,
        _("Tickets one person may open in the portal in an hour"),
        minimum=1,
        maximum=1000,
    )
    portal_messages_an_hour: int = option(
        60,
        _("Messages one person or guest may send in the portal in an hour"),
        minimum=1,
        maximum=1000,
    )
