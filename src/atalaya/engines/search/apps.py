"""Search: full text in Spanish and English, and names."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Indexes, the words that are known, and finding."""

    name = "atalaya.engines.search"
    label = "search"

    def ready(self) -> None:
        """Declare the slot before the files that fill it are looked for."""
        from atalaya.engines.search import ports  # noqa: F401 - importing it declares the slot
