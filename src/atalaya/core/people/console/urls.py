"""Addresses of people, organisations and teams in the console (namespace `console:people`)."""

from __future__ import annotations

from django.urls import path

from atalaya.core.people.console import importing, organisations, persons, roles, teams

urlpatterns = [
    path("people/", persons.index, name="people"),
    path("people/options/", persons.options, name="options"),
    path("people/new/", persons.new, name="person_new"),
    path("people/import/", importing.upload, name="import"),
    path("people/<int:pk>/", persons.show, name="person"),
    path("people/<int:pk>/edit/", persons.edit, name="person_edit"),
    path("people/<int:pk>/merge/", persons.merge, name="person_merge"),
    path("people/<int:pk>/roles/", teams.grant, name="grant"),
    path("people/<int:pk>/roles/<int:grant_pk>/revoke/", teams.revoke, name="revoke"),
    path("organisations/", organisations.index, name="organisations"),
    path("organisations/options/", organisations.options, name="organisation_options"),
    path("organisations/new/", organisations.new, name="organisation_new"),
    path("organisations/<int:pk>/", organisations.show, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.edit, name="organisation_edit"),
    path("settings/roles/", roles.index, name="roles"),
    path("settings/roles/new/", roles.edit, name="role_new"),
    path("settings/roles/<int:pk>/", roles.edit, name="role"),
    path("settings/roles/<int:pk>/remove/", roles.remove, name="role_remove"),
    path("settings/teams/", teams.index, name="teams"),
    path("settings/teams/new/", teams.new, name="team_new"),
    path("settings/teams/<int:pk>/", teams.show, name="team"),
    path("settings/teams/<int:pk>/join/", teams.join, name="team_join"),
    path("settings/teams/<int:pk>/leave/<int:person_pk>/", teams.leave, name="team_leave"),
]
