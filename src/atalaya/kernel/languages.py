"""Texts an organisation writes in several languages: one JSON object per field, with fallback."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

LANGUAGES = ("en", "es")
Texts = dict[str, str]


def say(texts: Mapping[str, str] | None, language: str | None = None) -> str:
    """The text in ``language`` (else the active one), else English, else any that is not empty.

    >>> say({"en": "Printer", "es": "Impresora"}, "es")
    'Impresora'
    >>> say({"es": "Impresora"}, "en")
    'Impresora'
    """
    if not texts:
        return ""
    wanted = (language or get_language() or "en").split("-")[0]
    for code in (wanted, "en", *texts):
        if texts.get(code):
            return texts[code]
    return ""
