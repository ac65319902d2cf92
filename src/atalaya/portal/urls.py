"""The portal's own pages; those of a practice lie in the practice."""

from __future__ import annotations

from django.urls import path

from atalaya.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("language/", views.language, name="language"),
]
