"""An invented company to look at."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo: so that its job is known to workers."""

    name = "atalaya.pages.demo"
    label = "demo"
