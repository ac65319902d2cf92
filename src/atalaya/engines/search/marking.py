"""Excerpts with the found words marked: pieces of plain text, for others to escape. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from atalaya.core.conditions.queries import fold

AROUND = 200  # characters of an excerpt
LOOKED_AT = 6_000  # characters of a text that an excerpt is taken from
SHORTEST_STEM = 3
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Piece:
    """A stretch of an excerpt, and whether it is a found word."""

    text: str
    marked: bool = False


Marked = tuple[Piece, ...]


def mark(text: str, lexemes: Collection[str], *, length: int = AROUND) -> Marked:
    """The part of ``text`` with the most found words, on one line, those words marked.

    >>> [p.text for p in mark("La Configuración falla", {"configur"}) if p.marked]
    ['Configuración']
    """
    text = " ".join(text[:LOOKED_AT].split())
    spans = [match.span() for match in _WORD.finditer(text) if _is_found(match.group(), lexemes)]
    start, end = _best(text, spans, length)
    pieces = [Piece("… ")] if start > 0 else []
    here = start
    for opens, closes in spans:
        if start <= opens and closes <= end:
            pieces += [Piece(text[here:opens]), Piece(text[opens:closes], marked=True)]
            here = closes
    pieces.append(Piece(text[here:end]))
    if end < len(text):
        pieces.append(Piece(" …"))
    return tuple(piece for piece in pieces if piece.text)


def _is_found(word: str, lexemes: Collection[str]) -> bool:
    """A word is found when it is a lexeme, or begins with one and is not much longer."""
    folded = fold(word)
    if folded in lexemes:
        return True
    shortest = max(SHORTEST_STEM, len(folded) - 7)
    return any(folded[:size] in lexemes for size in range(len(folded) - 1, shortest - 1, -1))


def _best(text: str, spans: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """Where to cut: around the densest found words, at spaces."""
    if len(text) <= length:
        return 0, len(text)
    starts = [max(0, opens - length // 4) for opens, _closes in spans] or [0]

    def found_from(start: int) -> int:
        return sum(start <= opens and closes <= start + length for opens, closes in spans)

    start = max(starts, key=lambda at: (found_from(at), -at))
    start = min(start, max(0, len(text) - length))
    if start:
        start = text.find(" ", start) + 1 or start
    end = start + length
    cut = text.rfind(" ", start, end) if end < len(text) else len(text)
    return start, cut if cut > start else min(end, len(text))
