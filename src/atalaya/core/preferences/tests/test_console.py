"""The pages where an administrator decides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from atalaya.core.journal.models import Entry
from atalaya.core.people.models import Person
from atalaya.core.preferences.ports import SECTIONS
from atalaya.core.preferences.queries import desk, practice_is_on

Visit = Callable[..., Client]


def test_every_section_has_a_page_that_saves_what_it_shows(visiting: Visit, max_: Person) -> None:
    browser = visiting(max_)
    assert browser.get("/console/settings/preferences/").status_code == 200
    for section in SECTIONS:
        address = f"/console/settings/preferences/{section.key}/"
        page = browser.get(address)
        assert page.status_code == 200, section.key


def test_a_decision_is_kept_and_is_a_fact_with_both_values(visiting: Visit, max_: Person) -> None:
    browser = visiting(max_)
    address = "/console/settings/preferences/desk/"
    sent = {"name": "Mesa de ayuda", "language": "es", "zone": "Europe/Madrid"}
    assert browser.post(address, sent).status_code == 303
    assert (desk().name, desk().zone) == ("Mesa de ayuda", "Europe/Madrid")
    told = Entry.objects.filter(name="preferences.changed", facts__option="zone").get()
    assert (told.facts["before"], told.facts["after"]) == ("UTC", "Europe/Madrid")


def test_a_value_beyond_its_limits_is_refused_beside_its_field(
    visiting: Visit, max_: Person
) -> None:
    sent = {"link_minutes": 1}
    page = visiting(max_).post("/console/settings/preferences/identity/", sent)
    assert page.status_code == 422
    assert b'id="id_link_minutes_error"' in page.content


def test_words_find_a_preference(visiting: Visit, max_: Person) -> None:
    page = visiting(max_).get("/console/settings/preferences/?q=idempotency")
    assert b"remember_hours" in page.content
    assert b"field-zone" not in page.content


def test_a_practice_is_switched_off_and_on(visiting: Visit, max_: Person) -> None:
    browser = visiting(max_)
    address = "/console/settings/practices/"
    assert browser.get(address).status_code == 200
    browser.post(address, {"practice": "tickets", "on": "0"})
    assert not practice_is_on("tickets")
    assert browser.get("/console/tickets/new/").status_code == 404
    browser.post(address, {"practice": "tickets", "on": "1"})
    assert practice_is_on("tickets")


@pytest.mark.parametrize("path", ["preferences/", "preferences/desk/", "practices/"])
def test_an_agent_decides_nothing(visiting: Visit, omar: Person, path: str) -> None:
    assert visiting(omar).get(f"/console/settings/{path}").status_code == 403
