"""Adding and changing services."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import Actor
from atalaya.core.services.events import ServiceChanged
from atalaya.core.services.models import Service
from atalaya.kernel.errors import InvalidInput

FIELDS = frozenset(["names", "descriptions", "owner", "team", "weight", "is_active"])


@action("services.save")
def save_service(service: Service | None = None, *, by: Actor, **fields: Any) -> Service:
    """Add a service or change one. Raises NotAllowed, InvalidInput without a name."""
    by.must("services.edit")
    if set(fields) - FIELDS:
        raise TypeError(f"no such fields: {sorted(set(fields) - FIELDS)}")
    if not any(fields.get("names", {"en": "x"}).values()):
        raise InvalidInput(_("A name is needed."), at="names")
    if service is None:
        service, changed = Service.objects.create(**fields), sorted(fields)
    else:
        service = locked(service)
        changed = [name for name, value in fields.items() if getattr(service, name) != value]
        for name in changed:
            setattr(service, name, fields[name])
        if changed:
            service.save(update_fields=changed)
    if changed:
        append(ServiceChanged(service.pk, tuple(changed)), by=by, about=service)
    return service
