"""``atalaya check``: everything CI runs, on this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from atalaya.platform.errors import PlatformError
from atalaya.platform.words import gettext as _

SOURCE = Path(__file__).resolve().parents[4]


@click.command(
    help=_("Run what CI runs; with names only those (format lint types imports tests …).")
)
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=_("The full matrix."))
def command(names: tuple[str, ...], *, everything: bool) -> None:
    """Hand over to the Makefile, which is the one list of checks."""
    program = SOURCE / "tools" / "check.py"
    if not program.is_file():
        raise PlatformError(
            _("The checks are part of the source, not of an installation: clone the project.")
        )
    if names:
        arguments = [sys.executable, str(program), *names]
    else:
        arguments = ["make", "test-all" if everything else "test"]
    done = subprocess.run(arguments, cwd=SOURCE, check=False)  # noqa: S603 - the project's own checks, no shell
    sys.exit(done.returncode)
