"""``atalaya backup``: save a desk, running or not, into one file."""

from __future__ import annotations

from pathlib import Path

import click

from atalaya.cli.django import database
from atalaya.cli.showing import Steps, size
from atalaya.config.environment import environment
from atalaya.kernel import clock
from atalaya.platform import backup
from atalaya.platform.words import gettext as _
from atalaya.platform.words import ngettext


@click.command(help=_("Save database, files and secrets into one file, while the desk runs."))
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=True))
def command(file: Path | None) -> None:
    """Save to ``file``, or under a dated name into a folder."""
    places = environment().places
    target = file or places.backups
    if target.is_dir() or file is None:
        target /= backup.suggested_name(clock.now())
    steps = Steps()
    with database() as address:
        manifest = backup.save(address, places, target, progress=steps)
    steps.end()
    told = ngettext(
        "%(rows)d row and %(files)d files are saved in %(file)s (%(size)s).",
        "%(rows)d rows and %(files)d files are saved in %(file)s (%(size)s).",
        manifest.rows,
    )
    facts = {"rows": manifest.rows, "files": len(manifest.files) - 1, "file": target}
    click.echo(told % {**facts, "size": size(target.stat().st_size)})
