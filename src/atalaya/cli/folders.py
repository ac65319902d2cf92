"""Commands found by folder: a file ``cli/commands/backup.py`` with a ``command`` is ``backup``."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click


class Folder(click.Group):
    """The commands of a package. A file is imported when its command is asked for, so that
    ``atalaya where`` need not wait for what ``atalaya up`` needs."""

    def __init__(self, *arguments: Any, package: str, folder: Path, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._package, self._folder = package, folder

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every file that does not begin with an underscore, by name."""
        files = (file.stem for file in self._folder.glob("*.py") if not file.stem.startswith("_"))
        return sorted(name.replace("_", "-") for name in files)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a file."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{self._package}.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command), f"{module.__name__} has no command"
        return command
