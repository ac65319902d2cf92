"""Foreign keys point down, like imports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from tests.architecture.source import nothing, package_of, rank


def problems(kinds: Iterable[type[models.Model]]) -> list[str]:
    """Every relation to a package above or beside."""
    found = []
    for kind in kinds:
        own = package_of(kind.__module__)
        for field in kind._meta.get_fields(include_hidden=True):
            other: Any = field.related_model
            if other is None or field.auto_created or not _is_ours(other):
                continue
            target = package_of(other.__module__)
            if target != own and rank(target) >= rank(own):
                found.append(f"{kind.__name__}.{field.name} points up to {target}")
    return found


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, type) and kind.__module__.startswith("atalaya.")


def test_foreign_keys_point_down() -> None:
    ours = [kind for kind in apps.get_models(include_auto_created=True) if _is_ours(kind)]
    assert ours
    nothing(problems(ours))


def test_a_foreign_key_that_points_up_is_seen() -> None:
    from atalaya.core.journal.models import Entry
    from atalaya.core.people.models import Person

    class Upwards(models.Model):
        person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "journal"
            managed = False

        __module__ = Entry.__module__

        def __str__(self) -> str:
            return "never stored"

    try:
        assert problems([Upwards]) == ["Upwards.person points up to core.people"]
    finally:
        del apps.all_models["journal"]["upwards"]
        apps.clear_cache()
