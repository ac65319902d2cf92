"""Persons, organisations, teams, and who may do what."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and their roles."""

    name = "atalaya.core.people"
    label = "people"
