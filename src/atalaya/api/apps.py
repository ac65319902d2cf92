"""The programs' door."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """REST API: who asks, how often, and that nothing is done twice."""

    name = "atalaya.api"
    label = "api"
