"""Reading people from a table (CSV): what each line says, and what would come of it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext as _

from atalaya.core.people.errors import FileUnreadable, TooManyLines
from atalaya.kernel.text import fold, one_line

MOST_LINES = 10_000
MOST_BYTES = 4_000_000

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name",
        "full name",
        "display name",
        "nombre",
        "nombre completo",
        "nombre y apellidos",
    ),
    "addresses": ("mail", "email", "e-mail", "address", "correo", "correo electronico"),
    "phones": ("phone", "phones", "telephone", "mobile", "telefono", "movil"),
    "title": ("title", "job title", "position", "puesto", "cargo"),
    "department": ("department", "departamento", "area"),
    "organisation": ("organisation", "organization", "company", "organizacion", "empresa"),
    "language": ("language", "idioma", "lengua"),
    "is_vip": ("vip", "important", "importante"),
    "manager": ("manager", "responsable", "jefe"),
    "external_id": ("external id", "id", "employee id", "identificador", "numero de empleado"),
}
LONGEST = {"title": 120, "department": 120, "external_id": 200}  # characters
LONGEST_ADDRESS = 254  # characters (RFC 5321); the check of its form lets longer ones pass
YES = frozenset({"1", "yes", "true", "x", "si", "vip"})
LANGUAGES = {"en": "en", "english": "en", "ingles": "en", "es": "es", "spanish": "es",
             "espanol": "es", "castellano": "es"}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the table. ``problem`` says why it cannot be taken, else it is empty."""

    number: int
    name: str
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    organisation: str = ""
    manager: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """What was read: lines, and the headings nobody knows."""

    lines: Sequence[Line]
    unknown: Sequence[str]


def headings_of(content: bytes) -> list[tuple[str, str]]:
    """Each heading with the column it is taken for, empty for one nobody knows.

    Raises FileUnreadable, TooManyLines.
    """
    return [(cell.strip(), _column(cell)) for cell in _rows(content)[0]]


def read(content: bytes, chosen: Sequence[str] = ()) -> Table:
    """Lines of a CSV file in UTF-8 or Windows-1252, with commas, semicolons or tabs.

    The first line names the columns, in English or Spanish, unless ``chosen`` says what each is
    (empty: left out). One of them is the name. Raises FileUnreadable, TooManyLines.
    """
    rows = _rows(content)
    names = [_column(cell) for cell in rows[0]]
    if chosen:
        known = [name if name in COLUMNS else "" for name in chosen]
        names = [*known, *("" for _cell in rows[0])][: len(rows[0])]
    if "name" not in names:
        raise FileUnreadable(reason=_("no column is called “name”"))
    unknown = [cell.strip() for cell, name in zip(rows[0], names, strict=True) if not name]
    lines = [_line(number, _cells(names, row)) for number, row in enumerate(rows[1:], start=2)]
    return Table(list(_without_repeats(lines)), unknown)


def _rows(content: bytes) -> list[list[str]]:
    if len(content) > MOST_BYTES:
        raise TooManyLines(limit=MOST_LINES)
    text = io.StringIO(text_of(content), newline="")
    try:
        rows = list(csv.reader(text, delimiter=_delimiter(content)))
    except csv.Error as problem:  # a quote that never ends, a cell of megabytes
        raise FileUnreadable(reason=str(problem)) from problem
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise FileUnreadable(reason=_("it is empty"))
    if len(rows) - 1 > MOST_LINES:
        raise TooManyLines(limit=MOST_LINES)
    return rows


def text_of(content: bytes) -> str:
    """The file as text: UTF-8 if it is, else Windows-1252."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace").replace("\x00", "")


def _delimiter(content: bytes) -> str:
    head = content.partition(b"\n")[0].decode("utf-8", "replace")
    return max((";", ",", "\t"), key=head.count)


def _column(heading: str) -> str:
    word = fold(heading.strip().replace("_", " "))
    return next((name for name, known in COLUMNS.items() if word in known), "")


def _cells(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """The cells of a line by column, each on one line; several of a column are put together.

    What would be a formula elsewhere is plain text here and stays as it was written.
    """
    found: dict[str, str] = {}
    for name, cell in zip(names, row, strict=False):
        words = one_line(cell.lstrip("\t\r "), 500)
        if name and words:
            several = name in {"addresses", "phones"} and name in found
            found[name] = f"{found[name]}, {words}" if several else found.get(name, words)
    return found


def _line(number: int, cells: Mapping[str, str]) -> Line:
    addresses = _several(cells.get("addresses", ""))
    fields: dict[str, object] = {
        key: one_line(cells[key], longest) for key, longest in LONGEST.items() if key in cells
    }
    if "language" in cells:
        fields["language"] = LANGUAGES.get(fold(cells["language"]), "")
    if "is_vip" in cells:
        fields["is_vip"] = fold(cells["is_vip"]) in YES
    return Line(
        number,
        cells.get("name", ""),
        tuple(address.lower() for address in addresses),
        _several(cells.get("phones", "")),
        one_line(cells.get("organisation", ""), 200),
        cells.get("manager", "").lower(),
        fields,
        _problem(cells.get("name", ""), addresses),
    )


def _several(cell: str) -> tuple[str, ...]:
    parts = (part.strip() for part in cell.replace(";", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _problem(name: str, addresses: Iterable[str]) -> str:
    if not name:
        return _("the name is missing")
    for address in addresses:
        try:
            validate_email(address)
            MaxLengthValidator(LONGEST_ADDRESS)(address)
        except ValidationError:
            return _("“%(address)s” is not a mail address") % {"address": address}
    return ""


def _without_repeats(lines: Iterable[Line]) -> Iterable[Line]:
    """An address that stands in two lines makes the second one wrong."""
    seen: dict[str, int] = {}
    for line in lines:
        twice = next((seen[address] for address in line.addresses if address in seen), None)
        for address in line.addresses:
            seen.setdefault(address, line.number)
        if twice is None or line.problem:
            yield line
        else:
            said = _("the same address as line %(number)s") % {"number": twice}
            yield Line(line.number, line.name, line.addresses, problem=said)
