"""Tables of the journal: entries, reactions still to run, and timers."""

from __future__ import annotations

from typing import Any

from django.db import models

from atalaya.core.journal.events import Fact, fact_named
from atalaya.kernel import clock


class Entry(models.Model):
    """One fact, written in the transaction of the change it tells. Append-only by trigger.

    It holds ids, not foreign keys, of actor and subject: the journal lies below them.
    """

    id: int
    name = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    acting_for_id = models.BigIntegerField(null=True)
    about_kind = models.CharField(max_length=40, blank=True, default="")
    about_id = models.BigIntegerField(null=True)
    cause_id = models.BigIntegerField(null=True)
    depth = models.SmallIntegerField(default=0)
    action = models.CharField(max_length=80, blank=True, default="")
    source = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["about_kind", "about_id", "id"], name="journal_about"),
            models.Index(fields=["name", "at"], name="journal_name_at"),
            models.Index(fields=["actor_id", "id"], name="journal_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def fact(self) -> Fact | None:
        """The typed fact, or None when no installed package knows its name."""
        kind = fact_named(self.name)
        return kind.read(self.facts) if kind else None


class Pending(models.Model):
    """A reaction that has yet to see an entry."""

    id: int
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="pending")
    reaction = models.CharField(max_length=120)
    due_at = models.DateTimeField(default=clock.now)
    attempts = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")
    parked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["reaction", "id"],
                name="journal_pending_ready",
                condition=models.Q(parked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} ← {self.entry_id}"


class ReactionRun(models.Model):
    """Marks that a reaction has handled an entry, for reactions that must not run twice."""

    id: int
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="runs")
    reaction = models.CharField(max_length=120)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "reaction"], name="journal_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} ✓ {self.entry_id}"


class Timer(models.Model):
    """A fact that will be appended when its time comes."""

    id: int
    due_at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=40, blank=True, default="")
    about_id = models.BigIntegerField(null=True)
    cause_id = models.BigIntegerField(null=True)
    depth = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["about_kind", "about_id"], name="journal_timer_about")]

    def __str__(self) -> str:
        return f"{self.name} at {self.due_at:%Y-%m-%d %H:%M}"


def about_of(subject: Any) -> tuple[str, int | None]:
    """How the journal names a row: (``app.model``, primary key)."""
    if subject is None:
        return "", None
    meta = subject._meta  # noqa: SLF001 - Django's documented model API
    return f"{meta.app_label}.{meta.model_name}", int(subject.pk)
