"""Lists an administrator keeps: categories, tags, pending reasons, priorities, custom fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Team
from atalaya.core.services.models import Service
from atalaya.kernel.languages import say

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor


class Turn(models.TextChoices):
    """Whose turn it is: who owes the next step."""

    AGENT = "agent", _("Agent")
    REQUESTER = "requester", _("Requester")
    THIRD_PARTY = "third_party", _("Third party")
    APPROVER = "approver", _("Approver")
    SCHEDULED = "scheduled", _("Scheduled")
    NOBODY = "nobody", _("Nobody")


class ListedQuerySet(models.QuerySet[Any]):
    """Words for choosing rows of these lists."""

    def visible_to(self, viewer: Actor) -> Self:
        """All rows for who works here, those in use for everybody who is known."""
        if viewer.is_agent:
            return self
        return self.filter(is_active=True) if viewer.person is not None else self.none()

    def active(self) -> Self:
        """Rows in use."""
        return self.filter(is_active=True)


class TagQuerySet(models.QuerySet["Tag"]):
    """Words for choosing tags."""

    def visible_to(self, viewer: Actor) -> Self:
        """Tags are for who works here."""
        return self if viewer.is_agent else self.none()


class Category(models.Model):
    """What a case is about, as a tree; it may say which team and service it means."""

    id: int
    names = models.JSONField(default=dict)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.JSONField(
        default=dict, blank=True
    )  # full names, "Hardware / Printer", per language
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="categories"
    )
    service = models.ForeignKey(
        Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="categories"
    )
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = ListedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return say(self.path) or say(self.names)


class Tag(models.Model):
    """A free word on a case."""

    id: int
    name = models.CharField(max_length=60)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="work_tag_name")]

    def __str__(self) -> str:
        return self.name


class PendingReason(models.Model):
    """Why a case waits, and what follows: reminders, then closing.

    ``follow_up_days`` are days after the wait began on which the requester is reminded;
    ``close_after_days`` closes the case when nobody answered (None: never).
    ``pauses`` names the clocks that stand still.
    """

    id: int
    key = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    turn = models.CharField(max_length=16, choices=Turn.choices, default=Turn.REQUESTER)
    pauses = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    follow_up_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    follow_up_texts = models.JSONField(default=dict, blank=True)
    close_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = ListedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return say(self.names)


class PriorityCell(models.Model):
    """One cell of the matrix: impact × urgency → priority, each 1 (highest) to 3; P1 to P4."""

    id: int
    impact = models.SmallIntegerField()
    urgency = models.SmallIntegerField()
    priority = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["impact", "urgency"], name="work_priority_cell"),
            models.CheckConstraint(
                condition=models.Q(impact__range=(1, 3))
                & models.Q(urgency__range=(1, 3))
                & models.Q(priority__range=(1, 4)),
                name="work_priority_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.impact}×{self.urgency}=P{self.priority}"


class CustomField(models.Model):
    """A field an administrator declares; its value lives in ``WorkItem.custom[key]``."""

    class Kind(models.TextChoices):
        """Types of custom fields."""

        TEXT = "text", _("Text")
        LONG_TEXT = "long_text", _("Long text")
        NUMBER = "number", _("Number")
        BOOLEAN = "boolean", _("Yes or no")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        MULTIPLE = "multiple", _("Several choices")
        TREE = "tree", _("Choice from a tree")
        PERSON = "person", _("Person")
        URL = "url", _("Web address")
        EXTERNAL = "external", _("External source")

    id: int
    key = models.SlugField(max_length=40, unique=True)
    labels = models.JSONField(default=dict)
    helps = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.TEXT)
    # choices: [{"key": "a", "names": {"en": …, "es": …}, "children": […]}]
    choices = models.JSONField(default=list, blank=True)
    source = models.JSONField(default=dict, blank=True)  # external: url, path of items, key, label
    item_kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    categories = models.ManyToManyField(Category, related_name="custom_fields", blank=True)
    required_at = models.CharField(max_length=16, blank=True, default="")  # "", "open", "resolve"
    in_portal = models.BooleanField(default=False)
    in_filters = models.BooleanField(default=False)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = ListedQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return say(self.labels) or self.key


class ChecklistTemplate(models.Model):
    """Steps that can be put on a case in one go."""

    id: int
    names = models.JSONField(default=dict)
    steps = models.JSONField(default=list)  # [{"en": …, "es": …}, …]
    is_active = models.BooleanField(default=True)

    objects = ListedQuerySet.as_manager()

    def __str__(self) -> str:
        return say(self.names)
