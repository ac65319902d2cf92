"""``atalaya up``: the whole desk, or a part of it, as one supervised tree of processes."""

from __future__ import annotations

import click

from atalaya.cli.tree import ROLES, run
from atalaya.platform.words import gettext as _


@click.command(
    help=_(
        "Start the desk: database, web, worker and mail listener. With --web, --worker or --mail "
        "only those, for a desk on several machines that share a DATABASE_URL."
    )
)
@click.option("--web", is_flag=True, help=_("The web server."))
@click.option("--worker", is_flag=True, help=_("Background jobs."))
@click.option("--mail", is_flag=True, help=_("The mail listener."))
@click.option("--demo", is_flag=True, help=_("Fill an empty desk with a company to look at."))
def command(*, web: bool, worker: bool, mail: bool, demo: bool) -> None:
    """Run what was asked for, or everything."""
    chosen = [role for role, wanted in zip(ROLES, (web, worker, mail), strict=True) if wanted]
    run(chosen or list(ROLES), demo=demo)
