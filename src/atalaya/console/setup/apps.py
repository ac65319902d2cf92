"""The first steps of a new desk."""

from __future__ import annotations

from django.apps import AppConfig


class SetupConfig(AppConfig):
    """Six screens, from the one-time link to a desk that works."""

    name = "atalaya.console.setup"
    label = "setup"
