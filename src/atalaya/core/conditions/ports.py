"""What others declare to take part: the fields of their things, and who asks when.

A practice declares its fields in ``fields.py``::

    subject = Field("subject", FieldKind.TEXT, _("Subject"), path="item__subject")
    field("ticket", subject, module=__name__)

Fields that an administrator adds while the desk runs come from a function marked ``@more_fields``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from atalaya.kernel import clock
from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import Slot


class FieldKind(StrEnum):
    """What a field holds; decides which operators it has and how values are compared."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DATE = "date"
    PERSON = "person"
    TEAM = "team"
    REFERENCE = "reference"
    TAGS = "tags"

    @property
    def is_many(self) -> bool:
        """Whether it holds a set of values rather than one."""
        return self in (FieldKind.CHOICES, FieldKind.TAGS)


@dataclass(frozen=True)
class Related:
    """Where the values of a set live when they are rows of another table.

    The ``owner`` column of ``model`` equals the ``path`` of the field, and its ``value`` path is
    what is compared.
    """

    model: type[Model]
    owner: str
    value: str


@dataclass(frozen=True)
class Field:
    """One thing a condition may ask about.

    ``path`` leads to it from the row, as an ORM look-up; the predicate follows the same path over
    attributes unless ``read`` says otherwise. With ``json_key`` the path leads to a JSONB object
    and the value is its entry of that name; an entry of the wrong type counts as empty. Sets are
    either such an entry (a list of texts) or ``related`` rows, which need ``read``. Numbers are
    integer or decimal columns, never floating ones: those do not compare exactly.
    """

    key: str
    kind: FieldKind
    name: Words
    path: str
    json_key: str | None = None
    choices: Callable[[], Iterable[tuple[str, Words]]] | None = None
    related: Related | None = None
    read: Callable[[Any], Any] | None = None
    refers_to: str = ""  # what a REFERENCE points at, for editors: "category", "service" …
    group: Words = ""

    def __post_init__(self) -> None:
        if self.kind.is_many and self.json_key is None and (self.related is None or not self.read):
            raise ValueError(f"{self.key}: a set is a JSON entry, or related rows with a reader")


Fields = Mapping[str, Field]


@dataclass(frozen=True)
class Context:
    """Who asks, when and where: what “me”, “my teams”, “today” and “the last 7 days” mean.

    ``now`` is an instant; ``zone`` cuts days, weeks and months.
    """

    now: dt.datetime = dataclass_field(default_factory=clock.now)
    zone: dt.tzinfo = dataclass_field(default_factory=lambda: ZoneInfo("UTC"))
    person_id: int | None = None
    team_ids: frozenset[int] = frozenset()


FIELDS: Slot[tuple[str, Field]] = Slot("field", file="fields")
MORE_FIELDS: Slot[tuple[str, Callable[[], Iterable[Field]]]] = Slot("more fields", file="fields")


def field(subject: str, declared: Field, *, module: str) -> Field:
    """Declare a field of a kind of thing: ``field("ticket", Field(…), module=__name__)``."""
    FIELDS.plug(f"{subject}.{declared.key}", (subject, declared), module=module)
    return declared


def more_fields(
    subject: str,
) -> Callable[[Callable[[], Iterable[Field]]], Callable[[], Iterable[Field]]]:
    """Register a function giving fields that are only known at run time (custom fields)."""

    def register(source: Callable[[], Iterable[Field]]) -> Callable[[], Iterable[Field]]:
        name = f"{subject}.{source.__module__}.{source.__name__}"
        MORE_FIELDS.plug(name, (subject, source), module=source.__module__)
        return source

    return register
