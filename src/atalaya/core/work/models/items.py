"""The work item: the row every practice shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Organisation, Person, Scope, Team
from atalaya.core.services.models import Item, Service
from atalaya.core.work.models.lists import Category, PendingReason, Tag, Turn
from atalaya.kernel import clock

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor

PREFIXES = {
    "incident": "INC",
    "request": "REQ",
    "problem": "PRB",
    "change": "CHG",
    "task": "TSK",
}
# Written literally: PostgreSQL uses a partial index only when the query says the same.
IS_OPEN = models.Q(category_of_state__in=["new", "open", "waiting"], binned_as="")


class StateCategory(models.TextChoices):
    """What a state means to clocks, queues and measures."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


class Channel(models.TextChoices):
    """How something reached the desk."""

    MAIL = "mail", _("Mail")
    PORTAL = "portal", _("Portal")
    PHONE = "phone", _("Phone")
    CONSOLE = "console", _("Console")
    API = "api", _("API")
    CHAT = "chat", _("Chat")
    WALK_UP = "walk_up", _("In person")
    SYSTEM = "system", _("Automatic")


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Words for choosing work items."""

    def visible_to(self, viewer: Actor) -> Self:
        """What ``viewer`` may see: where his role reaches, and what he takes part in.

        Confidential items are for their team and the people who take part only. A key whose scope
        does not name seeing work sees none, not even what its owner takes part in.
        """
        if viewer.only is not None and not viewer.only & {"*", "work.see"}:
            return self.none()
        if viewer.kind == "guest":
            return self.filter(pk__in=viewer.item_ids, binned_as="")
        if viewer.almighty and viewer.only is None:
            return self
        everywhere, teams, organisations = viewer.teams_allowing("work.see")
        if not (everywhere or teams or organisations):
            return self.filter(_only_taking_part(viewer), binned_as="")
        reach = models.Q() if everywhere else models.Q(team__in=teams) | models.Q(team__isnull=True)
        if organisations and not everywhere:
            reach |= models.Q(organisation__in=organisations)
        inside = models.Q(is_confidential=False) | models.Q(team__in=viewer.team_ids)
        return self.filter((reach & inside) | _taking_part(viewer))

    def kept(self) -> Self:
        """Not in the bin, not spam, not merged away."""
        return self.filter(binned_as="", merged_into__isnull=True)

    def open(self) -> Self:
        """Still to be worked."""
        return self.filter(IS_OPEN)

    def waiting_for(self, turn: Turn) -> Self:
        """Whose next step is ``turn``'s."""
        return self.filter(turn=turn)

    def of_team(self, team: Team) -> Self:
        """Owned by ``team``."""
        return self.filter(team=team)

    def assigned_to(self, person: Person) -> Self:
        """Assigned to ``person``."""
        return self.filter(assignee=person)

    def unassigned(self) -> Self:
        """Without an assignee."""
        return self.filter(assignee__isnull=True)

    def followed_by(self, person: Person) -> Self:
        """Requested or reported by ``person``, or with him taking part."""
        return self.filter(
            models.Q(requester=person)
            | models.Q(reported_by=person)
            | models.Q(pk__in=Participant.objects.filter(person=person).values("item"))
        )


def _taking_part(viewer: Actor) -> models.Q:
    """Whether the viewer takes part, as a check of each row that something else chose."""
    if viewer.person is None:
        return models.Q(pk__in=[])
    mine = Participant.objects.filter(person=viewer.person).values("item")
    return (
        models.Q(requester=viewer.person)
        | models.Q(reported_by=viewer.person)
        | models.Q(assignee=viewer.person)
        | models.Q(pk__in=mine)
    )


def _only_taking_part(viewer: Actor) -> models.Q:
    """The rows the viewer takes part in and no others: a union, each part by its own index."""
    if viewer.person is None:
        return models.Q(pk__in=[])
    items, person = WorkItem.objects.order_by(), viewer.person
    return models.Q(
        pk__in=items.filter(requester=person)
        .values_list("pk")
        .union(
            items.filter(reported_by=person).values_list("pk"),
            items.filter(assignee=person).values_list("pk"),
            Participant.objects.filter(person=person).values_list("item"),
        )
    )


