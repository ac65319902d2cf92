"""``atalaya doctor plugs``: who put what into which slot."""

from __future__ import annotations

import click

from atalaya.cli.django import application
from atalaya.platform.words import gettext as _


@click.command(help=_("List what every package plugs into the slots of others."))
def command() -> None:
    """Print every slot with its content, what is switched off included."""
    with application():
        from atalaya.kernel import plugs

        for slot in plugs.slots():
            content = slot.everything()
            click.secho(f"{slot.name} ({len(content)})", bold=True)
            live = {plugged.key for plugged in slot.plugged()}
            for plugged in content:
                off = "" if plugged.key in live else " " + _("(off)")
                click.echo(f"  {plugged.key:<44} {plugged.module}{off}")
