"""``atalaya user`` on a desk that the test has made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from atalaya.cli.commands import user
from atalaya.core.people.models import Person, Role
from atalaya.kernel.plugs import run_starters

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def desk(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds Django and a database ready: the test's own."""

    @contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(user, "application", ready)
    run_starters()


def test_a_person_is_added_with_a_role_and_a_way_in() -> None:
    said = RUNNER.invoke(
        user.command, ["add", "max@example.org", "--name", "Max", "--role", "admin"]
    )
    assert said.exit_code == 0, said.output
    assert "/sign-in/link/" in said.output
    person = Person.objects.get(name="Max")
    assert person.grants.filter(role=Role.objects.get(key="admin")).exists()


def test_adding_twice_is_harmless() -> None:
    for _again in range(2):
        said = RUNNER.invoke(user.command, ["add", "max@example.org", "--role", "agent"])
        assert said.exit_code == 0, said.output
    assert Person.objects.filter(addresses__value="max@example.org").count() == 1


def test_an_unknown_role_is_named_and_nobody_is_added() -> None:
    said = RUNNER.invoke(user.command, ["add", "max@example.org", "--role", "king"])
    assert "king" in str(said.exception)
    assert not Person.objects.filter(addresses__value="max@example.org").exists()


def test_a_link_is_only_for_people_who_are_known() -> None:
    said = RUNNER.invoke(user.command, ["link", "stan@example.org"])
    assert "atalaya user add stan@example.org" in str(said.exception)


def test_a_file_of_people_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Nombre;Correo\nRita;rita@example.org\nNadie;no es correo\n", "utf-8")
    rehearsal = RUNNER.invoke(user.command, ["import", "--dry-run", str(file)])
    assert rehearsal.exit_code == 0, rehearsal.output
    assert not Person.objects.filter(name="Rita").exists()
    said = RUNNER.invoke(user.command, ["import", str(file)])
    assert "1 person added" in said.output
    assert "1 left out" in said.output
    assert "Line 3" in said.output
    assert Person.objects.filter(name="Rita").exists()
