"""``atalaya upgrade``: bring a desk's data to the version that is installed now."""

from __future__ import annotations

import click

from atalaya.cli import upgrading
from atalaya.cli.django import application
from atalaya.cli.showing import Steps
from atalaya.config.environment import environment
from atalaya.platform.words import gettext as _
from atalaya.platform.words import ngettext


@click.command(
    help=_(
        "Bring the desk's data to this version: save it, rehearse on a copy, migrate, check. "
        "When the rehearsal fails nothing is changed."
    )
)
def command() -> None:
    """Upgrade, or say that there is nothing to do."""
    found = environment()
    steps = Steps()
    with application():
        from atalaya.config import schema
        from atalaya.kernel import plugs

        with upgrading.alone(found.database_url):
            missing = schema.pending()
            if not missing:
                click.echo(_("The desk's data is of this version already."))
                return
            saved = None
            if schema.is_new():
                upgrading.migrate()
            else:
                saved = upgrading.upgrade(found.database_url, found.places, progress=steps)
            steps.end()
            plugs.run_starters()
        _check()
    told = ngettext(
        "%(count)d migration was applied.", "%(count)d migrations were applied.", len(missing)
    )
    click.echo(told % {"count": len(missing)})
    if saved:
        click.echo(_("The backup from before is %(file)s.") % {"file": saved})


def _check() -> None:
    from django.core import checks

    from atalaya.config import schema

    serious = [found for found in checks.run_checks(databases=["default"]) if found.is_serious()]
    assert not serious, serious
    assert not schema.pending(), "a migration was applied and is not on record"
