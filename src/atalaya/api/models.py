"""What the door remembers: how often somebody asked, and answers that may be asked for again."""

from __future__ import annotations

from django.db import models

from atalaya.kernel import clock


class Pace(models.Model):
    """How far ahead of his pace somebody is: the instant from which he has caught up.

    One row for each key, person or address; it is unlogged, for it may be lost without harm.
    """

    who = models.CharField(max_length=80, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.who} until {self.until:%H:%M:%S}"


class Answer(models.Model):
    """A POST with an Idempotency-Key, and what it was answered. Without a status it never was."""

    id: int
    who = models.CharField(max_length=80)
    label = models.CharField(max_length=200)  # the Idempotency-Key as it was sent
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=120, blank=True, default="")
    content = models.BinaryField(default=b"")
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "label"], name="api_answer_once")]

    def __str__(self) -> str:
        return f"{self.who} {self.label}"
