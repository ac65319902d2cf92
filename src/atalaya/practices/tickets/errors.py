"""What can be wrong when a ticket is worked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from atalaya.kernel.errors import AtalayaError, TooMany


class TicketIsClosed(AtalayaError):
    code = "ticket_is_closed"
    status = 409
    message = _("Ticket %(number)s is closed. Reopen it first, or open a new one.")


class TicketIsMerged(AtalayaError):
    code = "ticket_is_merged"
    status = 409
    message = _("This ticket was merged into %(into)s. Continue there.")


class ReopenWindowOver(AtalayaError):
    code = "reopen_window_over"
    status = 409
    message = _("It was closed too long ago to reopen. Open a follow-up instead.")


class ChildrenOpen(AtalayaError):
    code = "children_open"
    status = 409
    message = _("There are open child tickets: %(references)s.")


class TasksOpen(AtalayaError):
    code = "tasks_open"
    status = 409
    message = ngettext_lazy(
        "%(count)d step is not done yet.", "%(count)d steps are not done yet.", "count"
    )


class NotInTeam(AtalayaError):
    code = "not_in_team"
    status = 422
    field = "assignee"
    message = _("%(person)s is not in the team %(team)s.")


class TransitionNotAllowed(AtalayaError):
    code = "transition_not_allowed"
    status = 409
    field = "state"
    message = _("A ticket does not go from “%(before)s” to “%(after)s”.")


class CannotMergeTickets(AtalayaError):
    code = "cannot_merge_tickets"
    status = 409
    message = _("These tickets cannot be merged: %(reason)s")


class NotMerged(AtalayaError):
    code = "not_merged"
    status = 409
    message = _("This ticket is not merged into another.")


class HandOverNoteMissing(AtalayaError):
    code = "hand_over_note_missing"
    status = 422
    field = "note"
    message = _("Say in a note what was done and what is needed.")


class TeamIsOff(AtalayaError):
    code = "team_is_off"
    status = 422
    field = "team"
    message = _("The team %(team)s no longer takes work.")


class TooManyPeople(AtalayaError):
    code = "too_many_people"
    status = 422
    field = "participants"
    message = _("Too many people in copy: at most %(limit)d.")


class WroteTooOften(TooMany):
    code = "wrote_too_often"
    message = _("That was a lot in a short time. Wait a while; what you wrote is still here.")


class LastStateOfItsKind(AtalayaError):
    code = "last_state_of_its_kind"
    status = 409
    field = "is_active"
    message = _("This is the only state of its category that is in use; add another one first.")
