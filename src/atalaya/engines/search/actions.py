"""Keeping the words that texts use."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from atalaya.core.journal.actions import action

# Only words of letters: numbers and host names are never corrected.
_WORDS = """
SELECT DISTINCT lexeme FROM unnest(%(texts)s::text[]) AS given(body),
  unnest(to_tsvector('public.atalaya_plain'::regconfig, public.atalaya_fold(left(body, 20000))))
WHERE lexeme ~ '^[[:alpha:]]{3,30}$' ORDER BY lexeme
"""


@action("search.learn_words")
def learn_words(texts: Iterable[str]) -> None:
    """Make the words of new texts known, so that a mistyped one can be told from a new one."""
    bodies = [text.replace("\x00", "") for text in texts if text]
    if not bodies:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO search_word (word, uses) SELECT lexeme, 1 FROM ({_WORDS}) AS found "  # noqa: S608 - a constant
            "ON CONFLICT (word) DO NOTHING",
            {"texts": bodies},
        )


@action("search.count_words")
def count_words(table: str, column: str, *, rows: int = 200_000) -> None:
    """Count anew how often words are used in the newest rows of a searched column."""
    statement = (
        f"SELECT public.atalaya_vector({column}) FROM {table} ORDER BY id DESC LIMIT {rows:d}"  # noqa: S608 - names come from models
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_word AS known (word, uses) "
            "SELECT word, ndoc FROM ts_stat(%s) WHERE word ~ '^[[:alpha:]]{3,30}$' "
            "AND EXISTS (SELECT FROM search_word AS same WHERE same.word = ts_stat.word) "
            "ORDER BY word ON CONFLICT (word) DO UPDATE SET uses = greatest(1, excluded.uses)",
            [statement],
        )
