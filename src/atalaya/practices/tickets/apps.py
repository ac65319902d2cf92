"""Incidents and service requests."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    """The help desk's main practice."""

    name = "atalaya.practices.tickets"
    label = "tickets"
    verbose_name = _("Tickets")
    sentence = _("Incidents and service requests: taken in, answered, resolved, counted.")
