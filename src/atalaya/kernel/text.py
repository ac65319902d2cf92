"""Plain text made safe to store and to compare."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Text that PostgreSQL and browsers accept: no NUL, control characters, lone surrogates."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, limit: int = 255) -> str:
    """``text`` on one line, without invisible direction marks, at most ``limit`` characters.

    >>> one_line("  a\\n  b ")
    'a b'
    """
    line = _SPACES.sub(" ", _INVISIBLE.sub("", clean(text))).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def fold(text: str) -> str:
    """``text`` for comparison: no accents, no case.

    >>> fold("Contraseña ÁÉÍ")
    'contrasena aei'
    """
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()
