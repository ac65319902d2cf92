"""``atalaya doctor``: what is wrong with this desk, and what to do about it.

Its sub-commands are the files of ``cli/doctoring``, each looking at one thing closely.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from atalaya.cli.django import application
from atalaya.cli.folders import Folder
from atalaya.cli.showing import size
from atalaya.config.environment import Environment, environment, variables
from atalaya.platform.postgres.servers import without_password
from atalaya.platform.words import gettext as _

COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
LITTLE = 2 * 10**9  # bytes of free disk below which it is said


@click.group(
    cls=Folder,
    package="atalaya.cli.doctoring",
    folder=Path(__file__).parent.parent / "doctoring",
    invoke_without_command=True,
    help=_("Say what is wrong with this desk; exit code 1 if anything is."),
)
@click.pass_context
def command(context: click.Context) -> None:
    """Show the settings and every finding, unless a sub-command was asked for."""
    if context.invoked_subcommand is not None:
        return
    found = environment()
    _show_settings(found)
    with application():
        bad = _show_database() + _show_disk(found) + _show_findings()
    if not bad:
        click.secho(_("Nothing is wrong."), fg="green")
    sys.exit(1 if bad else 0)


def _show_settings(found: Environment) -> None:
    click.secho(_("Settings"), bold=True)
    for declared in variables():
        value = getattr(found, declared.attribute)
        if declared.secret:
            value = without_password(value) if declared.name == "DATABASE_URL" else value and "•••"
        elif isinstance(value, tuple):
            value = ", ".join(map(str, value))
        shown = declared.default if value in ("", None) else value
        click.echo(f"  {declared.name:<28} {shown}")


def _show_database() -> int:
    from django.db import connection

    from atalaya.config import schema

    with connection.cursor() as cursor:
        cursor.execute("SELECT version(), pg_database_size(current_database())")
        version, octets = cursor.fetchone()
    click.secho(_("Database"), bold=True)
    click.echo(f"  {version.split(' on ')[0]}, {size(octets)}")
    missing = schema.pending()
    if missing:
        _say("error", _("The data is of an older version. Run: atalaya upgrade"))
    return 1 if missing else 0


def _show_disk(found: Environment) -> int:
    free = shutil.disk_usage(found.data).free
    if free >= LITTLE:
        return 0
    _say("error", _("Only %(free)s of disk are left in %(data)s.") % _facts(free, found))
    return 1


def _facts(free: int, found: Environment) -> dict[str, object]:
    return {"free": size(free), "data": found.data}


def _show_findings() -> int:
    from atalaya.config import schema
    from atalaya.kernel import plugs

    if schema.pending():
        return 0  # the findings would stumble over tables that are not there yet
    click.secho(_("Findings"), bold=True)
    bad = 0
    for finding in plugs.FINDINGS:
        for one in finding.check():
            _say(one.level, str(one.sentence) % one.facts if one.facts else str(one.sentence))
            bad += one.level != "info"
    return bad


def _say(level: str, sentence: str) -> None:
    click.secho(f"  {level}: {sentence}", fg=COLOURS.get(level))
