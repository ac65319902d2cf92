"""Calendars: when a desk, a team or an agreement works."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from atalaya.core.calendars.arithmetic import AtClosing, DayMeans
from atalaya.kernel import clock
from atalaya.kernel.languages import say

DAY_MEANS = [
    (DayMeans.WORKING_DAY.value, _("One working day: the same time on the next day we work")),
    (DayMeans.DAY_OF_HOURS.value, _("24 hours of opening time")),
]
AT_CLOSING = [
    (AtClosing.STAYS.value, _("Due at closing time")),
    (AtClosing.MOVES.value, _("Due at the next opening")),
]


class Calendar(models.Model):
    """Opening hours in a time zone, with the holidays of a country or region and own days.

    ``week`` maps ``mon`` … ``sun`` to intervals such as ``["09:00", "14:00"]``; ``own_days`` lists
    days that differ, which go before holidays (``planning.py`` says what is well formed).
    """

    id: int
    names = models.JSONField(default=dict)
    zone = models.CharField(max_length=64, default="UTC")
    week = models.JSONField(default=dict)
    country = models.CharField(max_length=2, blank=True, default="")
    region = models.CharField(max_length=40, blank=True, default="")
    own_days = models.JSONField(default=list, blank=True)
    day_means = models.CharField(max_length=16, choices=DAY_MEANS, default=DayMeans.WORKING_DAY)
    at_closing = models.CharField(max_length=8, choices=AT_CLOSING, default=AtClosing.STAYS)
    is_default = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="calendars_one_default",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="calendars_default_is_active",
            ),
        ]

    def __str__(self) -> str:
        return say(self.names)
