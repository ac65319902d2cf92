"""Incidents and service requests."""

from __future__ import annotations

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The help desk's main practice."""

    name = "atalaya.practices.tickets"
    label = "tickets"
