"""The last application to start: it loads what the others plugged."""

from __future__ import annotations

from django.apps import AppConfig, apps

from atalaya.kernel import plugs


class ConfigApp(AppConfig):
    """Loads every well-known file once all models are there."""

    name = "atalaya.config"
    label = "config"

    def ready(self) -> None:
        """Import permissions, reactions, panels and the rest, so that the slots are full."""
        ours = [
            config.name for config in apps.get_app_configs() if config.name.startswith("atalaya.")
        ]
        # Facts and reactions register with the journal: every process has to know them all.
        plugs.load(ours, also=("events", "reactions"))
