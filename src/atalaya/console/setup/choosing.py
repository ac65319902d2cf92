"""What the first steps do with what was chosen: actions, one after the other."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from atalaya.console.setup.forms import MailForm, PracticesForm, TeamForm
from atalaya.core.calendars.actions import save_calendar
from atalaya.core.calendars.models import Calendar
from atalaya.core.calendars.queries import default_calendar
from atalaya.core.jobs.queries import is_declared
from atalaya.core.people.actions import join_team, save_organisation, save_team
from atalaya.core.people.models import SYSTEM, Actor, Organisation, Person, Team
from atalaya.core.preferences.actions import decide, switch_practice
from atalaya.core.preferences.queries import practices_there_are
from atalaya.core.work.models import WorkItem
from atalaya.engines.channels.actions import remove_smtp_server, save_mailbox, save_smtp_server
from atalaya.engines.channels.delivering import try_out
from atalaya.engines.channels.fetching import connected
from atalaya.engines.channels.models import Mailbox, SmtpServer

# What makes a help desk; a service desk is everything there is.
HELP_DESK = {"tickets", "knowledge", "sla", "routing", "catalog", "surveys"}


def first_organisation() -> Organisation | None:
    """The organisation that runs the desk, once it is known."""
    return Organisation.objects.visible_to(SYSTEM).order_by("pk").first()


def first_team(viewer: Actor) -> Team | None:
    """The team that is there from the start."""
    return Team.objects.visible_to(viewer).active().order_by("pk").first()


def first_mailbox(viewer: Actor) -> Mailbox | None:
    """The mailbox that is there from the start."""
    return Mailbox.objects.visible_to(viewer).order_by("pk").first()


@transaction.atomic
def save_organisation_and_desk(
    known: Organisation | None, chosen: dict[str, Any], *, by: Actor
) -> None:
    """The organisation with its domains, the desk's name, language and zone, also of its hours."""
    save_organisation(known, by=by, name=chosen["name"], domains=chosen["domains"])
    decide("desk", by=by, name=chosen["desk"], language=chosen["language"], zone=chosen["zone"])
    save_calendar(default_calendar(), by=by, zone=chosen["zone"])


def try_servers(form: MailForm) -> None:
    """Connect and sign in to both mail servers, changing nothing. Raises ServerAway, ServerRefused.

    The rows are never stored: what was typed is tried before it is kept.
    """
    cleaned = form.cleaned_data
    incoming = Mailbox(
        address=cleaned["address"],
        source=Mailbox.Source.IMAP,
        hidden_password=_hidden(cleaned["imap_password"]),
        **form.server("imap"),
    )
    with connected(incoming):
        pass
    outgoing = SmtpServer(hidden_password=_hidden(cleaned["smtp_password"]), **form.server("smtp"))
    try_out(outgoing)


def _hidden(password: str) -> str:
    return str(settings.SECRETS.encrypt(password)) if password else ""


@transaction.atomic
def save_mail(box: Mailbox | None, form: MailForm, *, by: Actor) -> None:
    """Keep the address of the desk and how its mail comes and goes."""
    cleaned = form.cleaned_data
    if cleaned["how"] == MailForm.BUILT_IN:
        source = Mailbox.Source.LISTENER
        save_mailbox(box, by=by, address=cleaned["address"], source=source)
        remove_smtp_server(by=by)
        return
    save_mailbox(
        box,
        by=by,
        address=cleaned["address"],
        source=Mailbox.Source.IMAP,
        password=cleaned["imap_password"],
        **form.server("imap"),
    )
    save_smtp_server(by=by, password=cleaned["smtp_password"], **form.server("smtp"))


@transaction.atomic
def save_team_and_hours(
    known: Team | None, calendar: Calendar, form: TeamForm, *, by: Actor, member: Person | None
) -> None:
    """The first team with its first member, and the desk's hours and holidays."""
    team = save_team(known, by=by, name=form.cleaned_data["name"])
    if form.cleaned_data["join"] and member is not None:
        join_team(team, member, by=by, lead=True)
    save_calendar(calendar, by=by, week=form.week, country=form.cleaned_data["country"], region="")


@transaction.atomic
def save_practices(kind: str, picked: list[str], *, by: Actor) -> None:
    """Switch each installed practice on or off."""
    for practice in practices_there_are():
        wanted = {
            PracticesForm.HELP: practice in HELP_DESK,
            PracticesForm.SERVICE: True,
            PracticesForm.PICK: practice in picked,
        }
        switch_practice(practice, by=by, on=wanted[kind])


def demo_can_be_filled(viewer: Actor) -> bool:
    """Whether an invented company can be made here: it is installed, and there is no work yet."""
    return is_declared("demo.fill") and not WorkItem.objects.visible_to(viewer).exists()
