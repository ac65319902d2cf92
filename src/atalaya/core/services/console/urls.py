"""Addresses of services in the console (namespace `console:services`)."""

from __future__ import annotations

from django.urls import path

from atalaya.core.services.console import views

urlpatterns = [
    path("settings/services/", views.index, name="list"),
    path("settings/services/new/", views.edit, name="new"),
    path("settings/services/<int:pk>/", views.edit, name="edit"),
]
