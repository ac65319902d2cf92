"""Addresses of measures in the console (namespace `console:reports`)."""

from __future__ import annotations

from django.urls import path

from atalaya.engines.reports.console import views

urlpatterns = [
    path("reports/", views.overview, name="overview"),
    path("reports/<slug:key>/", views.page, name="page"),
    path("reports/<slug:key>/values.csv", views.values, name="values"),
    path("reports/<slug:key>/tickets/", views.rows, name="rows"),
    path("reports/<slug:key>/tickets.csv", views.rows_file, name="rows_file"),
]
