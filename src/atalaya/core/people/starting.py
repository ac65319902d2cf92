"""The roles that are there from the start, kept in step with what packages declare."""

from __future__ import annotations

from atalaya.core.people.models import Role
from atalaya.kernel.plugs import PERMISSIONS, starter

NAMES = {
    "agent": {"en": "Agent", "es": "Agente"},
    "lead": {"en": "Team lead", "es": "Responsable de equipo"},
    "admin": {"en": "Administrator", "es": "Administrador"},
}


@starter("people.roles", order=10)
def roles() -> None:
    """Make or refresh the built-in roles; one that an administrator edited is left alone."""
    for key, names in NAMES.items():
        wanted = ["*"] if key == "admin" else _declared_for(key)
        role, _made = Role.objects.get_or_create(
            key=key, defaults={"names": names, "permissions": wanted, "is_builtin": True}
        )
        if role.edited_at is None and role.permissions != wanted:
            role.permissions = wanted
            role.save(update_fields=["permissions"])


def _declared_for(role: str) -> list[str]:
    declared = (plugged.value for plugged in PERMISSIONS.everything())
    return sorted(permission.name for permission in declared if role in permission.roles)
