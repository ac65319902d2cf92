"""Live updates of the portal."""

from __future__ import annotations

from django.urls import path

from atalaya.engines.realtime import streams

urlpatterns = [path("live/", streams.stream, name="stream")]
