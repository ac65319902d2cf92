"""Tickets (incidents and service requests), the states they go through, and merges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Person, Scope
from atalaya.core.work.models import StateCategory, WorkItem
from atalaya.core.work.ports import item_kind
from atalaya.kernel import clock
from atalaya.kernel.languages import say

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor


class StateQuerySet(models.QuerySet["State"]):
    """Words for choosing states."""

    def visible_to(self, viewer: Actor) -> Self:
        """States are no secret to anybody who is known."""
        return self if viewer.is_agent or viewer.person is not None else self.none()


class State(models.Model):
    """A state of tickets an administrator may rename, add, or switch off.

    ``next_states`` are the keys it may go to; empty means anywhere. One state of each category
    is the one actions use (the first active by position).
    """

    id: int
    key = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    category = models.CharField(max_length=10, choices=StateCategory.choices)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    next_states = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = StateQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return say(self.names) or self.key


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Words for choosing tickets."""

    def visible_to(self, viewer: Actor) -> Self:
        """Tickets whose work item the viewer may see."""
        return self.filter(item__in=WorkItem.objects.visible_to(viewer))

    def open(self) -> Self:
        """Still to be worked."""
        return self.filter(item__in=WorkItem.objects.open())


class Ticket(models.Model):
    """An incident or a service request: what it has beyond the work item."""

    class Kind(models.TextChoices):
        """What a ticket is."""

        INCIDENT = "incident", _("Incident")
        REQUEST = "request", _("Service request")

    item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, primary_key=True, related_name="ticket"
    )
    resolved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets_resolved"
    )
    first_answer_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets_answered"
    )
    reopenings = models.PositiveSmallIntegerField(default=0)
    escalations = models.PositiveSmallIntegerField(default=0)
    bounces = models.PositiveSmallIntegerField(default=0)  # sent back to a lower tier
    follow_up_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )

    objects = TicketQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.item)

    @property
    def number(self) -> int:
        """The number of the work item."""
        return self.item.number

    def scope(self) -> Scope:
        """Where it lives, for judging rights."""
        return self.item.scope()


class Merge(models.Model):
    """A ticket merged into another, with what is needed to undo it."""

    id: int
    source = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges_out")
    target = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="merges_in")
    state = models.SlugField(max_length=40)
    category_of_state = models.CharField(max_length=10)
    turn = models.CharField(max_length=16)
    joined = ArrayField(models.BigIntegerField(), default=list)  # persons who came along
    entries = ArrayField(models.BigIntegerField(), default=list)  # what moved, to bring it back
    merged_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(undone_at__isnull=True),
                name="tickets_merged_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


for _kind in Ticket.Kind:
    item_kind(_kind.value, _kind.label, module=__name__)
