"""People, organisations and teams in the console."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from atalaya.core.people.models import Address, Organisation, Person, Team


def at(name: str, **named: Any) -> str:
    return reverse(f"console:people:{name}", kwargs=named)


@pytest.mark.parametrize("words", ["Rita", "rit", "rita@example", "RITA"])
def test_people_are_found_by_what_one_remembers(
    browser_of: Any, omar: Person, rita: Person, words: str
) -> None:
    assert rita.name in browser_of(omar).get(at("people"), {"q": words}).content.decode()


def test_a_picker_offers_to_add_whom_it_does_not_find(browser_of: Any, omar: Person) -> None:
    client = browser_of(omar)
    assert b"new:clara@x.org" in client.get(at("options"), {"q": "clara@x.org", "new": 1}).content
    assert b"new:" not in client.get(at("options"), {"q": "clara@x.org"}).content


@pytest.mark.parametrize("name", ["people", "options", "organisations", "organisation_options"])
def test_words_that_no_name_holds_are_no_error(browser_of: Any, omar: Person, name: str) -> None:
    assert browser_of(omar).get(at(name), {"q": "a\0"}).status_code == 200


@pytest.mark.parametrize("value", ["9" * 5000, "²", "\0"])
def test_a_manager_that_cannot_be_one_is_refused_on_its_field(
    browser_of: Any, omar: Person, value: str
) -> None:
    given = {"name": "Clara", "manager": value, "organisation": value}
    assert browser_of(omar).post(at("person_new"), given).status_code == 422


def test_what_is_known_of_a_person_is_changed(
    browser_of: Any, omar: Person, rita: Person, example: Organisation
) -> None:
    given = {
        "name": "Rita Solís",
        "addresses": f"{rita.address}\nrita.solis@example.org",
        "phones": "+34 976 555 010",
        "organisation": str(example.pk),
        "is_active": "on",
    }
    answer = browser_of(omar).post(at("person_edit", pk=rita.pk), given)
    assert answer.status_code == 303
    rita.refresh_from_db()
    assert rita.name == "Rita Solís"
    assert Address.objects.filter(person=rita).count() == 2
    assert rita.phones.get().digits.endswith("976555010")


def test_an_address_of_somebody_else_is_refused_on_its_field(
    browser_of: Any, omar: Person, rita: Person
) -> None:
    answer = browser_of(omar).post(
        at("person_new"), {"name": "Otra", "addresses": rita.address, "is_active": "on"}
    )
    assert answer.status_code == 422
    assert "already belongs to" in answer.content.decode()


def test_merging_two_entries_leads_to_the_one_kept(
    browser_of: Any, ana: Person, rita: Person, stan: Person
) -> None:
    client = browser_of(ana)
    client.post(at("person_merge", pk=stan.pk), {"into": str(rita.pk)})
    assert client.get(at("person", pk=stan.pk))["Location"] == at("person", pk=rita.pk)


def test_agents_do_not_merge(browser_of: Any, omar: Person, stan: Person) -> None:
    assert browser_of(omar).get(at("person_merge", pk=stan.pk)).status_code == 403


def test_an_organisation_takes_its_domains(browser_of: Any, omar: Person) -> None:
    browser_of(omar).post(
        at("organisation_new"),
        {"name": "Acme", "domains": "acme.example\n@acme.es", "is_active": "on"},
    )
    assert Organisation.objects.get(name="Acme").domains == ["acme.es", "acme.example"]


def test_a_team_is_made_and_joined(browser_of: Any, max_: Person, rita: Person) -> None:
    client = browser_of(max_)
    given = {"name": "Puestos", "tier": "2", "signature_es": "Un saludo", "is_active": "on"}
    client.post(at("team_new"), given)
    team = Team.objects.get(name="Puestos")
    assert (team.tier, team.signature) == (2, {"es": "Un saludo"})
    client.post(at("team_join", pk=team.pk), {"person": str(rita.pk), "lead": "on"})
    assert team.memberships.get().is_lead
    client.post(at("team_leave", pk=team.pk, person_pk=rita.pk))
    assert not team.memberships.exists()


def test_agents_see_teams_and_do_not_change_them(
    browser_of: Any, omar: Person, front_desk: Team
) -> None:
    client = browser_of(omar)
    assert client.get(at("team", pk=front_desk.pk)).status_code == 200
    given = {"name": "Otro", "tier": "1", "is_active": "on"}
    assert client.post(at("team", pk=front_desk.pk), given).status_code == 403


def test_a_role_is_given_and_taken_away(browser_of: Any, max_: Person, rita: Person) -> None:
    from atalaya.core.people.models import Role

    client = browser_of(max_)
    role = Role.objects.get(key="agent")
    client.post(at("grant", pk=rita.pk), {"role": str(role.pk), "team": ""})
    grant = rita.grants.get()
    client.post(at("revoke", pk=rita.pk, grant_pk=grant.pk))
    assert not rita.grants.exists()
