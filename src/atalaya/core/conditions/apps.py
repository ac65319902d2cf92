"""The one condition language."""

from __future__ import annotations

from django.apps import AppConfig


class ConditionsConfig(AppConfig):
    """Fields, operators, and both compilers."""

    name = "atalaya.core.conditions"
    label = "conditions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the slots before the files that fill them are looked for."""
        from atalaya.core.conditions import ports  # noqa: F401 - importing it declares the slots
