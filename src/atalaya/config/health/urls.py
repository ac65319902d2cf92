"""Where a load balancer or an orchestrator asks how this process is."""

from __future__ import annotations

from django.urls import path

from atalaya.config.health import views

urlpatterns = [
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]
