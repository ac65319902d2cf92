"""What requesters, guests and strangers see and do in the portal, with plain forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from atalaya.core.files.queries import attachments_of
from atalaya.core.identity.actions.sessions import SESSION_KEY, open_session
from atalaya.core.identity.models import Account
from atalaya.core.identity.queries import guest_link_token
from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.preferences.actions import decide
from atalaya.core.work.actions import save_row
from atalaya.core.work.models import Category, Channel, CustomField, Entry, PendingReason, WorkItem
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import Ticket
from atalaya.testing.clocks import TestClock
from atalaya.testing.snapshots import QueryCounts

Acting = Callable[[Person], Actor]
SignedIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def signed_in() -> SignedIn:
    """A browser in which somebody has signed in."""

    def browser(person: Person) -> Client:
        account, _made = Account.objects.get_or_create(
            person=person, defaults={"email": person.address}
        )
        client = Client()
        session = client.session
        session[SESSION_KEY] = open_session(account, method="password").pk
        session.save()
        return client

    return browser


@pytest.fixture
def ticket(rita: Person, ana: Person, front_desk: Team, acting: Acting) -> Ticket:
    """Rita's printer, with the front desk."""
    made = actions.open_ticket(
        Ticket.Kind.INCIDENT,
        by=acting(rita),
        subject="La impresora no imprime",
        requester=rita,
        text="Sale el error 27.",
        channel=Channel.PORTAL,
    )
    return actions.move_ticket(made, by=acting(ana), team=front_desk)


def at(ticket: Ticket, what: str = "") -> str:
    return f"/tickets/{ticket.number}/{what}"


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_problem_is_reported_with_one_line(rita: Person, signed_in: SignedIn) -> None:
    response = signed_in(rita).post("/tickets/report/", {"subject": "No hay red"})
    item = WorkItem.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/tickets/{item.number}/")
    assert (item.subject, item.kind, item.requester) == ("No hay red", "incident", rita)
    assert (item.channel, item.language) == (Channel.PORTAL, "es")


def test_something_is_asked_for_with_details_category_and_files(
    rita: Person, signed_in: SignedIn
) -> None:
    category = Category.objects.filter(parent__isnull=True).first()
    assert category is not None
    files = [
        SimpleUploadedFile("a.txt", b"one", "text/plain"),
        SimpleUploadedFile("b.txt", b"two", "text/plain"),
    ]
    signed_in(rita).post(
        "/tickets/ask/",
        {"subject": "Acceso", "text": "A Ventas", "category": category.pk, "attachments": files},
    )
    item = WorkItem.objects.get()
    entry = item.entries.get()
    assert (item.kind, item.category) == ("request", category)
    assert (entry.text.strip(), entry.author, entry.is_public) == ("A Ventas", rita, True)
    names = [one.file.name for one in attachments_of("work.entry", [entry.pk])[entry.pk]]
    assert names == ["a.txt", "b.txt"]


def test_without_a_subject_the_form_comes_back_with_what_was_typed_and_the_files(
    rita: Person, signed_in: SignedIn
) -> None:
    browser = signed_in(rita)
    upload = SimpleUploadedFile("foto.txt", b"x", "text/plain")
    response = browser.post("/tickets/report/", {"text": "Larga historia", "attachments": upload})
    page = text_of(response)
    assert response.status_code == 422
    assert "Larga historia" in page
    assert "aria-invalid" in page
    kept = re.search(r'name="kept" value="(\d+)" checked', page)
    assert kept is not None
    browser.post("/tickets/report/", {"subject": "Ahora sí", "kept": kept.group(1)})
    entry = Entry.objects.get()
    assert [one.file.name for one in attachments_of("work.entry", [entry.pk])[entry.pk]] == [
        "foto.txt"
    ]


def test_a_file_somebody_else_stored_cannot_be_kept(
    rita: Person, omar: Person, signed_in: SignedIn
) -> None:
    upload = SimpleUploadedFile("secreto.txt", b"x", "text/plain")
    page = text_of(signed_in(omar).post("/tickets/report/", {"attachments": upload}))
    kept = re.search(r'name="kept" value="(\d+)"', page)
    assert kept is not None
    signed_in(rita).post("/tickets/report/", {"subject": "Hola", "kept": kept.group(1)})
    assert not WorkItem.objects.get().entries.exists()


