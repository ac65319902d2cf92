"""What is said and done on an item: entries, links, tasks, promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Person, Team
from atalaya.core.work.models.items import Channel, Participant, WorkItem
from atalaya.kernel import clock

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor


class EntryQuerySet(models.QuerySet["Entry"]):
    """Words for choosing timeline entries."""

    def visible_to(self, viewer: Actor) -> Self:
        """Entries of visible items; internal ones only where the viewer may read notes."""
        allowed = self.filter(item__in=WorkItem.objects.visible_to(viewer))
        everywhere, teams, organisations = viewer.teams_allowing("work.read_notes")
        if everywhere:
            return allowed
        reach = models.Q(is_public=True)
        if teams or organisations:
            reach |= models.Q(item__team__in=teams) | models.Q(item__team__isnull=True)
            reach |= models.Q(item__organisation__in=organisations)
            if viewer.person is not None:
                beside = Participant.objects.filter(person=viewer.person)
                beside = beside.exclude(kind=Participant.Kind.COPY)
                reach |= models.Q(item__assignee=viewer.person)
                reach |= models.Q(item__in=beside.values("item"))
        return allowed.filter(reach)

    def public(self) -> Self:
        """What the requester may read."""
        return self.filter(is_public=True)


class Entry(models.Model):
    """One entry of the timeline. Public or internal is decided at creation and never widened."""

    class Kind(models.TextChoices):
        """Sorts of timeline entries."""

        MESSAGE = "message", _("Message")
        ANSWER = "answer", _("Answer")
        NOTE = "note", _("Note")
        CALL = "call", _("Call")
        SYSTEM = "system", _("Automatic")

    class Source(models.TextChoices):
        """What ``source`` is written in."""

        MARKDOWN = "markdown", _("Markdown")
        HTML = "html", _("HTML")
        MAIL = "mail", _("Mail")

    id: int
    item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_public = models.BooleanField()
    author = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    author_kind = models.CharField(max_length=16, default="person")
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.CONSOLE)
    html = models.TextField(blank=True, default="")  # sanitised when written
    folded = models.TextField(blank=True, default="")  # sanitised: quotes and signature
    text = models.TextField(blank=True, default="")  # plain, for search, previews and mail
    source = models.TextField(blank=True, default="")
    source_kind = models.CharField(max_length=10, choices=Source.choices, default=Source.MARKDOWN)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # length of a call
    moved_from = models.ForeignKey(  # merged away or split off: where it was written
        WorkItem, on_delete=models.PROTECT, null=True, blank=True, related_name="entries_moved"
    )
    redacted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["item", "created_at", "id"], name="work_entry_timeline")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.item_id}"


class Link(models.Model):
    """A typed, directed link: ``source`` *kind* ``target``."""

    class Kind(models.TextChoices):
        """What the source is to the target."""

        PARENT_OF = "parent_of", _("parent of")
        DUPLICATE_OF = "duplicate_of", _("duplicate of")
        RELATES_TO = "relates_to", _("relates to")
        CAUSED_BY = "caused_by", _("caused by")
        FIXES = "fixes", _("fixes")
        BLOCKS = "blocks", _("blocks")

    id: int
    source = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="links_out")
    target = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="work_link_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="work_link_not_self"
            ),
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(kind="parent_of"), name="work_one_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


class Task(models.Model):
    """A step of an item: a line of its checklist, or a task with an owner and a due time."""

    id: int
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=255)
    position = models.IntegerField(default=0)
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    assignee = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    due_at = models.DateTimeField(null=True, blank=True)
    tracked = models.ForeignKey(  # another item that is this step: done when it is resolved
        WorkItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="step_of"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks_done"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(
                fields=["assignee", "due_at"],
                name="work_task_open",
                condition=models.Q(done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Promise(models.Model):
    """“We call back at 14:00”: shown until it is kept."""

    id: int
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="promises")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="promises")
    due_at = models.DateTimeField()
    note = models.CharField(max_length=255, blank=True, default="")
    kept_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="work_promise_open",
                condition=models.Q(kept_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.due_at:%Y-%m-%d %H:%M}"


class Mention(models.Model):
    """Somebody was named with @ in an entry."""

    id: int
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="work_mention_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.entry_id}"
