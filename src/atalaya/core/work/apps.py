"""Work items: what every practice shares."""

from __future__ import annotations

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Numbers, states, timeline, links, tasks, fields."""

    name = "atalaya.core.work"
    label = "work"