def test_a_file_that_is_too_large_is_said_so(rita: Person, signed_in: SignedIn) -> None:
    decide("files", by=SYSTEM, largest_megabytes=1)
    upload = SimpleUploadedFile("grande.bin", b"0" * (1024 * 1024 + 1))
    response = signed_in(rita).post("/tickets/report/", {"subject": "Vea", "attachments": upload})
    assert response.status_code == 422
    assert "grande.bin" in text_of(response)
    assert not WorkItem.objects.exists()


def test_too_many_files_are_said_so(rita: Person, signed_in: SignedIn) -> None:
    decide("files", by=SYSTEM, most_at_once=1)
    uploads = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(2)]
    response = signed_in(rita).post("/tickets/report/", {"subject": "Vea", "attachments": uploads})
    assert response.status_code == 422
    assert not WorkItem.objects.exists()


def test_too_many_reports_are_held_back_and_the_text_stays(
    rita: Person, signed_in: SignedIn
) -> None:
    decide("tickets", by=SYSTEM, portal_reports_an_hour=1)
    browser = signed_in(rita)
    browser.post("/tickets/report/", {"subject": "Uno"})
    response = browser.post("/tickets/report/", {"subject": "Dos y mucho texto"})
    assert response.status_code == 422
    assert "Dos y mucho texto" in text_of(response)
    assert WorkItem.objects.count() == 1


def test_fields_of_the_organisation_are_asked_for_in_the_portal(
    rita: Person, signed_in: SignedIn
) -> None:
    labels = {"en": "Room", "es": "Sala"}
    save_row(CustomField, by=SYSTEM, key="room", labels=labels, in_portal=True, required_at="open")
    browser = signed_in(rita)
    assert "Sala" in text_of(browser.get("/tickets/report/"))
    assert browser.post("/tickets/report/", {"subject": "Luz"}).status_code == 422
    browser.post("/tickets/report/", {"subject": "Luz", "custom_room": "3.14"})
    assert WorkItem.objects.get().custom == {"room": "3.14"}


def test_a_field_that_only_agents_fill_in_does_not_stop_a_requester(
    rita: Person, signed_in: SignedIn
) -> None:
    save_row(CustomField, by=SYSTEM, key="cost", labels={"en": "Cost"}, required_at="open")
    response = signed_in(rita).post("/tickets/report/", {"subject": "Luz"})
    assert response.status_code == 303


@pytest.mark.django_db
def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back() -> None:
    for path in ("/tickets/", "/tickets/report/", "/search/?q=x"):
        response = Client().get(path)
        assert response.status_code == 303
        assert response["Location"].startswith("/sign-in/?next=%2F")


def test_the_page_says_who_has_it_and_what_comes_next(
    ticket: Ticket, rita: Person, omar: Person, ana: Person, signed_in: SignedIn, acting: Acting
) -> None:
    browser = signed_in(rita)
    assert "Recibido" in text_of(browser.get(at(ticket)))
    actions.assign_ticket(ticket, by=acting(ana), person=omar)
    page = text_of(browser.get(at(ticket)))
    assert "En curso" in page
    assert "Omar, de Front desk" in page


def test_when_it_is_ones_turn_the_page_says_by_when(
    ticket: Ticket,
    rita: Person,
    omar: Person,
    signed_in: SignedIn,
    acting: Acting,
    clock: TestClock,
) -> None:
    clock.at("2026-03-02 09:00")
    reason = PendingReason.objects.get(key="requester")
    actions.wait_for(ticket, by=acting(omar), reason=reason)
    page = text_of(signed_in(rita).get(at(ticket)))
    assert "A la espera de usted" in page
    assert "se cierra el 12 Mar 2026" in page


def test_internal_notes_are_not_in_the_portal_for_anybody(
    ticket: Ticket, rita: Person, omar: Person, signed_in: SignedIn, acting: Acting
) -> None:
    actions.add_note(ticket, by=acting(omar), text="Otra vez la misma impresora vieja")
    for person in (rita, omar):
        assert "impresora vieja" not in text_of(signed_in(person).get(at(ticket)))


