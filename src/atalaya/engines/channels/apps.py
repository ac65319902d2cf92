"""Messages in and out."""

from __future__ import annotations

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The engine that takes and sends messages."""

    name = "atalaya.engines.channels"
    label = "channels"
