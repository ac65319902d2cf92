"""What an organisation decides, and which practices are on."""

from __future__ import annotations

from django.apps import AppConfig

from atalaya.kernel import plugs


class PreferencesConfig(AppConfig):
    """Typed preferences with history; the practice switch."""

    name = "atalaya.core.preferences"
    label = "preferences"

    def ready(self) -> None:
        """Tell the slots who knows which practices are on."""
        from atalaya.core.preferences.queries import practice_is_on

        plugs.decide_practices_by(practice_is_on)
