"""What IT provides to its users, as a thin row that everything may point at."""

from __future__ import annotations

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Services and configuration items, thin."""

    name = "atalaya.core.services"
    label = "services"
