"""Declaring preferences: a typed dataclass per package."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import Slot

C = TypeVar("C", bound=type[Any])


Choices = tuple[tuple[Any, Words], ...] | Callable[[], Iterable[tuple[Any, Words]]]


@dataclasses.dataclass(frozen=True)
class Section:
    """The preferences of one package: a frozen dataclass whose fields all have defaults."""

    key: str
    label: Words
    kind: type[Any]


SECTIONS: Slot[Section] = Slot("preferences", file="preferences")


def option(
    default: Any,
    label: Words,
    *,
    sentence: Words = "",
    choices: Choices = (),
    minimum: int | None = None,
    maximum: int | None = None,
    texts: bool = False,
) -> Any:
    """A preference with what its form field needs: label, explanation, choices, limits.

    ``choices`` may be a function where they are rows that come and go.

    ``texts`` marks a text kept in several languages (a dict by language code).
    """
    metadata = {
        "label": label,
        "sentence": sentence,
        "choices": choices,
        "minimum": minimum,
        "maximum": maximum,
        "texts": texts,
    }
    if isinstance(default, (dict, list)):
        kept = default
        return dataclasses.field(default_factory=lambda: type(kept)(kept), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def preferences(key: str, label: Words) -> Callable[[C], C]:
    """Declare a class of preferences, in a package's ``preferences.py``::

    @preferences("tickets", _("Tickets"))
    class TicketPreferences:
        close_after_days: int = option(5, _("Days until a resolved ticket closes"))
    """

    def register(kind: C) -> C:
        made = dataclasses.dataclass(frozen=True)(kind)
        SECTIONS.plug(key, Section(key, label, made), module=kind.__module__)
        return cast(C, made)

    return register
