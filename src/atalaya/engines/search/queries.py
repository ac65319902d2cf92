"""Asking: one line of text, answers of every kind, each only what the viewer may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import QueryCanceled

from atalaya.core.people.models import Actor
from atalaya.engines.search.marking import Marked, Piece, mark
from atalaya.engines.search.names import Name, Names
from atalaya.engines.search.ports import SEARCHABLES, Found, Match, Searchable, Shown, Understood
from atalaya.engines.search.reading import read
from atalaya.engines.search.texts import Texts
from atalaya.engines.search.understanding import understand
from atalaya.kernel.errors import Words

__all__ = [
    "Group",
    "Hit",
    "Marked",
    "Name",
    "Names",
    "Piece",
    "Results",
    "Texts",
    "kinds",
    "search",
]

log = structlog.get_logger(__name__)
PATIENCE = 2000  # milliseconds a kind may take before it is given up
PAGE = 20


@dataclass(frozen=True)
class Hit:
    """One thing that was found. Title and excerpt are plain text in pieces, to be escaped."""

    kind: str
    pk: int
    title: Marked
    excerpt: Marked
    detail: str
    url: str
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Group:
    """The hits of one kind. ``total`` counts them up to a cap; ``capped`` means “or more”.

    ``gave_up`` tells that the question took too long and another word would help.
    """

    kind: str
    label: Words
    hits: tuple[Hit, ...] = ()
    total: int = 0
    capped: bool = False
    next: str | None = None
    gave_up: bool = False


@dataclass(frozen=True)
class Results:
    """The answer. ``jump`` is the very thing whose number was typed."""

    text: str
    groups: tuple[Group, ...] = ()
    jump: Hit | None = None
    corrected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was found."""
        return self.jump is None and not any(group.hits or group.gave_up for group in self.groups)


def kinds(viewer: Actor) -> list[Searchable]:
    """What a viewer may search, in order."""
    return sorted((s for s in SEARCHABLES if s.may(viewer)), key=lambda s: s.order)


def search(
    viewer: Actor,
    text: str,
    *,
    only: Collection[str] | None = None,
    cursor: str | None = None,
    size: int = PAGE,
) -> Results:
    """Everything that fits what was typed, by kind, the best first.

    ``only`` names the kinds to search. ``cursor`` (from ``Group.next``) goes on where a group of
    one kind ended.
    """
    asked = read(text)
    chosen = [s for s in kinds(viewer) if only is None or s.key in only]
    jump = None if cursor else _jump(viewer, text.strip(), chosen)
    if not asked:
        return Results(text, jump=jump)
    understood = understand(asked)
    if not understood.queries:  # nothing but “the” and “de”
        return Results(text, jump=jump)
    known = cursor and cursor.isascii() and cursor.isdigit() and len(cursor) < 9
    start = int(cursor) if cursor and known else 0
    groups = tuple(_group(viewer, kind, understood, start, size) for kind in chosen)
    return Results(text, groups, jump, understood.corrected)


def _group(viewer: Actor, kind: Searchable, understood: Understood, start: int, size: int) -> Group:
    try:
        with _patience():
            found = kind.find(viewer, understood)
            return _shown(viewer, kind, understood, found, start, size)
    except OperationalError as problem:
        if not isinstance(problem.__cause__, QueryCanceled):
            raise
        log.warning("search_gave_up", kind=kind.key, words=len(understood.queries))
        return Group(kind.key, kind.label, gave_up=True)


def _shown(
    viewer: Actor, kind: Searchable, understood: Understood, found: Found, start: int, size: int
) -> Group:
    matches = found.matches[start : start + size]
    shown = kind.show(viewer, matches)
    hits = [_hit(kind, m, shown[m.pk], understood) for m in matches if m.pk in shown]
    more = start + size < len(found.matches)
    following = str(start + size) if more else None
    return Group(kind.key, kind.label, tuple(hits), len(found.matches), found.capped, following)


def _hit(kind: Searchable, match: Match, shown: Shown, understood: Understood | None) -> Hit:
    lexemes = understood.lexemes if understood else frozenset()
    title = mark(shown.title, lexemes, length=300)
    excerpt = mark(shown.text, lexemes) if shown.text else ()
    return Hit(kind.key, match.pk, title, excerpt, shown.detail, shown.url, shown.at)


def _jump(viewer: Actor, text: str, chosen: list[Searchable]) -> Hit | None:
    for kind in chosen:
        pk = kind.jump(viewer, text) if kind.jump and text else None
        if pk is not None:
            match = Match(pk, 1.0)
            shown = kind.show(viewer, [match])
            if pk in shown:
                return _hit(kind, match, shown[pk], None)
    return None


# Few rows of large tables are wanted: from the words' index to each row by its key, nothing that
# only pays for many rows (walks through a table, hashes of one, workers, compiled code).
_PLANNING = {
    "statement_timeout": str(PATIENCE),
    "max_parallel_workers_per_gather": "0",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "random_page_cost": "1.1",
    "jit": "off",
    "pg_trgm.word_similarity_threshold": "0.5",  # lets “ritta” be Rita
}


@contextmanager
def _patience(wanted: Mapping[str, str] = _PLANNING) -> Iterator[None]:
    """Give up what takes longer than ``PATIENCE``, and leave the transaction as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        names = list(wanted)
        cursor.execute("SELECT " + ", ".join("current_setting(%s, true)" for _name in names), names)
        known = zip(names, cursor.fetchone() or (), strict=True)
        before = {name: value for name, value in known if value is not None}
        _set(cursor, wanted)
        yield
        _set(cursor, before)


def _set(cursor: CursorWrapper, settings: Mapping[str, str]) -> None:
    calls = ", ".join("set_config(%s, %s, true)" for _name in settings)
    cursor.execute(f"SELECT {calls}", [part for pair in settings.items() for part in pair])
