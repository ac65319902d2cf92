"""The operations on people, organisations and teams."""

from __future__ import annotations

from collections.abc import Callable

from atalaya.core.people.models import Organisation, Person, Team
from atalaya.testing.programs import Program

KeyOf = Callable[..., Program]


def test_people_are_added_found_changed_and_merged(
    key_of: KeyOf, ana: Person, example: Organisation
) -> None:
    lead = key_of(ana)
    made = lead.post(
        "people",
        {"name": "Lucía Prado", "addresses": ["LUCIA@example.org"], "phones": ["+34 600 1"]},
        201,
    )
    assert made["organisation"]["id"] == example.pk, "the mail domain leads to it"
    assert made["addresses"] == ["lucia@example.org"]
    assert [one["id"] for one in lead.get("people?q=prado")["items"]] == [made["id"]]
    assert [one["id"] for one in lead.get("people?q=lucia@ex")["items"]] == [made["id"]]
    changed = lead.patch(f"people/{made['id']}", {"title": "Buyer", "manager_id": ana.pk})
    assert (changed["title"], changed["manager"]["id"]) == ("Buyer", ana.pk)
    assert lead.patch(f"people/{made['id']}", {"manager_id": None})["manager"] is None
    taken = lead.post("people", {"name": "X", "addresses": ["lucia@example.org"]}, 409)
    assert taken["code"] == "address_taken"
    again = lead.post("people", {"name": "L. Prado", "addresses": ["lp@example.org"]}, 201)
    stays = lead.post(f"people/{again['id']}/merge", {"into_id": made["id"]})
    assert set(stays["addresses"]) == {"lucia@example.org", "lp@example.org"}
    assert lead.get(f"people/{again['id']}")["merged_into_id"] == made["id"]


def test_a_requester_sees_himself_only(key_of: KeyOf, rita: Person, omar: Person) -> None:
    own = key_of(rita)
    assert [one["id"] for one in own.get("people")["items"]] == [rita.pk]
    own.get(f"people/{omar.pk}", 404)
    own.post("people", {"name": "X"}, 403)
    assert own.get("me")["person"]["id"] == rita.pk
    assert own.get("me")["is_agent"] is False


def test_an_agent_does_not_merge_people(key_of: KeyOf, omar: Person, rita: Person) -> None:
    told = key_of(omar).post(f"people/{rita.pk}/merge", {"into_id": omar.pk}, 403)
    assert told["code"] == "not_allowed"


def test_organisations_are_added_and_changed(key_of: KeyOf, omar: Person) -> None:
    agent = key_of(omar)
    made = agent.post("organisations", {"name": "Finca Norte", "domains": ["@Finca.example"]}, 201)
    assert made["domains"] == ["finca.example"]
    address = f"organisations/{made['id']}"
    assert agent.patch(address, {"note": "North"})["note"] == "North"
    assert agent.get(address)["name"] == "Finca Norte"
    assert agent.post("organisations", {"name": "finca norte"}, 409)["code"] == "name_taken"


def test_teams_say_who_is_in_them(key_of: KeyOf, omar: Person, front_desk: Team) -> None:
    agent = key_of(omar)
    found = agent.get(f"teams/{front_desk.pk}")
    assert [one["id"] for one in found["members"]] == [omar.pk]
    assert front_desk.pk in {one["id"] for one in agent.get("teams")["items"]}
