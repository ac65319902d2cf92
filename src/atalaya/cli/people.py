"""Reading people from a CSV file, as directories and spreadsheets write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from atalaya.platform.errors import PlatformError
from atalaya.platform.words import gettext as _

# What a column may be called, in both languages.
COLUMNS = {
    "name": {"name", "full name", "display name", "nombre", "nombre completo"},
    "email": {"email", "e-mail", "mail", "correo", "correo electrónico"},
    "phone": {"phone", "telephone", "mobile", "teléfono", "móvil"},
    "title": {"title", "job title", "cargo", "puesto"},
    "department": {"department", "departamento", "área"},
    "language": {"language", "idioma"},
    "organisation": {"organisation", "organization", "company", "organización", "empresa"},
    "external_id": {"external_id", "id", "employee id", "identificador"},
}
FIELDS = ("title", "department", "language", "external_id")
LARGEST = 50 * 1024 * 1024


class FileIsWrong(PlatformError):
    """The file cannot be imported as it is."""


@dataclass(frozen=True)
class Row:
    """A person of the file, with the line he stands on."""

    line: int
    values: Mapping[str, str]


@dataclass
class Outcome:
    """What an import did."""

    added: int = 0
    changed: int = 0
    same: int = 0


def read(file: Path) -> list[Row]:
    """The rows of a file with commas, semicolons or tabs, in UTF-8 or Windows' own encoding.

    Raises FileIsWrong.
    """
    if file.stat().st_size > LARGEST:
        raise FileIsWrong(_("%(file)s is larger than 50 MB. Split it."), file=file)
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [_column(cell) for cell in next(table, [])]
        rows = [
            Row(
                table.line_num,
                {name: cell.strip() for name, cell in zip(names, cells, strict=False)},
            )
            for cells in table
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as problem:
        raise FileIsWrong(
            _("Line %(line)d of %(file)s cannot be read: %(reason)s"),
            line=table.line_num,
            file=file,
            reason=problem,
        ) from problem
    if "name" not in names or "email" not in names:
        raise FileIsWrong(
            _("The first line of %(file)s must name the columns; “name” and “email” are needed."),
            file=file,
        )
    return rows


def _column(cell: str) -> str:
    wanted = cell.strip().casefold()
    return next((name for name, known in COLUMNS.items() if wanted in known), "")


def bring_in(rows: Iterable[Row], *, keep: bool) -> Outcome:
    """Add or change the people of a file: all of them or none. Needs Django.

    Raises FileIsWrong, naming the line.
    """
    from django.db import transaction

    from atalaya.kernel.errors import AtalayaError

    outcome = Outcome()
    with transaction.atomic():
        for row in rows:
            try:
                _bring(row, outcome)
            except AtalayaError as problem:
                raise FileIsWrong(
                    _("Line %(line)d: %(reason)s Nothing was imported."),
                    line=row.line,
                    reason=problem,
                ) from problem
        transaction.set_rollback(not keep)
    return outcome


def _bring(row: Row, outcome: Outcome) -> None:
    from atalaya.core.people.actions import add_person, change_person
    from atalaya.core.people.models import SYSTEM
    from atalaya.core.people.queries import person_with_address

    address = row.values.get("email", "")
    if not address:
        raise FileIsWrong(_("Line %(line)d has no e-mail address."), line=row.line)
    fields: dict[str, Any] = {name: row.values[name] for name in FIELDS if row.values.get(name)}
    if row.values.get("organisation"):
        fields["organisation"] = _organisation(row.values["organisation"])
    phones = [row.values["phone"]] if row.values.get("phone") else None
    person = person_with_address(address)
    if person is None:
        add_person(
            row.values.get("name") or address.partition("@")[0],
            by=SYSTEM,
            addresses=[address],
            phones=phones or [],
            origin="import",
            **fields,
        )
        outcome.added += 1
        return
    before = person.updated_at
    if row.values.get("name"):
        fields["name"] = row.values["name"]
    after = change_person(person, by=SYSTEM, phones=phones, **fields)
    if after.updated_at == before:
        outcome.same += 1
    else:
        outcome.changed += 1


def _organisation(name: str) -> object:
    from atalaya.core.people.actions import save_organisation
    from atalaya.core.people.models import SYSTEM, Organisation

    known = Organisation.objects.filter(name__iexact=name).first()
    return known or save_organisation(None, by=SYSTEM, name=name)
