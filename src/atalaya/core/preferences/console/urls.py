"""Addresses of preferences in the console (namespace `console:preferences`)."""

from __future__ import annotations

from django.urls import path

from atalaya.core.preferences.console import views

urlpatterns = [
    path("settings/preferences/", views.index, name="index"),
    path("settings/preferences/<slug:key>/", views.section, name="section"),
    path("settings/practices/", views.practices, name="practices"),
]
