"""The priority matrix, as the table it is."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from atalaya.core.identity.ports import Request
from atalaya.core.work.actions import set_matrix
from atalaya.core.work.queries import priority_matrix
from atalaya.kernel.errors import InvalidInput
from atalaya.ui import htmx

LEVELS = (1, 2, 3)


def matrix(request: Request) -> HttpResponse:
    """Nine choices, one save."""
    request.actor.must("work.lists")
    if request.method == "POST":
        set_matrix(_cells(request), by=request.actor)
        return htmx.done(request, goto=reverse("console:work:matrix"), toast=_("Saved."))
    context = {
        "cells": priority_matrix(),
        "levels": LEVELS,
        "impacts": {1: _("Many or all"), 2: _("Several"), 3: _("One person")},
        "urgencies": {1: _("Cannot work"), 2: _("Works with difficulty"), 3: _("Can wait")},
    }
    return htmx.render(request, "work/console/matrix.html", context)


def _cells(request: Request) -> dict[tuple[int, int], int]:
    found = {}
    for impact in LEVELS:
        for urgency in LEVELS:
            value = request.POST.get(f"cell-{impact}-{urgency}", "")
            if value not in {"1", "2", "3", "4"}:
                raise InvalidInput(_("Priorities go from 1 to 4."), at="priority")
            found[(impact, urgency)] = int(value)
    return found
