"""The addresses of the first steps. The link that ``atalaya up`` prints leads to ``follow``."""

from __future__ import annotations

from django.urls import path

from atalaya.console.setup import views

urlpatterns = [
    path("setup/", views.start, name="start"),
    path("setup/organisation/", views.organisation, name="organisation"),
    path("setup/administrator/", views.administrator, name="administrator"),
    path("setup/mail/", views.mail, name="mail"),
    path("setup/team/", views.team, name="team"),
    path("setup/practices/", views.practices, name="practices"),
    path("setup/demo/", views.demo, name="demo"),
    path("setup/<str:token>/", views.follow, name="follow"),
]
