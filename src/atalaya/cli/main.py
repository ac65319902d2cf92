"""The ``atalaya`` command. Each sub-command is a file of ``cli/commands``, found by its name."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from atalaya.cli.failing import sentence_of
from atalaya.platform.words import gettext as _

COMMANDS = Path(__file__).parent / "commands"


class Commands(click.Group):
    """The files of ``cli/commands``. A file is imported when its command is asked for, so that
    ``atalaya where`` need not wait for what ``atalaya up`` needs."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(
            file.stem.replace("_", "-")
            for file in COMMANDS.glob("*.py")
            if not file.stem.startswith("_")
        )

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(_context):
            return None
        module = import_module(f"atalaya.cli.commands.{name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command), f"{module.__name__} has no command"
        return command


@click.group(
    cls=Commands,
    help=_("Atalaya, an IT service desk. Start it with “atalaya up”."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="atalaya")
def atalaya() -> None:
    """Take what all commands have in common: nothing yet."""


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
