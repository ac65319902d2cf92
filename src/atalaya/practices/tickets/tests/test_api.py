"""The operations on tickets, as a program with somebody's key meets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from atalaya.core.people.actions import join_team
from atalaya.core.people.models import SYSTEM, Person, Team
from atalaya.core.work.models import Category, ChecklistTemplate, WorkItem
from atalaya.practices.tickets.models import State
from atalaya.testing.programs import Program

KeyOf = Callable[..., Program]
LATER = "2199-01-01T10:00:00+01:00"


@pytest.fixture
def agent(key_of: KeyOf, omar: Person) -> Program:
    """A program that may all that Omar may."""
    return key_of(omar)


@pytest.fixture
def ticket(agent: Program, rita: Person, front_desk: Team) -> dict[str, Any]:
    """A ticket of Rita at the front desk."""
    made: dict[str, Any] = agent.post(
        "tickets",
        {
            "subject": "No connection in room 3",
            "text": "Since **this morning**.",
            "requester_id": rita.pk,
            "team_id": front_desk.pk,
            "channel": "phone",
            "tags": ["wifi"],
        },
        201,
    )
    return made


def test_a_ticket_is_opened_answered_and_resolved(
    agent: Program, ticket: dict[str, Any], omar: Person, journal_of: Callable[[Any], list[str]]
) -> None:
    address = f"tickets/{ticket['number']}"
    assert (ticket["state_category"], ticket["channel"], ticket["tags"]) == (
        "new", "phone", ["wifi"],
    )  # fmt: skip
    entry = agent.post(f"{address}/answer", {"text": "On my way."}, 201)
    assert (entry["is_public"], entry["channel"], entry["author"]["id"]) == (True, "api", omar.pk)
    agent.post(f"{address}/assign", {"person_id": omar.pk})
    solved = agent.post(f"{address}/resolve", {"answer": "The switch was off."})
    assert (solved["state_category"], solved["turn"]) == ("resolved", "nobody")
    assert solved["answered_at"] is not None
    said = agent.get(f"{address}/timeline")["items"]
    assert [one["kind"] for one in said] == ["message", "answer", "answer"]
    assert "<strong>this morning</strong>" in said[0]["html"]
    item = WorkItem.objects.get(number=ticket["number"])
    assert "tickets.resolved" in journal_of(item)
    assert any("API" in line["who"] for line in agent.get(f"{address}/history")["items"]), (
        "the history says that it was a key"
    )


def test_the_requester_sees_what_is_his_and_not_what_is_between_agents(
    agent: Program, ticket: dict[str, Any], key_of: KeyOf, rita: Person, stan: Person
) -> None:
    address = f"tickets/{ticket['number']}"
    agent.post(f"{address}/note", {"text": "She calls often."}, 201)
    own = key_of(rita)
    assert own.get(address)["tags"] == []
    assert [one["kind"] for one in own.get(f"{address}/timeline")["items"]] == ["message"]
    assert own.get(f"{address}/history", 403)["code"] == "not_allowed"
    own.post(f"{address}/message", {"text": "Still nothing."}, 201)
    stranger = key_of(stan)
    assert stranger.get(address, 404)["code"] == "not_found"
    assert stranger.get("tickets")["items"] == []


def test_a_key_that_may_not_see_work_sees_none_of_its_owners(
    agent: Program, ticket: dict[str, Any], key_of: KeyOf, omar: Person
) -> None:
    address = f"tickets/{ticket['number']}"
    agent.post(f"{address}/assign", {"person_id": omar.pk})
    narrow = key_of(omar, scope=("people.see",))
    assert narrow.get("tickets")["items"] == []
    narrow.get(address, 404)
    narrow.get(f"{address}/timeline", 404)


def test_a_list_is_filtered_and_paged_by_cursor(
    agent: Program, rita: Person, front_desk: Team
) -> None:
    for number in range(5):
        what = {"subject": f"Case {number}", "requester_id": rita.pk, "team_id": front_desk.pk}
        agent.post("tickets", {**what, "kind": "request" if number % 2 else "incident"}, 201)
    seen: list[str] = []
    after = ""
    while True:
        part = agent.get(f"tickets?size=2&order=created{after}")
        seen += [one["subject"] for one in part["items"]]
        if part["next"] is None:
            break
        after = f"&after={part['next']}"
    assert seen == [f"Case {number}" for number in range(5)]
    requests = agent.get("tickets?kind=request&state_category=new&state_category=open")["items"]
    assert {one["subject"] for one in requests} == {"Case 1", "Case 3"}
    assert agent.get("tickets?assignee=none&requester=me")["items"] == []
    assert agent.get("tickets?after=made-up", 422)["errors"][0]["path"] == "after"


def test_fields_change_and_priority_follows_the_matrix(
    agent: Program, ticket: dict[str, Any]
) -> None:
    category = Category.objects.exclude(parent=None)[0]
    changed = agent.patch(
        f"tickets/{ticket['reference']}",
        {"subject": "No network", "impact": 1, "urgency": 1, "category_id": category.pk},
    )
    assert (changed["subject"], changed["priority"]) == ("No network", 1)
    assert changed["category"]["id"] == category.pk
    cleared = agent.patch(f"tickets/{ticket['number']}", {"category_id": None, "priority": 4})
    assert (cleared["category"], cleared["priority"], cleared["priority_by_hand"]) == (
        None, 4, True,
    )  # fmt: skip
    told = agent.patch(f"tickets/{ticket['number']}", {"category_id": 999_999_999}, 422)
    assert told["errors"][0]["path"] == "category_id"
    states = {one["key"] for one in agent.get("ticket-states")["items"]}
    assert states == set(State.objects.values_list("key", flat=True))
    opened = agent.patch(f"tickets/{ticket['number']}", {"state": "open"})
    assert opened["state_category"] == "open"


def test_a_ticket_waits_sleeps_and_goes_on(agent: Program, ticket: dict[str, Any]) -> None:
    address = f"tickets/{ticket['number']}"
    waiting = agent.post(f"{address}/wait", {"reason": "requester"})
    assert (waiting["turn"], waiting["pending_reason"]) == ("requester", "requester")
    assert agent.post(f"{address}/wait", {"reason": "none of these"}, 422)["errors"]
    asleep = agent.post(f"{address}/snooze", {"until": LATER})
    assert (asleep["turn"], asleep["wakes_at"]) == ("scheduled", "2199-01-01T09:00:00Z")
    assert agent.post(f"{address}/resume")["turn"] == "agent"


def test_a_ticket_is_handed_over_and_stays_in_sight(
    agent: Program, ticket: dict[str, Any], networks: Team, key_of: KeyOf, nora: Person
) -> None:
    address = f"tickets/{ticket['number']}"
    assert agent.post(f"{address}/hand-over", {"team_id": networks.pk, "note": ""}, 422)
    agent.post(f"{address}/hand-over", {"team_id": networks.pk, "note": "Needs a cable."})
    other = key_of(nora)
    assert other.get(address)["team"]["id"] == networks.pk
    assert [one["kind"] for one in other.get(f"{address}/timeline")["items"]][-1] == "note"


def test_tickets_are_merged_unmerged_split_and_linked(
    agent: Program, ticket: dict[str, Any], rita: Person
) -> None:
    second = agent.post("tickets", {"subject": "Same", "text": "x", "requester_id": rita.pk}, 201)
    one, two = f"tickets/{ticket['number']}", f"tickets/{second['number']}"
    stays = agent.post(f"{two}/merge", {"into": ticket["reference"]})
    assert stays["number"] == ticket["number"]
    assert agent.get(two)["merged_into"] == ticket["reference"]
    assert agent.post(f"{two}/unmerge")["merged_into"] is None
    link = agent.post(f"{two}/links", {"kind": "duplicate_of", "other": ticket["reference"]}, 201)
    assert agent.get(f"{one}/links")["items"][0]["outward"] is False
    agent.delete(f"{two}/links/{link['id']}")
    assert agent.get(f"{one}/links")["items"] == []
    entry = agent.get(f"{one}/timeline")["items"][0]
    new = agent.post(f"{one}/split", {"entry_id": entry["id"], "subject": "Another matter"}, 201)
    assert (
        agent.get(f"tickets/{new['number']}/links")["items"][0]["reference"]
        == (ticket["reference"])
    )


def test_people_take_part_and_leave(
    agent: Program, ticket: dict[str, Any], ana: Person, key_of: KeyOf, rita: Person
) -> None:
    address = f"tickets/{ticket['number']}/participants"
    found = agent.post(address, {"person_id": ana.pk, "kind": "watcher"})
    assert found["items"][0]["person"]["id"] == ana.pk
    assert key_of(rita).get(address)["items"] == []
    agent.delete(f"{address}/{ana.pk}")
    agent.delete(f"{address}/{ana.pk}", 404)


def test_steps_checklists_and_promises(agent: Program, ticket: dict[str, Any]) -> None:
    address = f"tickets/{ticket['number']}"
    step = agent.post(f"{address}/tasks", {"title": "Look at the switch"}, 201)
    agent.patch(f"{address}/tasks/{step['id']}", {"title": "Look at both switches"})
    assert agent.post(f"{address}/resolve", {}, 409)["code"] == "tasks_open"
    done = agent.post(f"{address}/tasks/{step['id']}/tick", {})
    assert done["done_at"] is not None
    template = ChecklistTemplate.objects.order_by("pk")[0]
    steps = agent.post(f"{address}/checklists", {"template_id": template.pk})["items"]
    assert len(steps) == 1 + len(template.steps)
    agent.delete(f"{address}/tasks/{step['id']}")
    promise = agent.post(f"{address}/promises", {"due_at": LATER, "note": "Call"}, 201)
    assert agent.post(f"{address}/promises/{promise['id']}/keep")["kept_at"] is not None


def test_a_binned_ticket_is_out_of_sight_until_it_is_restored(
    agent: Program, ticket: dict[str, Any], key_of: KeyOf, rita: Person
) -> None:
    address = f"tickets/{ticket['number']}"
    agent.post(f"{address}/spam")
    assert agent.get("tickets")["items"] == []
    assert agent.get("tickets?place=spam")["items"][0]["number"] == ticket["number"]
    key_of(rita).get(address, 404)
    agent.post(f"{address}/restore")
    assert agent.get("tickets")["items"]


def test_a_file_is_given_then_attached_and_only_those_who_read_the_entry_see_it(
    agent: Program, ticket: dict[str, Any], key_of: KeyOf, rita: Person, stan: Person
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = agent.client.post(
        "/api/v1/files",
        {"file": SimpleUploadedFile("cable.txt", b"red and blue")},
        headers={**agent.headers, "Idempotency-Key": "upload"},
    )
    assert sent.status_code == 201, sent.content
    file = sent.json()
    address = f"tickets/{ticket['number']}"
    entry = agent.post(f"{address}/answer", {"text": "Like this", "files": [file["id"]]}, 201)
    assert entry["files"][0]["name"] == "cable.txt"
    content = key_of(rita).ask("GET", f"files/{file['id']}/content")
    assert b"".join(content) == b"red and blue"
    key_of(stan).get(f"files/{file['id']}", 404)
    assert agent.post(f"{address}/note", {"files": [999_999]}, 422)["errors"][0]["path"] == "files"


def test_a_confidential_ticket_is_for_its_team_only(
    key_of: KeyOf, ana: Person, rita: Person, front_desk: Team, max_: Person, nora: Person
) -> None:
    made = key_of(ana).post(
        "tickets",
        {
            "subject": "Dismissal",
            "requester_id": rita.pk,
            "team_id": front_desk.pk,
            "is_confidential": True,
        },
        201,
    )
    address = f"tickets/{made['number']}"
    key_of(max_).get(address, 404)
    key_of(nora).get(address, 404)
    join_team(front_desk, max_, by=SYSTEM)
    key_of(max_).get(address)


def test_the_list_costs_the_same_however_many_tickets_it_shows(
    agent: Program, rita: Person, front_desk: Team, query_counts: Any
) -> None:
    for number in range(4):
        what = {"subject": f"{number}", "requester_id": rita.pk, "team_id": front_desk.pk}
        agent.post("tickets", what, 201)
    with query_counts("api:tickets_list"):
        agent.get("tickets")
