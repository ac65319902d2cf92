"""``atalaya user``: people and their ways in, from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from atalaya.cli.django import application
from atalaya.platform.errors import PlatformError
from atalaya.platform.words import gettext as _
from atalaya.platform.words import ngettext

EMAIL = click.argument("address", metavar="EMAIL")


@click.group(help=_("Add people, give them a way in, import them from a file."))
def command() -> None:
    """Hold the sub-commands."""


@command.command(help=_("Add a person, or give roles to one who is there; prints a sign-in link."))
@EMAIL
@click.option("--name", default="", help=_("Full name; else what stands before the @."))
@click.option("--role", "roles", multiple=True, help=_("agent, lead, admin or a role of yours."))
@click.option("--team", "teams", multiple=True, help=_("The name of a team to join."))
@click.option("--language", type=click.Choice(["en", "es"]), help=_("The person's language."))
def add(
    address: str, *, name: str, roles: tuple[str, ...], teams: tuple[str, ...], language: str | None
) -> None:
    """Add or change one person."""
    with application():
        from django.db import transaction

        from atalaya.core.identity.actions import invite
        from atalaya.core.people.actions import add_person, grant_role, join_team
        from atalaya.core.people.models import SYSTEM, Role, Team
        from atalaya.core.people.queries import person_with_address

        with transaction.atomic():
            person = person_with_address(address)
            if person is None:
                person = add_person(
                    name or address.partition("@")[0],
                    by=SYSTEM,
                    addresses=[address],
                    origin="command line",
                    language=language or "",
                )
            for key in roles:
                grant_role(person, _one(Role, key=key), by=SYSTEM)
            for team in teams:
                join_team(_one(Team, name=team), person, by=SYSTEM)
            link = invite(person, by=SYSTEM, send=False)
    click.echo(_("%(name)s signs in here for the first time:") % {"name": person.name})
    click.echo(link)


@command.command("link", help=_("Print a new one-time sign-in link for a person."))
@EMAIL
def new_link(address: str) -> None:
    """Make a way in for somebody who lost his."""
    with application():
        from atalaya.core.identity.actions import invite
        from atalaya.core.people.models import SYSTEM
        from atalaya.core.people.queries import person_with_address

        person = person_with_address(address)
        if person is None:
            raise PlatformError(
                _("Nobody has the address %(address)s. To add it: atalaya user add %(address)s"),
                address=address,
            )
        click.echo(invite(person, by=SYSTEM, send=False))


@command.command(
    "import",
    help=_(
        "Add people from a CSV file with a heading: name, email, and if you like phone, title, "
        "department, language, organisation, external_id. Who is there already is brought up to "
        "date. --dry-run only says what would happen."
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help=_("Change nothing."))
def import_file(file: Path, *, dry_run: bool) -> None:
    """Bring people in, all of them or none."""
    from atalaya.cli.people import read

    rows = read(file)
    with application():
        from atalaya.cli.people import bring_in

        with click.progressbar(rows, label=_("Importing"), file=sys.stderr) as bar:
            outcome = bring_in(bar, keep=not dry_run)
    told = ngettext("%(count)d person added", "%(count)d people added", outcome.added)
    click.echo(told % {"count": outcome.added})
    told = ngettext("%(count)d person changed", "%(count)d people changed", outcome.changed)
    click.echo(told % {"count": outcome.changed})
    told = ngettext("%(count)d person as before", "%(count)d people as before", outcome.same)
    click.echo(told % {"count": outcome.same})
    if dry_run:
        click.echo(_("Nothing was changed: this was a dry run."))


def _one(model: Any, **wanted: str) -> Any:
    found = model.objects.filter(**wanted).first()
    if found is None:
        raise PlatformError(_("There is no “%(name)s”."), name=next(iter(wanted.values())))
    return found