def test_an_answer_goes_to_the_timeline_and_passes_the_turn(
    ticket: Ticket, rita: Person, omar: Person, signed_in: SignedIn, acting: Acting
) -> None:
    actions.wait_for(ticket, by=acting(omar), reason=PendingReason.objects.get(key="requester"))
    response = signed_in(rita).post(at(ticket, "answer/"), {"text": "La luz roja."})
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    assert (entry.kind, entry.channel, entry.author) == ("message", "portal", rita)
    assert response["Location"] == f"{at(ticket)}#entry-{entry.pk}"
    ticket.item.refresh_from_db()
    assert (ticket.item.turn, ticket.item.category_of_state) == ("agent", "open")


def test_an_empty_answer_is_refused_with_words(
    ticket: Ticket, rita: Person, signed_in: SignedIn
) -> None:
    response = signed_in(rita).post(at(ticket, "answer/"), {"text": "  "})
    assert response.status_code == 422
    assert 'id="id_text_error"' in text_of(response)


def test_the_requester_closes_his_ticket(ticket: Ticket, rita: Person, signed_in: SignedIn) -> None:
    signed_in(rita).post(at(ticket, "close/"))
    ticket.item.refresh_from_db()
    assert ticket.item.is_closed


def test_a_solved_ticket_is_reopened_with_or_without_words(
    ticket: Ticket, rita: Person, omar: Person, signed_in: SignedIn, acting: Acting
) -> None:
    browser = signed_in(rita)
    for said in ("Sigue igual", ""):
        actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho.")
        browser.post(at(ticket, "reopen/"), {"text": said})
        ticket.item.refresh_from_db()
        assert ticket.item.is_open
    assert Ticket.objects.get(pk=ticket.pk).reopenings == 2
    last = ticket.item.entries.filter(kind="message").order_by("-pk").first()
    assert last is not None
    assert (last.text.strip(), last.channel) == ("Sigue igual", "portal")


def test_writing_after_the_window_opens_a_follow_up_and_leads_there(
    ticket: Ticket,
    rita: Person,
    omar: Person,
    signed_in: SignedIn,
    acting: Acting,
    clock: TestClock,
) -> None:
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho.")
    actions.close_ticket(ticket, by=acting(rita))
    clock.advance(days=40)
    browser = signed_in(rita)
    assert "ticket nuevo" in text_of(browser.get(at(ticket)))
    response = browser.post(at(ticket, "reopen/"), {"text": "Ha vuelto a pasar"})
    new = Ticket.objects.get(follow_up_of=ticket)
    assert response["Location"] == at(new)


def test_somebody_in_copy_reads_and_answers_but_does_not_close(
    ticket: Ticket, stan: Person, omar: Person, signed_in: SignedIn, acting: Acting
) -> None:
    actions.include(ticket, stan, by=acting(omar))
    browser = signed_in(stan)
    assert browser.get(at(ticket)).status_code == 200
    assert "/close/" not in text_of(browser.get(at(ticket)))
    assert browser.post(at(ticket, "answer/"), {"text": "Me too"}).status_code == 303
    assert browser.post(at(ticket, "close/")).status_code == 403


def test_somebody_in_copy_may_open_the_follow_up(
    ticket: Ticket,
    stan: Person,
    omar: Person,
    signed_in: SignedIn,
    acting: Acting,
    clock: TestClock,
) -> None:
    actions.include(ticket, stan, by=acting(omar))
    actions.close_ticket(ticket, by=acting(omar))
    clock.advance(days=40)
    response = signed_in(stan).post(at(ticket, "reopen/"), {"text": "Again"})
    assert response.status_code == 303
    assert Ticket.objects.filter(follow_up_of=ticket).count() == 1


@pytest.mark.parametrize("what", ["", "answer/", "close/", "reopen/"])
def test_a_stranger_finds_nothing(
    ticket: Ticket, stan: Person, signed_in: SignedIn, what: str
) -> None:
    browser = signed_in(stan)
    response = browser.post(at(ticket, what), {"text": "x"}) if what else browser.get(at(ticket))
    assert response.status_code == 404


def test_an_agent_of_the_team_reads_but_does_not_write_as_the_requester(
    ticket: Ticket, omar: Person, signed_in: SignedIn
) -> None:
    browser = signed_in(omar)
    page = text_of(browser.get(at(ticket)))
    assert "not one of yours" in page
    assert "<textarea" not in page
    assert browser.post(at(ticket, "answer/"), {"text": "x"}).status_code == 403


