"""Addresses of calendars in the settings (namespace `console:calendars`)."""

from __future__ import annotations

from django.urls import path

from atalaya.core.calendars.console import views

urlpatterns = [
    path("settings/calendars/", views.index, name="index"),
    path("settings/calendars/new/", views.new, name="new"),
    path("settings/calendars/<int:pk>/", views.edit, name="edit"),
    path("settings/calendars/<int:pk>/default/", views.default, name="default"),
]
