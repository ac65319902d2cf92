"""The ``atalaya`` command. Each sub-command is a file of ``cli/commands``, found by its name."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from atalaya.cli.failing import sentence_of
from atalaya.cli.folders import Folder
from atalaya.platform.words import gettext as _


@click.group(
    cls=Folder,
    package="atalaya.cli.commands",
    folder=Path(__file__).parent / "commands",
    help=_("Atalaya, an IT service desk. Start it with “atalaya up”."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="atalaya")
def atalaya() -> None:
    """Run the sub-command; there is nothing to do for all of them."""


def main() -> None:
    """Run the command line; an expected refusal is one sentence and exit code 1."""
    try:
        atalaya()
    except Exception as problem:
        sentence = sentence_of(problem)
        if sentence is None:
            raise
        click.secho(sentence, fg="red", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