def test_a_confidential_ticket_is_seen_by_its_people_only(
    ticket: Ticket,
    rita: Person,
    ana: Person,
    nora: Person,
    max_: Person,
    signed_in: SignedIn,
    acting: Acting,
) -> None:
    actions.edit_ticket(ticket, by=acting(ana), is_confidential=True)
    assert signed_in(rita).get(at(ticket)).status_code == 200
    assert signed_in(nora).get(at(ticket)).status_code == 404
    assert signed_in(max_).get(at(ticket)).status_code == 404


def test_a_binned_ticket_is_gone(
    ticket: Ticket, rita: Person, omar: Person, signed_in: SignedIn, acting: Acting
) -> None:
    actions.bin_ticket(ticket, by=acting(omar))
    assert signed_in(rita).get(at(ticket)).status_code == 404
    assert signed_in(omar).get(at(ticket)).status_code == 404
    assert "impresora" not in text_of(signed_in(rita).get("/tickets/"))


def test_a_merged_ticket_leads_to_where_it_went(
    ticket: Ticket, rita: Person, omar: Person, signed_in: SignedIn, acting: Acting
) -> None:
    other = actions.open_ticket(
        Ticket.Kind.INCIDENT, by=acting(omar), subject="Impresora", requester=omar
    )
    actions.merge_ticket(ticket, into=other, by=acting(omar))
    response = signed_in(rita).get(at(ticket))
    assert (response.status_code, response["Location"]) == (302, at(other))
    assert signed_in(rita).get(at(other)).status_code == 200


def test_a_guest_follows_and_answers_one_ticket_by_a_signed_link(
    ticket: Ticket, rita: Person, acting: Acting
) -> None:
    other = actions.open_ticket(
        Ticket.Kind.INCIDENT, by=acting(rita), subject="Otro", requester=rita
    )
    browser = Client()
    response = browser.get(f"/guest/{guest_link_token(ticket.pk, rita.pk)}/")
    assert (response.status_code, response["Location"]) == (303, at(ticket))
    assert "error 27" in text_of(browser.get(at(ticket)))
    browser.post(at(ticket, "answer/"), {"text": "Desde el móvil"})
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    assert (entry.text.strip(), entry.author_kind, entry.author) == (
        "Desde el móvil",
        "guest",
        rita,
    )
    assert browser.get(at(other)).status_code == 404
    assert browser.get("/tickets/").status_code == 303
    assert browser.get("/").status_code == 200


def test_a_forged_or_old_link_opens_nothing(ticket: Ticket, rita: Person, clock: TestClock) -> None:
    token = guest_link_token(ticket.pk, rita.pk)
    assert Client().get(f"/guest/{token[:-1]}x/").status_code == 410
    browser = Client()
    browser.get(f"/guest/{token}/")
    clock.advance(days=4000)
    assert browser.get(f"/guest/{token}/").status_code == 410
    assert browser.get(at(ticket)).status_code == 303


def test_a_guest_opens_the_files_of_his_ticket_only(
    ticket: Ticket, rita: Person, signed_in: SignedIn
) -> None:
    upload = SimpleUploadedFile("a.txt", b"one", "text/plain")
    signed_in(rita).post(at(ticket, "answer/"), {"attachments": upload})
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    file = attachments_of("work.entry", [entry.pk])[entry.pk][0].file
    browser = Client()
    assert browser.get(f"/files/{file.pk}/").status_code == 404
    browser.get(f"/guest/{guest_link_token(ticket.pk, rita.pk)}/")
    assert browser.get(f"/files/{file.pk}/").status_code == 200


