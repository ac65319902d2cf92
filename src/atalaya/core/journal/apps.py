"""The journal: every change is a fact, for ever."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Facts, what reacts to them, and timers."""

    name = "atalaya.core.journal"
    label = "journal"
