"""Finding people and other things by their names and addresses, wherever in them the words are.

A trigram index answers parts of words; when nothing has them, names that sound alike on paper do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, FloatField, Func, Model, Q, QuerySet, Value
from django.db.models.lookups import Contains

from atalaya.core.conditions.queries import Fold, fold
from atalaya.core.people.models import Actor
from atalaya.engines.search.ports import Found, Match, Understood

MOST = 200
SHORTEST = 2  # letters; a single one finds half of everybody


@dataclass(frozen=True)
class Name:
    """A column that holds names. ``owner`` is the path to the row that is found."""

    model: type[Model]
    column: str
    owner: str = "pk"


class _Alike(Func):
    """Whether a word resembles some word of a folded name (the index answers it)."""

    template = "(%(expressions)s)"
    arg_joiner = " <%% "
    output_field = BooleanField()

    def __init__(self, column: Any, word: str) -> None:
        super().__init__(Value(word), Fold(column))


class _Likeness(Func):
    function = "word_similarity"
    output_field = FloatField()

    def __init__(self, column: Any, word: str) -> None:
        super().__init__(Value(word), Fold(column))


@dataclass(frozen=True)
class Names:
    """A finder by names. ``rows`` are those the viewer may see; the first name orders them."""

    rows: Callable[[Actor], QuerySet[Any]]
    names: tuple[Name, ...]

    def __call__(self, viewer: Actor, understood: Understood) -> Found:
        """Rows in which every word is found, the closest first."""
        asked = understood.asked
        words = [fold(word) for word in (*asked.words, *asked.phrases)]
        words = [word for word in words if len(word) >= SHORTEST]
        if not words:
            return Found()
        contained = [
            self._where(lambda column, word: Contains(Fold(column), word), word) for word in words
        ]
        found = self._ordered(self.rows(viewer).filter(*contained), words)
        if not found:
            alike = [self._where(_Alike, word) for word in words]
            found = self._ordered(self.rows(viewer).filter(*alike), words)
        matches = [Match(pk, score) for pk, score in found]
        return Found(tuple(matches[:MOST]), len(matches) > MOST)

    def _where(self, lookup: Callable[[Any, str], Any], word: str) -> Q:
        """Rows any name of which has the word; a union, so that each index can answer its part."""
        each = [
            name.model._base_manager.filter(lookup(F(name.column), word))  # noqa: SLF001 - only keys, and their rows are filtered
            .order_by()
            .values_list(name.owner)
            for name in self.names
        ]
        return Q(pk__in=each[0].union(*each[1:], all=True))

    def _ordered(self, rows: QuerySet[Any], words: list[str]) -> list[tuple[int, float]]:
        likeness = _Likeness(F(self.names[0].column), " ".join(words))
        ordered = rows.order_by(likeness.desc(), self.names[0].column, "pk")
        return list(ordered.values_list("pk", likeness)[: MOST + 1])
