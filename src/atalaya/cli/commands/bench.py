"""``atalaya bench``: how fast this machine runs the desk, beside a floor of the same run."""

from __future__ import annotations

import click

from atalaya.cli.django import application
from atalaya.cli.showing import Steps
from atalaya.platform.words import gettext as _


@click.group(help=_("Measure the speed of this machine with many tickets."))
def command() -> None:
    """A folder of commands."""


@command.command(help=_("Fill an empty desk with tickets for measuring."))
@click.option("--tickets", default=1_000_000, show_default=True, help=_("How many tickets."))
@click.option("--people", default=50_000, show_default=True, help=_("How many people."))
def seed(tickets: int, people: int) -> None:
    """Fill the desk from a fixed seed."""
    with application():
        from atalaya.cli.bench import seeding

        steps = Steps()
        made = seeding.seed(tickets, people, steps)
        steps.end()
    told = _("%(tickets)d tickets, %(entries)d entries and %(people)d people in %(seconds).0f s.")
    click.echo(
        told
        % {
            "tickets": made.tickets,
            "entries": made.entries,
            "people": made.people,
            "seconds": made.seconds,
        }
    )
