"""What a new desk starts with: states, reasons to wait, categories, a first team."""

from __future__ import annotations

from typing import Any

from atalaya.core.people.actions import save_team
from atalaya.core.people.models import SYSTEM, Team
from atalaya.core.work import actions as work
from atalaya.core.work.models import (
    Category,
    ChecklistTemplate,
    PendingReason,
    PriorityCell,
    StateCategory,
)
from atalaya.kernel.plugs import starter
from atalaya.practices.tickets.models import State

STATES: list[tuple[str, str, str, StateCategory]] = [
    ("new", "New", "Nuevo", StateCategory.NEW),
    ("open", "In progress", "En curso", StateCategory.OPEN),
    ("waiting", "Waiting", "En espera", StateCategory.WAITING),
    ("resolved", "Resolved", "Resuelto", StateCategory.RESOLVED),
    ("closed", "Closed", "Cerrado", StateCategory.CLOSED),
]
REMINDER = {
    "en": "We are still waiting for your answer so that we can go on with this ticket.",
    "es": "Seguimos a la espera de su respuesta para poder continuar con este ticket.",
}
REASONS: list[dict[str, Any]] = [
    {
        "key": "requester",
        "names": {"en": "Waiting for the requester", "es": "A la espera del solicitante"},
        "turn": "requester",
        "pauses": ["resolution"],
        "follow_up_days": [2, 5],
        "follow_up_texts": REMINDER,
        "close_after_days": 10,
    },
    {
        "key": "supplier",
        "names": {"en": "Waiting for a supplier", "es": "A la espera de un proveedor"},
        "turn": "third_party",
        "pauses": ["resolution"],
    },
    {
        "key": "parts",
        "names": {"en": "Waiting for parts", "es": "A la espera de material"},
        "turn": "third_party",
        "pauses": ["resolution"],
    },
    {
        "key": "scheduled",
        "names": {"en": "Scheduled", "es": "Programado"},
        "turn": "scheduled",
        "pauses": ["resolution"],
    },
]
# (English, Spanish, children)
CATEGORIES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("Access and passwords", "Accesos y contraseñas", [
        ("Forgotten password", "Contraseña olvidada"),
        ("Locked account", "Cuenta bloqueada"),
        ("Permissions", "Permisos"),
        ("Two-step verification", "Verificación en dos pasos"),
    ]),
    ("Hardware", "Equipos", [
        ("Computer", "Ordenador"),
        ("Printer", "Impresora"),
        ("Screen and peripherals", "Pantalla y periféricos"),
        ("Phone", "Teléfono"),
    ]),
    ("Software", "Programas", [
        ("Installation", "Instalación"),
        ("Error in a program", "Error en un programa"),
        ("Update", "Actualización"),
        ("Licence", "Licencia"),
    ]),
    ("Mail and calendar", "Correo y calendario", [
        ("Cannot send or receive", "No se puede enviar o recibir"),
        ("Shared mailbox", "Buzón compartido"),
        ("Spam", "Correo no deseado"),
    ]),
    ("Network", "Red", [
        ("No connection", "Sin conexión"),
        ("Wi-Fi", "Wifi"),
        ("VPN", "VPN"),
        ("Slow network", "Red lenta"),
    ]),
    ("Meeting rooms", "Salas de reuniones", []),
    ("Other", "Otros", []),
]  # fmt: skip
CHECKLISTS: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("New computer", "Equipo nuevo", [
        ("Install the operating system", "Instalar el sistema operativo"),
        ("Join the domain", "Unir al dominio"),
        ("Install the standard programs", "Instalar los programas estándar"),
        ("Set up mail", "Configurar el correo"),
        ("Hand it over and have it signed", "Entregar y firmar la entrega"),
    ]),
    ("Leaver", "Baja de empleado", [
        ("Disable the account", "Deshabilitar la cuenta"),
        ("Redirect the mail", "Redirigir el correo"),
        ("Collect the devices", "Recoger los equipos"),
        ("Free the licences", "Liberar las licencias"),
    ]),
]  # fmt: skip


@starter("tickets.states", order=40)
def states() -> None:
    """The five states every desk knows."""
    if State.objects.exists():
        return
    State.objects.bulk_create(
        State(key=key, names={"en": en, "es": es}, category=category, position=index)
        for index, (key, en, es, category) in enumerate(STATES)
    )


@starter("tickets.reasons", order=41)
def reasons() -> None:
    """Why a ticket may wait."""
    if not PendingReason.objects.exists():
        PendingReason.objects.bulk_create(
            PendingReason(position=index, **reason) for index, reason in enumerate(REASONS)
        )


@starter("tickets.matrix", order=42)
def matrix() -> None:
    """ITIL's usual priority matrix."""
    if not PriorityCell.objects.exists():
        PriorityCell.objects.bulk_create(
            PriorityCell(impact=impact, urgency=urgency, priority=priority)
            for (impact, urgency), priority in work.matrix().items()
        )


@starter("tickets.categories", order=43)
def categories() -> None:
    """What help desks are asked about most."""
    if Category.objects.exists():
        return
    for index, (en, es, children) in enumerate(CATEGORIES):
        parent = Category.objects.create(names={"en": en, "es": es}, position=index)
        for place, (child_en, child_es) in enumerate(children):
            Category.objects.create(
                names={"en": child_en, "es": child_es}, parent=parent, position=place
            )
        work.write_paths(parent)


@starter("tickets.checklists", order=44)
def checklists() -> None:
    """Two checklists every desk needs sooner or later."""
    if ChecklistTemplate.objects.exists():
        return
    ChecklistTemplate.objects.bulk_create(
        ChecklistTemplate(names={"en": en, "es": es}, steps=[{"en": a, "es": b} for a, b in steps])
        for en, es, steps in CHECKLISTS
    )


@starter("tickets.team", order=45)
def team() -> None:
    """A team for first contact, so that a desk works before anybody sets it up."""
    if not Team.objects.exists():
        save_team(by=SYSTEM, name="Service desk", tier=Team.Tier.ONE)
