"""What happens to services."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class ServiceChanged(Fact, name="services.changed"):
    """A service was added or changed."""

    sentence = _("changed the service")

    service_id: int
    fields: tuple[str, ...] = ()
