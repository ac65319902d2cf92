"""``atalaya restore``: bring a saved desk back into an empty place."""

from __future__ import annotations

from pathlib import Path

import click

from atalaya.cli.django import database
from atalaya.cli.showing import Steps
from atalaya.config.environment import environment
from atalaya.platform import backup
from atalaya.platform.words import gettext as _
from atalaya.platform.words import ngettext


@click.command(help=_("Bring a backup back into an empty desk (a new ATALAYA_DATA)."))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--verify", is_flag=True, help=_("Count and compare everything that came back with the backup.")
)
def command(file: Path, *, verify: bool) -> None:
    """Restore, and say what to do next."""
    steps = Steps()
    with database() as address:
        manifest = backup.restore(
            file, address, environment().places, verify=verify, progress=steps
        )
    steps.end()
    told = ngettext("%(rows)d row is back.", "%(rows)d rows are back.", manifest.rows)
    click.echo(told % {"rows": manifest.rows})
    if verify:
        click.echo(_("Everything is the same as when it was saved, row by row and file by file."))
    click.echo(_("Start the desk with: atalaya up"))
