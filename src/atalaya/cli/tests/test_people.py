"""Importing people from a file."""

from pathlib import Path

import pytest

from atalaya.cli.people import FileIsWrong, Row, bring_in, read
from atalaya.core.people.models import Organisation, Person


def written(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    file = folder / "people.csv"
    file.write_bytes(text.encode(encoding))
    return file


def test_columns_are_known_in_both_languages(tmp_path: Path) -> None:
    file = written(tmp_path, "Nombre;Correo;Cargo;Zapato\nRita Núñez;rita@example.org;Jefa;42\n")
    (row,) = read(file)
    assert row.values["name"] == "Rita Núñez"
    assert row.values["title"] == "Jefa"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_usual_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, "name,email\nÁlvaro,a@example.org\n", encoding=encoding)
    assert read(file)[0].values["name"] == "Álvaro"


def test_a_line_break_within_quotes_belongs_to_the_cell(tmp_path: Path) -> None:
    file = written(tmp_path, 'name,email,title\n"Rita",r@example.org,"a\nb"\nOmar,o@example.org,\n')
    assert [row.values["name"] for row in read(file)] == ["Rita", "Omar"]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    for text in ("", "a,b\n1,2\n", "name\nRita\n"):
        with pytest.raises(FileIsWrong, match="email"):
            read(written(tmp_path, text))


def rows(*values: dict[str, str]) -> list[Row]:
    return [Row(number, each) for number, each in enumerate(values, 2)]


RITA = {"name": "Rita", "email": "rita@example.org", "organisation": "Example", "phone": "+34 1"}


@pytest.mark.django_db
def test_who_is_new_is_added_and_who_is_there_is_brought_up_to_date() -> None:
    first = bring_in(rows(RITA), keep=True)
    assert (first.added, first.changed, first.same) == (1, 0, 0)
    again = bring_in(rows(RITA, {**RITA, "title": "Chief"}), keep=True)
    assert (again.added, again.changed, again.same) == (0, 1, 1)
    person = Person.objects.get(name="Rita")
    assert person.title == "Chief"
    assert person.organisation == Organisation.objects.get(name="Example")


@pytest.mark.django_db
def test_a_dry_run_changes_nothing() -> None:
    assert bring_in(rows(RITA), keep=False).added == 1
    assert not Person.objects.filter(name="Rita").exists()


@pytest.mark.django_db
def test_one_wrong_line_and_nothing_is_imported() -> None:
    with pytest.raises(FileIsWrong, match="Line 3"):
        bring_in(rows(RITA, {"name": "Nobody", "email": "not an address"}), keep=True)
    assert not Person.objects.filter(name="Rita").exists()
