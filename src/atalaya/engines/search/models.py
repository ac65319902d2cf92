"""The words that texts are known to use, for reading what was mistyped."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Word(models.Model):
    """A folded word of some searched text. ``uses`` is counted anew by night."""

    word = models.CharField(max_length=40, primary_key=True)
    uses = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="search_word_trgm", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word
