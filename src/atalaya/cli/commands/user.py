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
        "Add people from a CSV file whose first line names the columns: name, email, and if you "
        "like phone, title, department, language, organisation, manager, external id. Who is "
        "there already is brought up to date; lines with a mistake are named and left out."
    ),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help=_("Change nothing, only say what would happen."))
def import_file(file: Path, *, dry_run: bool) -> None:
    """Bring people in, all of them or none."""
    with application():
        from django.db import transaction

        from atalaya.core.people import importing
        from atalaya.core.people.actions import import_people
        from atalaya.core.people.models import SYSTEM

        table = importing.read(file.read_bytes())
        for line in table.lines:
            if line.problem:
                told = _("Line %(line)d: %(reason)s")
                click.echo(told % {"line": line.number, "reason": line.problem}, err=True)
        with (
            transaction.atomic(),
            click.progressbar(table.lines, label=_("Importing"), file=sys.stderr) as lines,
        ):
            counts = import_people(lines, by=SYSTEM)
            transaction.set_rollback(dry_run)
    _say_counts(counts)
    if dry_run:
        click.echo(_("Nothing was changed: this was a dry run."))


def _say_counts(counts: dict[str, int]) -> None:
    for count, told in (
        (counts["added"], ngettext("%(n)d person added", "%(n)d people added", counts["added"])),
        (counts["changed"], ngettext("%(n)d changed", "%(n)d changed", counts["changed"])),
        (counts["same"], ngettext("%(n)d as before", "%(n)d as before", counts["same"])),
        (counts["skipped"], ngettext("%(n)d left out", "%(n)d left out", counts["skipped"])),
    ):
        click.echo(told % {"n": count})


def _one(model: Any, **wanted: str) -> Any:
    found = model.objects.filter(**wanted).first()
    if found is None:
        raise PlatformError(_("There is no “%(name)s”."), name=next(iter(wanted.values())))
    return found
