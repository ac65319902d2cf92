"""Messages in and out."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.urls import reverse

from atalaya.ui.jinja import share


def original(entry: Any) -> str:
    """Where the mail an entry was made from is seen as it came."""
    return reverse("console:channels:original_of", args=[entry.pk])


class ChannelsConfig(AppConfig):
    """The engine that takes and sends messages."""

    name = "atalaya.engines.channels"
    label = "channels"

    def ready(self) -> None:
        """Let the pages of a conversation link to the original."""
        share(original=original)
