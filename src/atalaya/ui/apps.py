"""The kit: components, page and form helpers, panels. It has no models."""

from __future__ import annotations

from django.apps import AppConfig


class UiApp(AppConfig):
    """Registers the kit with Django, so that its static files and templates are found."""

    name = "atalaya.ui"
    label = "ui"
