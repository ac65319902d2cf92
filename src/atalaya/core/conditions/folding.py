"""Text without case and accents, alike in Python and in PostgreSQL.

Both sides follow the same four steps, spelled out because neither ``lower()`` (it depends on the
database's locale) nor ``str.casefold()`` (it knows more than PostgreSQL) is the same everywhere:
decompose (NFKD), drop combining marks U+0300–U+036F, write ß as ss, exchange letter for letter.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.db.models import Func, TextField

FUNCTION = "atalaya_fold"
_MARKS = re.compile("[\u0300-\u036f]+")


def _letters() -> tuple[str, str]:
    """Capital and small letters that stand alone, of the Latin, Greek and Cyrillic scripts."""
    pairs: dict[str, str] = {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ı": "i"}
    pairs["ς"] = "σ"
    for code in (
        *range(0x41, 0x5B),
        *range(0xC0, 0x250),
        *range(0x391, 0x3AA),
        *range(0x400, 0x530),
    ):
        letter = chr(code)
        if letter in pairs or unicodedata.normalize("NFKD", letter) != letter:
            continue
        small = letter.lower()
        if len(small) == 1 and small != letter and unicodedata.normalize("NFKD", small) == small:
            pairs[letter] = small
    return "".join(pairs), "".join(pairs.values())


CAPITALS, SMALL = _letters()
_TABLE = str.maketrans(CAPITALS, SMALL)


def fold(text: str) -> str:
    """``text`` as it is compared.

    >>> fold("CONTRASEÑA caducó, Straße")
    'contrasena caduco, strasse'
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return bare.replace("ß", "ss").replace("ẞ", "ss").translate(_TABLE)


def create_function_sql() -> str:
    """The same in SQL: immutable, so that an index can be built on it.

    Plain text, and text that is plain without its accents, is spared the slow exchange of letters.
    """
    return f"""
CREATE OR REPLACE FUNCTION {FUNCTION}(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $fold$
BEGIN
  IF octet_length(t) = length(t) THEN
    RETURN lower(t COLLATE "C");
  END IF;
  t := lower(regexp_replace(normalize(t, NFKD), '[\u0300-\u036f]+', '', 'g') COLLATE "C");
  IF octet_length(t) = length(t) OR t !~ '[{_ranges(CAPITALS)}ßẞ]' THEN
    RETURN t;
  END IF;
  RETURN translate(replace(replace(t, 'ß', 'ss'), 'ẞ', 'ss'), '{CAPITALS}', '{SMALL}');
END
$fold$
"""


def _ranges(letters: str) -> str:
    """The letters beyond ASCII as the inside of a regular expression's brackets."""
    codes = sorted(ord(letter) for letter in letters if not letter.isascii())
    found: list[list[int]] = []
    for code in codes:
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in found)


class Fold(Func):
    """The folded text of an expression."""

    function = FUNCTION
    arity = 1

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, output_field=TextField())
