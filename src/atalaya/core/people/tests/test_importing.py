"""People from a table: what a line says, what is wrong with it, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atalaya.core.people.actions import import_people
from atalaya.core.people.errors import FileUnreadable, TooManyLines
from atalaya.core.people.importing import MOST_LINES, read
from atalaya.core.people.models import SYSTEM, Organisation, Person
from atalaya.kernel.errors import NotAllowed

HEADINGS = "Nombre;Correo;Teléfono;Puesto;Organización;Responsable;VIP;Idioma;Extra\n"
LINE = "Clara Vidal;Clara@Example.org, c.vidal@example.org;976 000 111;Compras;Example;;sí;es;x\n"


def test_a_line_is_read_in_either_language_and_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        table = read((HEADINGS + LINE).encode(encoding))
        (line,) = table.lines
        assert line.name == "Clara Vidal"
        assert line.addresses == ("clara@example.org", "c.vidal@example.org")
        assert line.phones == ("976 000 111",)
        assert line.fields == {"title": "Compras", "is_vip": True, "language": "es"}
        assert list(table.unknown) == ["Extra"]


def test_cells_of_any_length_are_taken_and_known_again(db: None) -> None:
    long = "x" * 400
    cells = [long, "clara@example.org", long, long, long, long]
    table = read(f"name,mail,title,department,company,id\n{','.join(cells)}".encode())
    assert import_people(table.lines, by=SYSTEM)["added"] == 1
    assert import_people(table.lines, by=SYSTEM)["same"] == 1
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_any_usual_separator_is_understood(sign: str) -> None:
    text = sign.join(["name", "mail"]) + "\n" + sign.join(["Clara", "clara@example.org"])
    assert read(text.encode()).lines[0].addresses == ("clara@example.org",)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (";clara@example.org", "the name is missing"),
        ("Clara;no-es-correo", "“no-es-correo” is not a mail address"),
        ("Otra;CLARA@example.org", "the same address as line 2"),
    ],
)
def test_a_wrong_line_says_why(line: str, problem: str) -> None:
    table = read(f"name;mail\nClara;clara@example.org\n{line}\n".encode())
    assert (table.lines[0].problem, table.lines[1].problem) == ("", problem)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"mail\nclara@example.org\n"])
def test_a_file_without_names_is_refused(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read(content)


def test_a_file_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooManyLines):
        read(b"name\n" + b"Clara\n" * (MOST_LINES + 1))


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    try:
        read(b"name,mail\n" + content)
    except (FileUnreadable, TooManyLines):
        return


def test_people_are_added_changed_and_left_alone(
    max_: Person, rita: Person, ana: Person, acting: Any
) -> None:
    by = acting(max_)
    text = (
        "name,mail,department,organisation,manager\n"
        f"Clara Vidal,clara@new.example,Compras,New Ltd,{ana.address}\n"
        f"Rita,{rita.address},Ventas,,\n"
        ",missing@example.org,,,\n"
    )
    counts = import_people(read(text.encode()).lines, by=by)
    assert counts == {"added": 1, "changed": 1, "same": 0, "skipped": 1}
    clara = Person.objects.get(name="Clara Vidal")
    assert (clara.organisation, clara.manager) == (Organisation.objects.get(name="New Ltd"), ana)
    rita.refresh_from_db()
    assert rita.department == "Ventas"
    again = import_people(read(text.encode()).lines, by=by)
    assert again == {"added": 0, "changed": 0, "same": 2, "skipped": 1}


def test_agents_may_not_import(omar: Person, acting: Any) -> None:
    with pytest.raises(NotAllowed):
        import_people([], by=acting(omar))


def test_the_page_shows_first_and_takes_then(browser_of: Any, max_: Person) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.urls import reverse

    client, address = browser_of(max_), reverse("console:people:import")
    content = b"name,mail\nClara Vidal,clara@example.org\n"
    shown = client.post(address, {"file": SimpleUploadedFile("p.csv", content)})
    assert b"Clara Vidal" in shown.content
    assert not Person.objects.filter(name="Clara Vidal").exists()
    client.post(address, {"text": content.decode(), "take": "1"})
    assert Person.objects.filter(name="Clara Vidal").exists()
