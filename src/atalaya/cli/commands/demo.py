"""``atalaya demo``: fill an empty desk with a company and a year of its tickets."""

from __future__ import annotations

import click

from atalaya.cli.django import application
from atalaya.cli.serving.preparing import prepare
from atalaya.cli.showing import Steps
from atalaya.config.environment import environment
from atalaya.platform.words import gettext as _


@click.command(
    help=_("Fill an empty desk with a company to look at: 200 people, a year of tickets.")
)
@click.option("--people", default=200, show_default=True, help=_("How many people."))
@click.option("--tickets", default=1000, show_default=True, help=_("How many tickets."))
@click.option("--if-empty", is_flag=True, help=_("Do nothing on a desk that is in use."))
@click.option("--force", is_flag=True, help=_("Also on a desk that has tickets of its own."))
def command(people: int, tickets: int, *, if_empty: bool, force: bool) -> None:
    """Make the demo, and say who works there and how to sign in as one of them."""
    steps = Steps()
    with application():
        from atalaya.pages.demo import accounts, company, making

        prepare(environment(), serves_pages=True)
        if if_empty and making.is_in_use():
            return
        made = making.make(people=people, tickets=tickets, force=force, progress=steps)
        steps.end()
        ready = accounts.open_accounts()
    told = _("%(company)s is there: %(people)d people and %(tickets)d tickets of a year.")
    click.echo(told % {"company": company.NAME, "people": made.people, "tickets": made.tickets})
    click.echo(_("These accounts are ready; their passwords are shown this once:"))
    for one in ready:
        click.echo(f"  {one.role!s:<24} {one.address:<38} {one.password}")
