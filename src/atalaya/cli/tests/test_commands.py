"""What the command line says, without a desk."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from atalaya.cli.main import atalaya
from atalaya.cli.showing import size

RUNNER = CliRunner()
SOURCE = Path(__file__).resolve().parents[3]


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The command as a shell runs it."""
    return subprocess.run(
        [sys.executable, "-m", "atalaya", *arguments],
        env={"PYTHONPATH": str(SOURCE), "PATH": "/usr/bin:/bin", "HOME": "/tmp", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_file_of_the_folder_is_a_command() -> None:
    said = RUNNER.invoke(atalaya, ["--help"])
    assert said.exit_code == 0
    for name in ("up", "dev", "check", "doctor", "backup", "restore", "upgrade", "user", "demo"):
        assert f"\n  {name} " in said.output


@pytest.mark.parametrize("name", sorted(atalaya.list_commands(None)))  # type: ignore[arg-type]  # it looks at the folder only
def test_every_command_explains_itself(name: str) -> None:
    said = RUNNER.invoke(atalaya, [name, "--help"])
    assert said.exit_code == 0, said.output
    assert "Usage:" in said.output


def test_an_unknown_command_is_refused() -> None:
    assert RUNNER.invoke(atalaya, ["dance"]).exit_code == 2


def test_help_needs_no_django() -> None:
    code = (
        "import sys\nfrom atalaya.cli.main import atalaya\n"
        "from atalaya.cli.commands import where\n"
        "sys.exit('django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(SOURCE)}, check=False
    )
    assert done.returncode == 0


def test_a_wrong_variable_is_one_sentence() -> None:
    done = run("doctor", ATALAYA_PORT="http")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "ATALAYA_PORT: write a whole number from 1 to 65535",
    ]


def test_it_speaks_the_language_of_the_terminal() -> None:
    catalogue = SOURCE / "atalaya" / "locale" / "es" / "LC_MESSAGES" / "django.mo"
    assert catalogue.exists(), "run: make messages"
    done = run("doctor", ATALAYA_PORT="http", LANGUAGE="es", LANG="C.UTF-8")
    assert "escriba un número entero" in done.stderr


def test_where_finds_what_is_written_on_the_map() -> None:
    said = RUNNER.invoke(atalaya, ["where", "backup"])
    assert said.exit_code == 0
    assert "platform/backup.py" in said.output


def test_where_says_when_it_knows_nothing() -> None:
    done = run("where", "quetzalcoatl")
    assert done.returncode == 1
    assert "docs/where-is.md" in done.stderr


def test_sizes_are_for_people() -> None:
    assert size(0) == "0 B"
    assert size(10**15) == "1000.0 TB"
