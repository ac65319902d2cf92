"""The agents' shell and the pages of many practices in it."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleApp(AppConfig):
    """Layout, navigation, home, queue, search."""

    name = "atalaya.console"
    label = "console"