def test_the_list_shows_open_and_done_and_goes_on_by_key(
    rita: Person, omar: Person, signed_in: SignedIn, acting: Acting, clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    made = []
    for number in range(30):
        clock.advance(minutes=1)
        made.append(
            actions.open_ticket(
                Ticket.Kind.INCIDENT, by=acting(rita), subject=f"Ticket {number:02}", requester=rita
            )
        )
    actions.close_ticket(made[0], by=acting(rita))
    browser = signed_in(rita)
    first = text_of(browser.get("/tickets/"))
    assert "Ticket 29" in first
    assert "Ticket 00" not in first
    after = re.search(r"after=([\w-]+)", first)
    assert after is not None
    second = text_of(browser.get(f"/tickets/?after={after.group(1)}"))
    assert "Ticket 01" in second
    assert "Ticket 29" not in second
    assert "Ticket 00" in text_of(browser.get("/tickets/?show=closed"))


def test_search_finds_ones_own_words_and_jumps_to_a_number(
    ticket: Ticket, rita: Person, stan: Person, signed_in: SignedIn
) -> None:
    browser = signed_in(rita)
    assert "La impresora no imprime" in text_of(browser.get("/search/?q=impresora"))
    response = browser.get(f"/search/?q={ticket.item.reference}")
    assert (response.status_code, response["Location"]) == (302, at(ticket))
    assert "La impresora" not in text_of(signed_in(stan).get("/search/?q=impresora"))


def test_the_search_of_an_agent_in_the_portal_finds_no_notes(
    omar: Person, signed_in: SignedIn, acting: Acting
) -> None:
    mine = actions.open_ticket(
        Ticket.Kind.INCIDENT, by=acting(omar), subject="Mi teclado", requester=omar
    )
    actions.add_note(mine, by=acting(omar), text="melocotones")
    assert "Mi teclado" not in text_of(signed_in(omar).get("/search/?q=melocotones"))


def test_the_language_is_the_persons_and_can_be_changed(rita: Person, signed_in: SignedIn) -> None:
    browser = signed_in(rita)
    assert "¿Qué necesita?" in text_of(browser.get("/"))
    browser.post("/language/", {"language": "en"})
    assert "What do you need?" in text_of(browser.get("/"))
    rita.refresh_from_db()
    assert rita.language == "en"
    assert browser.post("/language/", {"language": "../x"}).status_code == 303


@pytest.mark.django_db
def test_a_browser_without_a_session_keeps_its_language_in_a_cookie() -> None:
    browser = Client(headers={"Accept-Language": "es"})
    assert "¿Qué necesita?" in text_of(browser.get("/"))
    browser.post("/language/", {"language": "en"})
    assert "What do you need?" in text_of(browser.get("/"))


def test_parts_of_the_page_can_be_fetched_alone(
    ticket: Ticket, rita: Person, signed_in: SignedIn
) -> None:
    browser = signed_in(rita)
    for target, inside in (("ticket-stage", "stage-word"), ("ticket-said", "error 27")):
        part = text_of(browser.get(at(ticket), headers={"HX-Request": "true", "HX-Target": target}))
        assert inside in part
        assert "<html" not in part


@pytest.mark.parametrize(
    "number", ["0", "-1", "9" * 30, "INC-", "%00", "..%2f", "١٢", "a b", "INC-12;drop"]
)
def test_a_senseless_number_is_not_found(rita: Person, signed_in: SignedIn, number: str) -> None:
    assert signed_in(rita).get(f"/tickets/{number}/").status_code in {404, 400}


@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    subject=st.text(max_size=400),
    text=st.text(max_size=400),
    extra=st.dictionaries(st.sampled_from(["category", "kept", "kind"]), st.text(max_size=40)),
)
def test_nothing_that_is_typed_breaks_the_form(
    subject: str, text: str, extra: dict[str, str], hostile: Client
) -> None:
    response = hostile.post("/tickets/report/", {"subject": subject, "text": text, **extra})
    assert response.status_code in {303, 422}
    assert hostile.get("/search/", {"q": subject}).status_code in {200, 302}
    assert hostile.get("/tickets/", {"after": text, "show": subject}).status_code == 200


@pytest.fixture
def hostile(rita: Person, signed_in: SignedIn) -> Client:
    decide("tickets", by=SYSTEM, portal_reports_an_hour=1000)
    return signed_in(rita)


def test_the_pages_need_few_queries(
    ticket: Ticket,
    rita: Person,
    omar: Person,
    signed_in: SignedIn,
    acting: Acting,
    query_counts: QueryCounts,
) -> None:
    for number in range(5):
        actions.answer_ticket(ticket, by=acting(omar), text=f"Respuesta {number}")
    browser = signed_in(rita)
    browser.get("/")
    with query_counts("portal:home"):
        browser.get("/")
    with query_counts("portal:tickets:mine"):
        browser.get("/tickets/")
    with query_counts("portal:tickets:page"):
        browser.get(at(ticket))
    with query_counts("portal:tickets:report"):
        browser.get("/tickets/report/")
