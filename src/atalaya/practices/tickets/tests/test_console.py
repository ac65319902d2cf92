"""The console's pages of tickets: what they show, what they refuse, what they do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from atalaya.core.people.models import Person, Team
from atalaya.core.work.models import Category, Entry, Participant, PendingReason, WorkItem
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import State, Ticket
from atalaya.testing.snapshots import QueryCounts

Browser = Callable[[Person | None], Client]
HTMX = {"HX-Request": "true"}


def page(ticket: Ticket, name: str = "page", **more: Any) -> str:
    return reverse(f"console:tickets:{name}", kwargs={"number": ticket.item.reference, **more})


def again(ticket: Ticket) -> WorkItem:
    return WorkItem.objects.get(pk=ticket.pk)


@pytest.fixture
def agent(browser_of: Browser, omar: Person) -> Client:
    return browser_of(omar)


def test_the_page_shows_the_ticket_and_costs_a_fixed_number_of_queries(
    agent: Client, ticket: Ticket, query_counts: QueryCounts
) -> None:
    agent.get(page(ticket))
    with query_counts("console:tickets:page"):
        answer = agent.get(page(ticket))
    text = answer.content.decode()
    assert "La VPN no conecta" in text
    assert "Desde ayer." in text
    assert 'aria-label="Fields"' in text


def test_a_number_in_any_form_leads_to_the_page(agent: Client, ticket: Ticket) -> None:
    answer = agent.get(reverse("console:tickets:page", kwargs={"number": ticket.item.number}))
    assert answer["Location"] == page(ticket)


@pytest.mark.parametrize("tab", ["tasks", "related", "history", "nonsense"])
def test_every_tab_opens(agent: Client, ticket: Ticket, tab: str) -> None:
    assert agent.get(page(ticket), {"tab": tab}).status_code == 200


def test_what_one_may_not_see_is_not_there(
    browser_of: Browser, ticket: Ticket, nora: Person, ana: Person, acting: Any
) -> None:
    actions.edit_ticket(ticket, by=acting(ana), is_confidential=True)
    assert browser_of(nora).get(page(ticket)).status_code == 404
    assert browser_of(ana).get(page(ticket)).status_code == 200


def test_an_agent_who_asks_another_team_reads_his_ticket_as_a_requester(
    browser_of: Browser, given_ticket: Any, networks: Team, omar: Person, nora: Person, acting: Any
) -> None:
    his = given_ticket(requester=omar, team=networks)
    actions.edit_ticket(his, by=acting(nora), tags=["suspect"])
    client = browser_of(omar)
    assert client.get(page(his))["Location"] == f"/tickets/{his.item.number}/"
    assert client.get(page(his, "edit", field="tags")).status_code == 403
    assert client.get(page(his, "details")).status_code == 403
    actions.include(his, omar, by=acting(nora), kind=Participant.Kind.COLLABORATOR)
    assert b"suspect" in client.get(page(his)).content


def test_a_change_renews_every_part_in_its_place(agent: Client, ticket: Ticket) -> None:
    answer = agent.get(page(ticket), headers={**HTMX, "HX-Target": "ticket-live"})
    text = answer.content.decode()
    for part in ("ticket-head", "conversation", "composer-to", "ticket-side"):
        assert f'id="{part}"' in text
    assert text.count('hx-swap-oob="morph"') == 4
    assert "<html" not in text


def write(client: Client, ticket: Ticket, **given: Any) -> Any:
    headers = given.pop("headers", {})
    return client.post(page(ticket, "write"), {"kind": "reply", **given}, headers=headers)


def test_an_answer_without_scripts_leads_back_to_the_ticket(agent: Client, ticket: Ticket) -> None:
    answer = write(agent, ticket, text="Pruebe **ahora**.")
    assert (answer.status_code, answer["Location"]) == (303, page(ticket))
    entry = Entry.objects.filter(item=ticket.item).latest("pk")
    assert (entry.kind, entry.is_public) == ("answer", True)
    assert "<strong>ahora</strong>" in entry.html


def test_an_answer_with_htmx_renews_the_ticket(agent: Client, ticket: Ticket) -> None:
    answer = write(agent, ticket, text="Hecho.", headers=HTMX)
    assert answer.status_code == 204
    assert "refresh:ticket" in json.loads(answer["HX-Trigger"])


def test_files_go_with_the_answer(agent: Client, ticket: Ticket) -> None:
    upload = SimpleUploadedFile("log.txt", b"uno\ndos\n")
    write(agent, ticket, text="Adjunto.", attachments=[upload])
    assert b"log.txt" in agent.get(page(ticket)).content


def test_nothing_said_comes_back_with_what_is_wrong(agent: Client, ticket: Ticket) -> None:
    answer = write(agent, ticket, text="  ", headers={**HTMX, "HX-Target": "composer"})
    assert answer.status_code == 422
    assert b"Write something first." in answer.content
    assert b"<html" not in answer.content


def test_what_arrived_meanwhile_is_said_once(
    agent: Client, ticket: Ticket, rita: Person, acting: Any
) -> None:
    seen = Entry.objects.filter(item=ticket.item).latest("pk").pk
    actions.receive_message(ticket, by=acting(rita), author=rita, text="Ya funciona.")
    first = write(agent, ticket, text="Estamos con ello.", seen=seen)
    assert first.status_code == 422
    text = first.content.decode()
    assert "Ya funciona." in text
    assert "Estamos con ello." in text
    newest = Entry.objects.filter(item=ticket.item).latest("pk").pk
    assert write(agent, ticket, text="Estamos con ello.", seen=newest).status_code == 303


def test_a_note_stays_inside(agent: Client, ticket: Ticket, browser_of: Browser) -> None:
    write(agent, ticket, kind="note", text="No decirlo.")
    assert not Entry.objects.filter(item=ticket.item).latest("pk").is_public


def test_send_and_wait(agent: Client, ticket: Ticket, for_requester: PendingReason) -> None:
    write(agent, ticket, text="¿Puede probar?", then=f"wait:{for_requester.pk}")
    assert again(ticket).pending_reason == for_requester


def test_send_and_resolve(agent: Client, ticket: Ticket) -> None:
    write(agent, ticket, text="Reiniciado.", then="resolve")
    assert again(ticket).is_resolved


@pytest.mark.parametrize(
    "field",
    ["state", "priority", "team", "assignee", "category", "service", "kind", "tags"],
)
def test_every_chip_offers_its_choices(agent: Client, ticket: Ticket, field: str) -> None:
    answer = agent.get(page(ticket, "edit", field=field), headers=HTMX)
    assert answer.status_code == 200
    assert b"<form" in answer.content


def change(client: Client, ticket: Ticket, field: str, **given: Any) -> int:
    return client.post(page(ticket, "edit", field=field), given, headers=HTMX).status_code


def test_chips_change_the_ticket(
    agent: Client, ticket: Ticket, networks: Team, for_requester: PendingReason
) -> None:
    category = Category.objects.filter(parent__isnull=False).first()
    assert category is not None
    assert change(agent, ticket, "priority", value="1") == 204
    assert change(agent, ticket, "category", value=str(category.pk)) == 204
    assert change(agent, ticket, "subject", subject="Otra cosa") == 204
    assert change(agent, ticket, "tags", tags="vpn, remoto, vpn") == 204
    assert change(agent, ticket, "state", value=f"wait:{for_requester.pk}") == 204
    assert change(agent, ticket, "team", value=str(networks.pk)) == 204
    item = again(ticket)
    assert (item.priority, item.category, item.subject) == (1, category, "Otra cosa")
    assert sorted(tag.name for tag in item.tags.all()) == ["remoto", "vpn"]
    assert (item.pending_reason, item.team) == (for_requester, networks)


@pytest.mark.parametrize(
    ("field", "value"),
    [("state", "state:nothing"), ("priority", "9"), ("team", "999999"), ("category", "x")],
)
def test_a_choice_that_is_not_there_is_refused(
    agent: Client, ticket: Ticket, field: str, value: str
) -> None:
    assert change(agent, ticket, field, value=value) == 422


@pytest.mark.parametrize("given", [{"impact": "x", "urgency": "1"}, {"impact": "1"}])
def test_levels_that_are_none_are_refused(
    agent: Client, ticket: Ticket, given: dict[str, str]
) -> None:
    assert change(agent, ticket, "priority", **given) == 422


@pytest.mark.parametrize(("name", "field"), [("snooze", "until"), ("promise", "due_at")])
def test_an_instant_that_no_calendar_reaches_is_refused_on_its_field(
    agent: Client, ticket: Ticket, name: str, field: str
) -> None:
    answer = agent.post(page(ticket, name), {field: "9999-12-31T23:59"}, headers=HTMX)
    assert answer.status_code == 422
    assert agent.get(page(ticket)).status_code == 200


@pytest.mark.parametrize("value", ["9" * 5000, "9" * 30, "²", "\0"])
def test_a_requester_that_cannot_be_one_is_nobody(agent: Client, value: str) -> None:
    for name in ("new", "new_requester"):
        address = reverse(f"console:tickets:{name}")
        assert agent.get(address, {"requester": value}).status_code == 200
    answer = agent.post(reverse("console:tickets:new"), {"requester": value[:200], "subject": "x"})
    assert answer.status_code == 422


def test_words_that_no_subject_holds_find_nothing_or_less(agent: Client, ticket: Ticket) -> None:
    assert agent.get(reverse("console:tickets:options"), {"q": "VPN\0"}).status_code == 200


def test_an_unknown_field_is_not_found(agent: Client, ticket: Ticket) -> None:
    assert change(agent, ticket, "password", value="x") == 404


def test_resolving_asks_about_open_steps(agent: Client, ticket: Ticket, acting: Any) -> None:
    agent.post(page(ticket, "task_add"), {"title": "Probar"})
    refused = agent.post(page(ticket, "resolve"), {"answer": "Hecho"})
    assert refused.status_code == 422
    assert b"1 step is not done yet." in refused.content
    agent.post(page(ticket, "resolve"), {"answer": "Hecho", "tasks_may_be_open": "on"})
    assert again(ticket).is_resolved


def test_merging_leads_to_the_other_and_back(
    agent: Client, ticket: Ticket, given_ticket: Callable[..., Ticket], front_desk: Team
) -> None:
    other = given_ticket(subject="Otra", team=front_desk)
    answer = agent.post(page(ticket, "merge"), {"other": other.item.reference})
    assert answer["Location"] == page(other)
    assert other.item.reference.encode() in agent.get(page(ticket)).content
    agent.post(page(ticket, "unmerge"))
    assert again(ticket).merged_into is None


def test_a_parent_and_its_child(
    agent: Client, ticket: Ticket, given_ticket: Callable[..., Ticket], front_desk: Team
) -> None:
    child = given_ticket(subject="Hijo", team=front_desk)
    agent.post(page(child, "link"), {"kind": "child_of", "other": ticket.item.reference})
    refused = agent.post(page(ticket, "resolve"), {"answer": "Hecho"})
    assert refused.status_code == 422
    agent.post(page(ticket, "resolve"), {"answer": "Hecho", "with_children": "on"})
    assert again(child).is_resolved


def test_a_link_to_what_one_may_not_see_is_refused(agent: Client, ticket: Ticket) -> None:
    answer = agent.post(page(ticket, "link"), {"kind": "relates_to", "other": "INC-99999"})
    assert answer.status_code == 422
    assert "There is no such ticket" in answer.content.decode()


def test_bin_and_restore(agent: Client, ticket: Ticket) -> None:
    agent.post(page(ticket, "bin"), {"as": "spam"})
    assert again(ticket).binned_as == "spam"
    assert agent.get(page(ticket)).status_code == 200
    agent.post(page(ticket, "restore"))
    assert again(ticket).binned_as == ""


def test_following_and_no_longer(agent: Client, ticket: Ticket, omar: Person) -> None:
    agent.post(page(ticket, "follow"))
    assert ticket.item.participants.filter(person=omar, kind="watcher").exists()
    agent.post(page(ticket, "follow"))
    assert not ticket.item.participants.filter(person=omar).exists()


def test_a_ticket_for_somebody_new_adds_both(agent: Client, example: Any) -> None:
    answer = agent.post(
        reverse("console:tickets:new"),
        {
            "requester": "new:clara.vidal@example.org",
            "subject": "Sin red",
            "text": "Nada.",
            "kind": "incident",
            "channel": "phone",
            "impact": "3",
            "urgency": "1",
        },
    )
    item = WorkItem.objects.latest("pk")
    assert answer["Location"].endswith(f"/{item.reference}/")
    assert (item.requester.name, item.requester.organisation) == ("Clara Vidal", example)
    assert (item.channel, item.priority) == ("phone", 3)


def test_a_ticket_that_cannot_be_opened_adds_nobody(agent: Client) -> None:
    before = Person.objects.count()
    answer = agent.post(
        reverse("console:tickets:new"),
        {"requester": "new:clara@example.org", "subject": " ", "kind": "incident",
         "channel": "phone", "impact": "3", "urgency": "1"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert Person.objects.count() == before


def test_who_calls_is_shown_with_what_is_open(agent: Client, ticket: Ticket, rita: Person) -> None:
    answer = agent.get(reverse("console:tickets:new_requester"), {"requester": rita.pk})
    assert b"Example" in answer.content
    assert b"La VPN no conecta" in answer.content


def test_the_panel_of_a_person_shows_what_he_asked_for(
    agent: Client, ticket: Ticket, rita: Person
) -> None:
    address = reverse("ui:panel", kwargs={"key": "tickets.of_person", "pk": rita.pk})
    assert b"La VPN no conecta" in agent.get(address, headers=HTMX).content


def test_the_last_state_of_its_kind_stays_in_use(
    browser_of: Browser, max_: Person, acting: Any
) -> None:
    state = State.objects.get(key="resolved")
    address = reverse("console:tickets:state_edit", kwargs={"pk": state.pk})
    given = {"name_en": "Solved", "name_es": "Resuelto", "position": "3"}
    refused = browser_of(max_).post(address, given)
    assert refused.status_code == 422
    assert browser_of(max_).post(address, {**given, "is_active": "on"}).status_code == 303
    state.refresh_from_db()
    assert (state.names["en"], state.category) == ("Solved", "resolved")
