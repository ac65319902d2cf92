"""Addresses of what runs in the background (namespace `console:journal`)."""

from __future__ import annotations

from django.urls import path

from atalaya.core.journal.console import background

urlpatterns = [
    path("settings/jobs/", background.index, name="jobs"),
    path("settings/jobs/<int:pk>/retry/", background.retry, name="retry_job"),
    path("settings/jobs/reactions/<int:pk>/retry/", background.react, name="retry_reaction"),
    path("settings/jobs/retry-all/", background.retry_all, name="retry_all"),
]
