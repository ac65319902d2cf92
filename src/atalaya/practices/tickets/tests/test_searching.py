"""Tickets and people are found by what was said of them, and only by who may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from atalaya.core.people.models import NOBODY, SYSTEM, Actor, Person, Team
from atalaya.engines.search import queries
from atalaya.engines.search.queries import Results, search
from atalaya.practices.tickets.actions import (
    add_note,
    answer_ticket,
    bin_ticket,
    merge_ticket,
    open_ticket,
)
from atalaya.practices.tickets.models import Ticket

Acting = Callable[[Person], Actor]
pytestmark = pytest.mark.django_db


@pytest.fixture
def given_ticket(rita: Person, front_desk: Team) -> Callable[..., Ticket]:
    def opened(subject: str, text: str = "Gracias.", **more: Any) -> Ticket:
        fields = {"requester": rita, "team": front_desk, **more}
        return open_ticket(Ticket.Kind.INCIDENT, by=SYSTEM, subject=subject, text=text, **fields)

    return opened


def tickets(results: Results) -> list[int]:
    return [hit.pk for group in results.groups if group.kind == "ticket" for hit in group.hits]


def test_subject_and_messages_are_searched_and_the_subject_counts_more(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting
) -> None:
    said = given_ticket("Algo falla", "La impresora de la planta baja hace ruido.")
    named = given_ticket("La impresora no imprime")
    given_ticket("La VPN se corta")
    found = search(acting(omar), "impresoras")
    assert tickets(found) == [named.pk, said.pk]
    excerpt = found.groups[0].hits[1].excerpt
    assert [piece.text for piece in excerpt if piece.marked] == ["impresora"]


def test_all_words_are_needed_but_not_in_the_same_text(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting
) -> None:
    both = given_ticket("La impresora no imprime", "Es la de la oficina de Guadalajara.")
    given_ticket("La impresora no imprime", "Es la de Madrid.")
    assert tickets(search(acting(omar), "impresora guadalajara")) == [both.pk]
    assert tickets(search(acting(omar), '"oficina de guadalajara"')) == [both.pk]
    assert tickets(search(acting(omar), '"guadalajara oficina"')) == []


def test_a_number_leads_straight_to_its_ticket(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting
) -> None:
    ticket = given_ticket("La VPN se corta")
    number = ticket.number
    for text in (f"INC-{number}", f"#{number}", str(number), f" inc-{number} "):
        jump = search(acting(omar), text).jump
        assert jump is not None
        assert jump.pk == ticket.pk
    assert search(acting(omar), "INC-99999999").jump is None
    assert search(NOBODY, str(number)).jump is None


def test_a_merged_ticket_leads_to_the_one_it_went_into(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting
) -> None:
    gone, kept = given_ticket("Proyector roto"), given_ticket("Proyector de la sala roto")
    merge_ticket(gone, into=kept, by=acting(omar))
    jump = search(acting(omar), str(gone.number)).jump
    assert jump is not None
    assert jump.pk == kept.pk
    assert tickets(search(acting(omar), "proyector")) == [kept.pk]


def test_permission_is_part_of_the_question(
    given_ticket: Callable[..., Ticket],
    rita: Person,
    omar: Person,
    nora: Person,
    stan: Person,
    acting: Acting,
) -> None:
    open_one = given_ticket("Teclado roto")
    secret = given_ticket("Teclado roto en nóminas", is_confidential=True)
    gone = given_ticket("Teclado sucio")
    bin_ticket(gone, by=acting(omar))
    add_note(open_one, by=acting(omar), text="Sospecho que lo mojó con café.")
    answer_ticket(open_one, by=acting(omar), text="Le llevamos otro teclado.")
    assert set(tickets(search(acting(omar), "teclado"))) == {open_one.pk, secret.pk}
    assert set(tickets(search(acting(rita), "teclado"))) == {open_one.pk, secret.pk}
    assert tickets(search(acting(nora), "teclado")) == []
    assert tickets(search(acting(stan), "teclado")) == []
    assert tickets(search(NOBODY, "teclado")) == []
    assert tickets(search(acting(omar), "café")) == [open_one.pk]
    assert tickets(search(acting(rita), "café")) == []  # an internal note


def test_people_are_found_by_part_of_name_or_address_and_by_agents_only(
    omar: Person, rita: Person, acting: Acting
) -> None:
    def people(text: str, who: Person) -> list[int]:
        groups = search(acting(who), text).groups
        return [hit.pk for group in groups if group.kind == "person" for hit in group.hits]

    assert people("rita", omar) == [rita.pk]
    assert people("RÍTA@example", omar) == [rita.pk]
    assert people("ritta", omar) == [rita.pk]
    assert people("rita", rita) == []


def test_long_results_go_on_page_by_page(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting
) -> None:
    made = {given_ticket(f"Impresora {number}").pk for number in range(7)}
    seen: list[int] = []
    cursor: str | None = None
    for _page in range(4):
        results = search(acting(omar), "impresora", only=["ticket"], cursor=cursor, size=2)
        seen += tickets(results)
        assert results.groups[0].total == 7
        cursor = results.groups[0].next
    assert cursor is None
    assert len(seen) == 7
    assert set(seen) == made


def test_common_words_are_looked_for_from_the_newest_back(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting, monkeypatch: Any
) -> None:
    made = [given_ticket(f"Impresora {number}").pk for number in range(6)]
    monkeypatch.setattr("atalaya.engines.search.texts.FEW", -1)
    monkeypatch.setattr("atalaya.engines.search.texts.NEWEST", 3)
    results = search(acting(omar), "impresora", only=["ticket"])
    assert results.groups[0].capped
    assert set(tickets(results)) == set(made[-3:])


def test_a_question_that_takes_too_long_is_given_up_and_said(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting, monkeypatch: Any
) -> None:
    given_ticket("Impresora rota")
    monkeypatch.setitem(queries._PLANNING, "statement_timeout", "1")
    monkeypatch.setattr(queries.Texts, "__call__", lambda *_args: _sleep())
    group = search(acting(omar), "impresora", only=["ticket"]).groups[0]
    assert group.gave_up
    assert search(acting(omar), "rita", only=["person"]).groups[0].kind == "person"


def _sleep() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")


def test_new_words_are_learned_as_they_are_written(
    given_ticket: Callable[..., Ticket], omar: Person, acting: Acting, run_jobs: Callable[[], Any]
) -> None:
    ticket = given_ticket("El escáner no escanea")
    run_jobs()
    assert tickets(search(acting(omar), "esacner ")) == [ticket.pk]


def test_programs_search_what_their_owner_sees(
    given_ticket: Callable[..., Ticket],
    omar: Person,
    stan: Person,
    key_of: Callable[..., Any],
) -> None:
    ticket = given_ticket("La impresora no imprime", "Es la de la planta baja.")
    mine = key_of(omar)
    found = mine.get("search?q=impresoras&kind=ticket")
    assert [hit["id"] for hit in found["groups"][0]["hits"]] == [ticket.pk]
    assert "impresora" in found["groups"][0]["hits"][0]["title"]
    assert mine.get(f"search?q={ticket.item.reference}")["jump"]["id"] == ticket.pk
    theirs = key_of(stan).get("search?q=impresora")
    assert [hit for group in theirs["groups"] for hit in group["hits"]] == []
    mine.get("search?q=", 422)
    mine.get("search?q=a%00b")
