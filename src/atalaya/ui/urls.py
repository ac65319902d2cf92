"""The kit's own addresses: its gallery, the viewer's look, and panels."""

from __future__ import annotations

from django.urls import path

from atalaya.ui import gallery, views

app_name = "ui"

urlpatterns = [
    path("ui/", gallery.show, name="gallery"),
    path("ui/look/", views.look, name="look"),
    path("ui/panels/<str:key>/<int:pk>/", views.panel, name="panel"),
    path("ui/try/options/", gallery.options, name="try_options"),
    path("ui/try/menu/", gallery.menu, name="try_menu"),
]
