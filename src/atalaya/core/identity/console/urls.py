"""Addresses of accounts and keys in the console (namespace ``console:identity``)."""

from __future__ import annotations

from django.urls import path

from atalaya.core.identity.console import views

urlpatterns = [
    path("people/<int:pk>/account/invite/", views.invite_person, name="invite"),
    path("people/<int:pk>/account/switch/", views.switch, name="switch"),
    path("people/<int:pk>/account/sessions/end/", views.end_all_sessions, name="end_sessions"),
    path("people/<int:pk>/account/steps/reset/", views.reset_steps, name="reset_steps"),
    path("settings/keys/", views.keys, name="keys"),
    path("settings/keys/<int:pk>/revoke/", views.revoke, name="revoke"),
]
