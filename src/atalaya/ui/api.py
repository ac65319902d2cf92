"""What the routers of packages share: numbers, instants, the page of a list, who asks.

It lies in the kit because every package above may offer operations, as it may offer pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from django.db.models import Choices, Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, WithJsonSchema

from atalaya.kernel.errors import InvalidInput, NotFound
from atalaya.ui.pages import Key, Page, decode, page_of

M = TypeVar("M", bound=Model)
LARGEST_ID = 2**63 - 1
EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def _within_centuries(value: dt.datetime) -> dt.datetime:
    """The instant in UTC. Instants no calendar of ours reaches are refused."""
    try:
        moved = value.astimezone(dt.UTC)
    except OverflowError as problem:
        raise ValueError("instants go from 1970 to 2200") from problem
    if not EARLIEST <= moved < LATEST:
        raise ValueError("instants go from 1970 to 2200")
    return moved


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Instant = Annotated[AwareDatetime, AfterValidator(_within_centuries)]
Line = Annotated[str, Field(max_length=255)]
Words = Annotated[str, Field(max_length=500_000)]
FileIds = Annotated[list[Id], Field(max_length=200)]


def words_of(choices: type[Choices]) -> WithJsonSchema:
    """The words of a field, written where they are used.

    By name, the ``Kind`` of one model would stand for that of another in the description.
    """
    return WithJsonSchema({"type": "string", "enum": list(choices.values)})


class In(Schema):
    """What is sent to us: a name we do not know is an error and not silently lost."""

    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    """What we answer. Written out field by field: a new column publishes nothing."""


class Ref(Out):
    """Another thing, by its id and its name."""

    id: int
    name: str


class PageQuery(Schema):
    """Which part of a list: ``after`` is the ``next`` of the part before."""

    after: Annotated[
        str | None, Field(max_length=1000, description="The `next` of the previous answer.")
    ] = None
    size: Annotated[int, Field(ge=1, le=200, description="How many at most.")] = 50


def actor_of(request: HttpRequest) -> Any:
    """Who asks: set by the door of the API before any operation runs."""
    return request.actor  # type: ignore[attr-defined]  # a plain request has none


def part_of(rows: QuerySet[M, Any], keys: Sequence[Key], wanted: PageQuery) -> Page[Any]:
    """A part of a list. Raises InvalidInput for a cursor that is not one of ours.

    A page of ours forgives an old bookmark; a program would read the same rows again for ever.
    """
    if wanted.after:
        values = decode(wanted.after, keys)
        if values is None or any(_is_foreign(value) for value in values):
            raise InvalidInput(_("This is not a cursor of this list."), at="after")
    return page_of(rows, keys, after=wanted.after, size=wanted.size)


def _is_foreign(value: Any) -> bool:
    """Values only a hand-made cursor has: the database would refuse them."""
    if isinstance(value, dt.datetime):
        return value.tzinfo is None
    if isinstance(value, int):
        return abs(value) > LARGEST_ID
    return isinstance(value, str) and "\x00" in value


def found(rows: QuerySet[M, M], **by: Any) -> M:
    """The one row of ``rows`` that fits. Raises NotFound."""
    row = rows.filter(**by).first()
    if row is None:
        raise NotFound
    return row


def chosen(rows: QuerySet[M, M], wanted: int | None, *, at: str) -> M | None:
    """The row a body names by its id, or None. Raises InvalidInput when it may not be chosen."""
    if wanted is None:
        return None
    row = rows.filter(pk=wanted).first()
    if row is None:
        raise InvalidInput(_("There is none with the id %(id)s.") % {"id": wanted}, at=at)
    return row


def needed(rows: QuerySet[M, M], wanted: int, *, at: str) -> M:
    """The row a body names by its id. Raises InvalidInput when it may not be chosen."""
    row = chosen(rows, wanted, at=at)
    assert row is not None
    return row
