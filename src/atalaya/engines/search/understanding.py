"""From typed words to tsqueries: stems, beginnings, and the words that were probably meant.

One question to the database, whatever is searched afterwards.
"""

from __future__ import annotations

import re

from django.db import connection

from atalaya.engines.search.ports import Asked, Understood

_LEXEME = re.compile(r"'((?:[^']|'')+)'")

# A word nobody ever used, and that begins none, is probably mistyped: the nearest known ones count.
_SQL = """
WITH typed AS MATERIALIZED (
  SELECT word, begun, place, public.atalaya_fold(word) AS folded
  FROM unnest(%(words)s::text[], %(begun)s::boolean[]) WITH ORDINALITY AS given(word, begun, place)
), doubtful AS MATERIALIZED (
  SELECT place, folded FROM typed
  WHERE folded ~ '^[[:alpha:]]{4,30}$'
    AND NOT EXISTS (SELECT FROM search_word AS same WHERE same.word = typed.folded)
    AND NOT (begun AND EXISTS (
      SELECT FROM search_word AS longer WHERE longer.word ^@ typed.folded))
), meant AS (
  SELECT doubtful.place, near.word,
         row_number() OVER (PARTITION BY doubtful.place
                            ORDER BY near.far, near.uses DESC, near.word)
  FROM doubtful CROSS JOIN LATERAL (
    SELECT known.word, known.uses,
           levenshtein_less_equal(known.word, doubtful.folded, 2) AS far
    FROM search_word AS known WHERE known.word %% doubtful.folded
  ) AS near
  WHERE near.far <= CASE WHEN length(doubtful.folded) < 5 THEN 1 ELSE 2 END
)
SELECT typed.word,
       public.atalaya_query(typed.word, typed.begun)::text,
       array(SELECT public.atalaya_query(meant.word, false)::text FROM meant
             WHERE meant.place = typed.place AND meant.row_number <= 3 ORDER BY row_number),
       array(SELECT meant.word::text FROM meant
             WHERE meant.place = typed.place AND meant.row_number <= 3 ORDER BY row_number)
FROM typed ORDER BY typed.place
"""


def understand(asked: Asked) -> Understood:
    """What was asked, ready to be searched. Words that say nothing (“the”, “de”) are left out."""
    queries: list[str] = []
    corrected: dict[str, tuple[str, ...]] = {}
    last = len(asked.words) - 1
    begun = [asked.begun and place == last for place in range(len(asked.words))]
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"words": list(asked.words), "begun": begun})
        for word, query, meant_queries, meant in cursor.fetchall():
            parts = [part for part in (query, *meant_queries) if part]
            if parts:
                queries.append(" | ".join(parts))
            if meant:
                corrected[word] = tuple(meant)
        for phrase in asked.phrases:
            cursor.execute("SELECT public.atalaya_phrase(%s)::text", [phrase])
            row = cursor.fetchone()
            if row and row[0]:
                queries.append(row[0])
    lexemes = {lexeme.replace("''", "'") for part in queries for lexeme in _LEXEME.findall(part)}
    return Understood(asked, tuple(queries), frozenset(lexemes), corrected)
