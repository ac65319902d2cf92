"""What a practice gives to be found: who sees it, which texts are searched, how a hit is shown.

In a practice's ``search.py``::

    searchable(Searchable("ticket", label=…, find=Texts(…), show=…, jump=…), module=__name__)

A searched column needs its index, made by a migration with ``language.text_index``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Model, QuerySet

from atalaya.core.people.models import Actor
from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import Slot


@dataclass(frozen=True)
class Asked:
    """What somebody typed: single words, “quoted phrases”; the last word may be only begun."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    begun: bool = False

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


@dataclass(frozen=True)
class Understood:
    """What was typed as PostgreSQL searches it: one tsquery per word or phrase, all needed.

    ``lexemes`` are the stems to mark in an excerpt; ``corrected`` maps a mistyped word to those
    that were searched beside it.
    """

    asked: Asked
    queries: tuple[str, ...]
    lexemes: frozenset[str]
    corrected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """All of it as one tsquery."""
        return " & ".join(f"( {part} )" for part in self.queries)


@dataclass(frozen=True)
class Match:
    """A row that was found. ``text_pk`` is the row whose text matched, when that is another one."""

    pk: int
    score: float
    text_pk: int | None = None


@dataclass(frozen=True)
class Found:
    """Matches, best first. ``capped`` says that there are more than were looked at."""

    matches: tuple[Match, ...] = ()
    capped: bool = False


class Finder(Protocol):
    """A way of finding rows of one kind."""

    def __call__(self, viewer: Actor, understood: Understood) -> Found: ...


@dataclass(frozen=True)
class Shown:
    """How a hit looks: a title, the text to take an excerpt from, and where it leads."""

    title: str
    url: str
    text: str = ""
    detail: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Column:
    """A searched column. ``rows`` are those the viewer may read; ``owner`` leads to what is found.

    ``weight`` says how much a match in it counts; short texts (titles) are also ranked by how well
    they fit.
    """

    model: type[Model]
    column: str
    rows: Callable[[Actor], QuerySet[Any]]
    owner: str = "pk"
    weight: float = 1.0
    is_short: bool = False


@dataclass(frozen=True)
class Searchable:
    """A kind of thing that can be found.

    ``show`` gives how matches look, by primary key; one that may not be seen is left out. ``jump``
    answers a number or reference with the one row it names, if the viewer may see it.
    """

    key: str
    label: Words
    order: int
    find: Finder
    show: Callable[[Actor, Sequence[Match]], Mapping[int, Shown]]
    jump: Callable[[Actor, str], int | None] | None = None
    may: Callable[[Actor], bool] = lambda _viewer: True


SEARCHABLES: Slot[Searchable] = Slot("searchable", file="search")


def searchable(found: Searchable, *, module: str) -> Searchable:
    """Have a kind of thing be found (``module=__name__``)."""
    return SEARCHABLES.plug(found.key, found, module=module)
