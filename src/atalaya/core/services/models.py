"""Services and configuration items, thin: the configuration practice adds what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Person, Team
from atalaya.kernel import clock
from atalaya.kernel.languages import say

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor


class ServiceQuerySet(models.QuerySet["Service"]):
    """Words for choosing services."""

    def visible_to(self, viewer: Actor) -> Self:
        """Active services are for everybody who is known; the rest for who works tickets."""
        if viewer.is_agent:
            return self
        return self.filter(is_active=True) if viewer.person is not None else self.none()

    def active(self) -> Self:
        """Services in use."""
        return self.filter(is_active=True)


class Service(models.Model):
    """What IT provides, with an owner and the team that supports it."""

    class Weight(models.IntegerChoices):
        """How much depends on the service."""

        LOW = 1, _("Low")
        NORMAL = 2, _("Normal")
        HIGH = 3, _("High")

    id: int
    names = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="services_owned"
    )
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="services"
    )
    weight = models.SmallIntegerField(choices=Weight.choices, default=Weight.NORMAL)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = ServiceQuerySet.as_manager()

    def __str__(self) -> str:
        return say(self.names)


class Item(models.Model):
    """A configuration item, thin: anything managed in order to deliver a service."""

    id: int
    name = models.CharField(max_length=200, db_index=True)
    kind = models.SlugField(max_length=40, default="device")
    owner = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices"
    )
    services = models.ManyToManyField(Service, related_name="items", blank=True)
    serial = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name
