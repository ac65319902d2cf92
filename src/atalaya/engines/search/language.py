"""How texts become words to search by, in PostgreSQL.

A text is folded (no case, no accents), then stemmed as Spanish and as English, and its words are
also kept as they are, so that the beginning of a word finds it. Which language a text is in need
not be known. Everything is qualified with its schema: PostgreSQL builds indexes with an empty path.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, FloatField, Func, Value

VECTOR = "public.atalaya_vector"
BUCKET = 16_384  # rows of neighbouring ids that are searched together, newest first
LONGEST = 100_000  # characters of a text that are searched

CREATE = rf"""
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

CREATE TEXT SEARCH DICTIONARY public.atalaya_stop_en
  (TEMPLATE = pg_catalog.simple, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY public.atalaya_stop_es
  (TEMPLATE = pg_catalog.simple, STOPWORDS = spanish, ACCEPT = false);

CREATE TEXT SEARCH CONFIGURATION public.atalaya_es (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.atalaya_es
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
  WITH public.atalaya_stop_en, pg_catalog.spanish_stem;
CREATE TEXT SEARCH CONFIGURATION public.atalaya_en (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.atalaya_en
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
  WITH public.atalaya_stop_es, pg_catalog.english_stem;
CREATE TEXT SEARCH CONFIGURATION public.atalaya_plain (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.atalaya_plain
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, word, hword, hword_part
  WITH public.atalaya_stop_en, public.atalaya_stop_es, pg_catalog.simple;

-- The Spanish stemmer knows “aciones” but, without its accent, not “acion”.
CREATE FUNCTION public.atalaya_words(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $words$
  SELECT regexp_replace(public.atalaya_fold(t), '([au])cion\M', '\1ciones', 'g')
$words$;

CREATE FUNCTION {VECTOR}(t text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $vector$
BEGIN
  t := public.atalaya_fold(left(t, {LONGEST}));
  RETURN to_tsvector('public.atalaya_es'::regconfig,
                     regexp_replace(t, '([au])cion\M', '\1ciones', 'g'))
      || to_tsvector('public.atalaya_en'::regconfig, t)
      || to_tsvector('public.atalaya_plain'::regconfig, t);
END
$vector$;

-- What one typed word stands for; the last one may only be begun.
CREATE FUNCTION public.atalaya_query(word text, begun boolean) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $query$
  SELECT coalesce(string_agg(DISTINCT part::text, ' | '), '')::tsquery FROM (VALUES
    (plainto_tsquery('public.atalaya_es'::regconfig, public.atalaya_words(word))),
    (plainto_tsquery('public.atalaya_en'::regconfig, public.atalaya_fold(word))),
    (CASE WHEN begun AND public.atalaya_fold(word) ~ '^[[:alnum:]]{{2,}}$'
      THEN to_tsquery('public.atalaya_plain'::regconfig, public.atalaya_fold(word) || ':*')
      ELSE plainto_tsquery('public.atalaya_plain'::regconfig, public.atalaya_fold(word)) END)
  ) AS parts(part) WHERE numnode(part) > 0
$query$;

CREATE FUNCTION public.atalaya_phrase(phrase text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $phrase$
  SELECT phraseto_tsquery('public.atalaya_es'::regconfig, public.atalaya_words(phrase))
      || phraseto_tsquery('public.atalaya_en'::regconfig, public.atalaya_fold(phrase))
      || phraseto_tsquery('public.atalaya_plain'::regconfig, public.atalaya_fold(phrase))
$phrase$;
"""  # noqa: S608 - constants of this module

DROP = f"""
DROP FUNCTION public.atalaya_phrase(text);
DROP FUNCTION public.atalaya_query(text, boolean);
DROP FUNCTION {VECTOR}(text);
DROP FUNCTION public.atalaya_words(text);
DROP TEXT SEARCH CONFIGURATION public.atalaya_plain;
DROP TEXT SEARCH CONFIGURATION public.atalaya_en;
DROP TEXT SEARCH CONFIGURATION public.atalaya_es;
DROP TEXT SEARCH DICTIONARY public.atalaya_stop_es;
DROP TEXT SEARCH DICTIONARY public.atalaya_stop_en;
"""


def text_index(name: str, table: str, column: str) -> tuple[str, str]:
    """SQL that makes and drops the index a searched column needs, for a migration.

    The bucket of the id comes first in it, so that the newest matches of a common word are found
    without reading the others.
    """
    create = (
        f"CREATE INDEX {name} ON {table} USING gin ((id / {BUCKET}), {VECTOR}({column})) "
        f"WITH (fastupdate = on, gin_pending_list_limit = 1024)"
    )
    return create, f"DROP INDEX {name}"


class Vector(Func):
    """The words of a text column; written as its index is."""

    function = VECTOR
    arity = 1


class Query(Func):
    """A tsquery given as text."""

    template = "%(expressions)s::tsquery"

    def __init__(self, query: str) -> None:
        super().__init__(Value(query))


class Matches(Func):
    """Whether a text column matches a tsquery given as text."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, column: Any, query: str) -> None:
        super().__init__(Vector(column), Query(query))


class Rank(Func):
    """How well a text fits a tsquery, longer texts a little less."""

    function = "ts_rank_cd"
    output_field = FloatField()

    def __init__(self, column: Any, query: str) -> None:
        super().__init__(Vector(column), Query(query), Value(1))
