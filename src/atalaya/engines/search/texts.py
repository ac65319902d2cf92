"""Finding rows by their texts, quickly whether a word is rare or common.

Ranking every match of a common word is what makes a search slow. So the newest matches are taken
first, and only they are ranked. How the newest are found is chosen by PostgreSQL's own estimate of
how many there are:

- few: the index gives all of them;
- many: the index is asked for the newest stretch of ids, then for a longer one, until there are
  enough. Its first column is the stretch, so that the other matches are not even read.

Whoever sees little (a requester) is served by the first: PostgreSQL starts from his own rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, Func, QuerySet, Value
from django.db.models.lookups import GreaterThanOrEqual

from atalaya.core.people.models import Actor
from atalaya.engines.search.language import BUCKET, Matches, Rank
from atalaya.engines.search.ports import Column, Found, Match, Understood

NEWEST = 1000  # matches of a column that are looked at
RANKED = 100  # of them, how many short texts are ranked; older ones follow by age
FEW = 10_000  # estimated matches up to which all of them are fetched
PHRASES = 40  # matches of a phrase that are looked at
WIDEST = 128  # buckets beyond which a stretch is no shortcut
ACROSS = 200  # newest matches of the rarest word that are checked for the others
ENOUGH = 20  # fewer matches than this, and words are looked for across the texts of a row


class _Bucket(Func):
    template = f"(%(expressions)s / {BUCKET})"
    arity = 1
    output_field = BigIntegerField()


class _Whole(Func):
    """A bucket's number with the type of the index, which answers no other."""

    template = "%(expressions)s::bigint"
    output_field = BigIntegerField()

    def __init__(self, number: int) -> None:
        super().__init__(Value(number))


@dataclass(frozen=True)
class _Hit:
    """A matching text: its own key and that of the row it belongs to."""

    text_pk: int
    owner: int


@dataclass(frozen=True)
class Texts:
    """A finder over columns whose texts belong to the same rows."""

    columns: tuple[Column, ...]

    def __call__(self, viewer: Actor, understood: Understood) -> Found:
        """The newest matching rows, best first."""
        scores: dict[int, Match] = {}
        capped = False
        for column in self.columns:
            hits = newest(column, viewer, understood.query, most=NEWEST)
            capped |= len(hits) >= NEWEST
            for match in _ranked(column, hits, understood.query):
                known = scores.get(match.pk)
                if known is None:
                    scores[match.pk] = match
                else:
                    text = known.text_pk if known.score >= match.score else match.text_pk
                    scores[match.pk] = Match(match.pk, known.score + match.score, text)
        if len(scores) < ENOUGH and len(understood.queries) > 1:
            for match in self._across(viewer, understood):
                scores.setdefault(match.pk, match)
        return Found(tuple(sorted(scores.values(), key=lambda m: (-m.score, -m.pk))), capped)

    def _across(self, viewer: Actor, understood: Understood) -> Iterable[Match]:
        """Rows that have every word, though no single one of their texts has all."""
        rarest = min(understood.queries, key=lambda query: _estimate_all(self.columns, query))
        owners: dict[int, int | None] = {}
        for column in self.columns:
            for hit in newest(column, viewer, rarest, most=ACROSS):
                owners.setdefault(hit.owner, None if column.owner == "pk" else hit.text_pk)
        chosen = sorted(owners, reverse=True)[:ACROSS]
        having: dict[int, set[str]] = {pk: {rarest} for pk in chosen}
        for query in understood.queries:
            if query == rarest:
                continue
            for column in self.columns:
                rows = column.rows(viewer).filter(**{f"{column.owner}__in": chosen})
                rows = rows.filter(Matches(F(column.column), query)).order_by()
                for pk in rows.values_list(column.owner, flat=True):
                    having[pk].add(query)
        needed = len(set(understood.queries))
        return [Match(pk, 0.0, owners[pk]) for pk in chosen if len(having[pk]) == needed]


def newest(column: Column, viewer: Actor, query: str, *, most: int) -> list[_Hit]:
    """The newest texts that match and that the viewer may read, newest first."""
    rows = column.rows(viewer).filter(Matches(F(column.column), query))
    is_phrase = "<" in query  # the index does not know the order of words: each text is read anew
    most = PHRASES if is_phrase else most
    estimate = _estimate(column, query)
    if viewer.is_agent and (estimate > FEW or is_phrase):
        last = column.model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0  # noqa: SLF001 - whatever the default manager hides
        buckets = last // BUCKET + 1
        width = max(1, math.ceil(2 * most * buckets / max(1, estimate)))
        while width < buckets and width <= WIDEST:
            stretch = GreaterThanOrEqual(_Bucket(F("pk")), _Whole(buckets - width))
            hits = _fetch(column, rows.filter(stretch), most)
            if len(hits) >= most:
                return hits
            width *= 4
    return _fetch(column, rows, most)


def _fetch(column: Column, rows: QuerySet[Any], most: int) -> list[_Hit]:
    """Newest first, ordered by an expression: the planner would else walk the whole table."""
    ordered = rows.order_by((F("pk") + 0).desc()).values_list("pk", column.owner)[:most]
    return [_Hit(text_pk, owner) for text_pk, owner in ordered]


def _ranked(column: Column, hits: list[_Hit], query: str) -> Iterable[Match]:
    """Matches with a score: how well a short text fits, a little more for the newer.

    Long texts count for their weight alone: reading their words anew costs more than it tells.
    """
    chosen = [hit.text_pk for hit in hits[:RANKED]] if column.is_short else []
    rows = column.model._base_manager.filter(pk__in=chosen).order_by()  # noqa: SLF001 - seen before
    ranks = dict(rows.values_list("pk", Rank(F(column.column), query)))
    best: dict[int, Match] = {}
    for place, hit in enumerate(hits):
        fresh = 1 + (1 - place / max(1, len(hits))) / 2
        score = column.weight * fresh * (0.05 + ranks.get(hit.text_pk, 0.0))
        if hit.owner not in best or best[hit.owner].score < score:
            best[hit.owner] = Match(hit.owner, score, None if column.owner == "pk" else hit.text_pk)
    return best.values()


def _estimate(column: Column, query: str) -> int:
    """How many rows PostgreSQL expects to match, from its statistics of the index."""
    rows = column.model._base_manager.filter(Matches(F(column.column), query)).order_by()  # noqa: SLF001 - an estimate shows no row
    plan = json.loads(rows.values_list("pk").explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def _estimate_all(columns: Iterable[Column], query: str) -> int:
    return sum(_estimate(column, query) for column in columns)
