"""Stored decisions. What is not stored has its default."""

from __future__ import annotations

from django.db import models

from atalaya.kernel import clock


class Value(models.Model):
    """One decided preference."""

    id: int
    section = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    value = models.JSONField()
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "key"], name="preferences_value_once"),
        ]

    def __str__(self) -> str:
        return f"{self.section}.{self.key}"


class Practice(models.Model):
    """Whether a practice is on."""

    id: int
    key = models.CharField(max_length=40, unique=True)
    on = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.key