class WorkItem(models.Model):
    """Anything with a number that is worked. Practices add a one-to-one row with their own part."""

    id: int
    number = models.BigIntegerField(unique=True, editable=False)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=255)
    preview = models.CharField(max_length=200, blank=True, default="")
    state = models.SlugField(max_length=40, default="new")
    category_of_state = models.CharField(
        max_length=10, choices=StateCategory.choices, default=StateCategory.NEW
    )
    turn = models.CharField(max_length=16, choices=Turn.choices, default=Turn.AGENT)
    pending_reason = models.ForeignKey(
        PendingReason, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    waiting_since = models.DateTimeField(null=True, blank=True)
    wakes_at = models.DateTimeField(null=True, blank=True)
    priority = models.SmallIntegerField(default=3)
    impact = models.SmallIntegerField(default=2)
    urgency = models.SmallIntegerField(default=2)
    priority_by_hand = models.BooleanField(default=False)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="work_items"
    )
    affected = models.ManyToManyField(Item, related_name="work_items", blank=True)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requested")
    reported_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="reported"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="work_items"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="work_items"
    )
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned"
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="items"
    )
    tags = models.ManyToManyField(Tag, related_name="items", blank=True)
    custom = models.JSONField(default=dict, blank=True)
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.CONSOLE)
    origin = models.CharField(max_length=80, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    is_confidential = models.BooleanField(default=False)
    binned_as = models.CharField(max_length=8, blank=True, default="")  # "", "bin", "spam"
    binned_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(null=True, blank=True)  # by the requester's side
    last_answer_at = models.DateTimeField(null=True, blank=True)  # by an agent, public

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["priority", "id"], name="work_open_priority", condition=IS_OPEN),
            models.Index(
                fields=["team", "updated_at", "id"], name="work_open_team", condition=IS_OPEN
            ),
            models.Index(
                fields=["assignee", "updated_at", "id"],
                name="work_open_assignee",
                condition=IS_OPEN,
            ),
            models.Index(fields=["updated_at", "id"], name="work_open_updated", condition=IS_OPEN),
            models.Index(fields=["created_at", "id"], name="work_created"),
            models.Index(fields=["updated_at", "id"], name="work_updated"),
            models.Index(fields=["resolved_at", "id"], name="work_resolved"),
            models.Index(fields=["requester", "-id"], name="work_requester"),
            models.Index(
                fields=["wakes_at"],
                name="work_wakes",
                condition=models.Q(wakes_at__isnull=False),
            ),
            GinIndex(fields=["custom"], name="work_custom", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    @property
    def reference(self) -> str:
        """The number as people say it: ``INC-123``."""
        return f"{PREFIXES.get(self.kind, 'ITM')}-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be worked."""
        return (
            self.category_of_state in {StateCategory.NEW, StateCategory.OPEN, StateCategory.WAITING}
            and not self.binned_as
        )

    @property
    def is_resolved(self) -> bool:
        """Whether it is resolved and not yet closed."""
        return self.category_of_state == StateCategory.RESOLVED

    @property
    def is_closed(self) -> bool:
        """Whether it is closed for good."""
        return self.category_of_state == StateCategory.CLOSED

    def scope(self) -> Scope:
        """Where it lives, for judging rights."""
        insiders: frozenset[int] = frozenset()
        if self.is_confidential:
            known = {self.requester_id, self.reported_by_id, self.assignee_id}
            known |= set(self.participants.values_list("person_id", flat=True))
            insiders = frozenset(pk for pk in known if pk is not None)
        return Scope(self.team_id, self.organisation_id, self.is_confidential, insiders)

    def is_for(self, person: Person | None) -> bool:
        """Whether ``person`` is on the requester's side: requester, reporter or in copy."""
        if person is None:
            return False
        if person.pk in {self.requester_id, self.reported_by_id}:
            return True
        return self.participants.filter(person=person, kind=Participant.Kind.COPY).exists()


class Participant(models.Model):
    """Somebody who takes part in an item without owning it."""

    class Kind(models.TextChoices):
        """How a person takes part."""

        COPY = "copy", _("In copy")
        WATCHER = "watcher", _("Watcher")
        COLLABORATOR = "collaborator", _("Collaborator")

    id: int
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.COPY)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="work_participant_once"),
        ]
        indexes = [models.Index(fields=["person", "item"], name="work_participant_person")]

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.item_id}"
