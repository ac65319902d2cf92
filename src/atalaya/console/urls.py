"""Addresses of the console's own pages (namespace `console`)."""

from __future__ import annotations

from django.urls import path

from atalaya.console import queues, system, views

urlpatterns = [
    path("", views.home, name="home"),
    path("queue/", queues.queue, name="queue"),
    path("queue/counts/", queues.counts, name="queue_counts"),
    path("queue/new/", queues.news, name="queue_news"),
    path("search/", views.search, name="search"),
    path("badges/", views.badges, name="badges"),
    path("settings/", views.settings, name="settings"),
    path("settings/me/", views.me, name="me"),
    path("settings/system/", system.system, name="system"),
]
