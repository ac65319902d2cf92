"""The pages of services."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from atalaya.core.people.models import Person, Team
from atalaya.core.services.models import Service

Visit = Callable[..., Client]


def test_a_service_is_added_and_changed(
    visiting: Visit, ana: Person, rita: Person, front_desk: Team
) -> None:
    browser = visiting(ana)
    sent = {
        "names_en": "Mail",
        "names_es": "Correo",
        "owner": str(rita.pk),
        "team": str(front_desk.pk),
        "weight": "3",
        "is_active": "on",
    }
    assert browser.post("/console/settings/services/new/", sent).status_code == 303
    row = Service.objects.get()
    assert (row.names, row.owner, row.team) == ({"en": "Mail", "es": "Correo"}, rita, front_desk)
    assert b"Correo" in browser.get("/console/settings/services/").content
    assert browser.get(f"/console/settings/services/{row.pk}/").status_code == 200
    nameless = {**sent, "names_en": "", "names_es": ""}
    assert browser.post(f"/console/settings/services/{row.pk}/", nameless).status_code == 422


def test_an_agent_does_not_edit_services(visiting: Visit, omar: Person) -> None:
    assert visiting(omar).get("/console/settings/services/").status_code == 403
