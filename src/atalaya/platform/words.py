"""The catalogue's words before Django is set up: for the command line and for what may go wrong
while the desk is being started. The language is the one of the terminal (``LANG``)."""

from __future__ import annotations

import gettext as catalogues
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


@cache
def _catalogue() -> catalogues.NullTranslations:
    return catalogues.translation("django", LOCALE, fallback=True)


def language() -> str:
    """The code of the terminal's language, if there is a catalogue for it; else English."""
    return _catalogue().info().get("language") or "en"


def gettext(sentence: str) -> str:
    """The sentence in the terminal's language."""
    return _catalogue().gettext(sentence)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form that fits ``count``, in the terminal's language."""
    return _catalogue().ngettext(singular, plural, count)
