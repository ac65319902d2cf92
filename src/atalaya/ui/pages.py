"""Long lists by key: the next page starts after the last row, however deep, at the same cost."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

T = TypeVar("T")
Row = TypeVar("Row", bound=Model)


def _text(value: Any) -> str:
    """A text as a column may hold it: NUL and lone surrogates are only in hand-made cursors."""
    text = str(value)
    if b"\x00" in text.encode():
        raise ValueError("no column holds NUL")
    return text


READERS: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "str": _text,
    "float": float,
    "bool": bool,
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "uuid": UUID,
}


@dataclass(frozen=True)
class Key:
    """One column of the order. It must never be null; the last key must be unique.

    ``kind`` is one of the names in ``READERS``; ``read`` is the attribute of a row, if it is not
    called like the column.
    """

    column: str
    kind: str = "int"
    descending: bool = False
    read: str = ""

    @property
    def order(self) -> str:
        return f"-{self.column}" if self.descending else self.column

    def of(self, row: Any) -> Any:
        """The value of this key in a row: a model, a typed row or a dictionary."""
        name = self.read or self.column
        return row[name] if isinstance(row, dict) else getattr(row, name)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows and the cursor after the last, None at the end."""

    rows: list[T]
    next: str | None = None

    def __bool__(self) -> bool:
        return bool(self.rows)


def page_of(
    rows: QuerySet[Row, T], keys: Sequence[Key], *, after: str | None = None, size: int = 50
) -> Page[T]:
    """The ``size`` rows that follow the cursor ``after``, ordered by ``keys``.

    A cursor that does not fit these keys (an old bookmark, a hand-made address) starts anew.
    """
    start = decode(after, keys)
    if start is not None:
        rows = rows.filter(beyond(keys, start))
    found = list(rows.order_by(*(key.order for key in keys))[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(found, encode(keys, found[-1]) if more else None)


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    """The rows after ``values``. The first key also bounds alone, so that an index is walked."""
    whole, equal = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        past = Q(**{f"{key.column}__{'lt' if key.descending else 'gt'}": value})
        whole |= equal & past
        equal &= Q(**{key.column: value})
    first = keys[0]
    bound = Q(**{f"{first.column}__{'lte' if first.descending else 'gte'}": values[0]})
    return bound & whole


def encode(keys: Sequence[Key], row: Any) -> str:
    """A cursor: the row's keys, readable by us and safe in an address."""
    values = [_plain(key.of(row)) for key in keys]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def decode(cursor: str | None, keys: Sequence[Key]) -> list[Any] | None:
    """The values of a cursor with the types of the keys, or None if it is not one of theirs."""
    if not cursor or len(cursor) > 1000:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [READERS[key.kind](value) for key, value in zip(keys, values, strict=True)]
    except (binascii.Error, ValueError, TypeError, OverflowError):
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
