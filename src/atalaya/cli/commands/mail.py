"""``atalaya mail``: look at mail the way the desk does, without a desk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from atalaya.platform.words import gettext as _

if TYPE_CHECKING:
    from atalaya.engines.channels.mail.headers import Address
    from atalaya.engines.channels.mail.reading import Mail


@click.group(help=_("Look at mail the way the desk does."))
def command() -> None:
    """The commands about mail."""


@command.command(
    "parse", help=_("Print what the desk understands of each raw mail, one JSON object a line.")
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def parse(files: tuple[Path, ...]) -> None:
    """Print one JSON object a line for each file."""
    from atalaya.engines.channels.mail.reading import read

    for file in files:
        click.echo(json.dumps({"file": str(file), **_shown(read(file.read_bytes()))}))


def _shown(mail: Mail) -> dict[str, Any]:
    return {
        "from": [_address(person) for person in mail.sender],
        "to": [_address(person) for person in mail.to],
        "cc": [_address(person) for person in mail.cc],
        "reply_to": [_address(person) for person in mail.reply_to],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to[0] if mail.in_reply_to else "",
        "references": mail.references,
        "text": mail.text,
        "html": mail.html,
        "reply_text": mail.reply_text,
        "attachments": [
            {
                "filename": part.filename,
                "content_type": part.content_type,
                "size": part.size,
                "sha256": part.sha256,
                "inline": part.inline,
            }
            for part in mail.attachments
        ],
        "kind": mail.kind,
        "bounces": [
            {
                "recipient": bounce.recipient,
                "status": bounce.status,
                "reason": bounce.reason,
                "hard": bounce.hard,
            }
            for bounce in mail.bounces
        ],
    }


def _address(person: Address) -> dict[str, str]:
    return {"address": person.address, "name": person.name}
