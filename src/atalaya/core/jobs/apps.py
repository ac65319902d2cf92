"""Background jobs on Procrastinate, in the same database."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Queues, periodic jobs, and the worker's loops."""

    name = "atalaya.core.jobs"
    label = "jobs"
