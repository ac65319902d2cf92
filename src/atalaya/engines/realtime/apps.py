"""Live updates: “topic changed” to browsers."""

from __future__ import annotations

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    """The engine that tells open pages what changed."""

    name = "atalaya.engines.realtime"
    label = "realtime"
