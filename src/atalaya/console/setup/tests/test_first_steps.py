"""From the printed link to a desk that works, in six pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.test import Client

from atalaya.core.calendars.queries import default_calendar
from atalaya.core.identity.actions import setup_link
from atalaya.core.journal.models import Entry
from atalaya.core.people.models import Membership, Organisation, Person, Team
from atalaya.core.people.queries import administrators
from atalaya.core.preferences.queries import desk
from atalaya.engines.channels.models import Mailbox, SmtpServer

PASSWORD = "a watchtower sees far"
ORGANISATION = {
    "name": "Acme",
    "desk": "Soporte",
    "domains": "acme.example; @acme.test",
    "language": "es",
    "zone": "Europe/Madrid",
}
ADMINISTRATOR = {
    "name": "Max",
    "address": "max@acme.example",
    "password": PASSWORD,
    "again": PASSWORD,
}
TEAM = {
    "name": "Front desk",
    "join": "on",
    "days": ["mon", "tue", "sat"],
    "opens": "08:00",
    "closes": "15:30",
    "country": "ES",
}
BUILT_IN = {"address": "help@acme.example", "how": "built_in"}


def path_of(link: str | None) -> str:
    assert link is not None
    return "/" + link.split("/", 3)[3]


def leads_to(client: Client, path: str, form: Mapping[str, Any]) -> str:
    answer = client.post(path, form)
    assert answer.status_code == 303, answer.text[-3000:]
    return str(answer.headers["Location"])


@pytest.fixture
def client(db: None) -> Client:
    """A browser that followed the printed link."""
    client = Client()
    answer = client.get(path_of(setup_link()))
    assert answer.headers["Location"] == "/setup/organisation/"
    return client


@pytest.fixture
def administrator(client: Client) -> Client:
    """The same after the first two steps."""
    leads_to(client, "/setup/organisation/", ORGANISATION)
    leads_to(client, "/setup/administrator/", ADMINISTRATOR)
    return client


def test_six_pages_lead_from_the_link_to_the_console(client: Client) -> None:
    visited = []
    path = "/setup/organisation/"
    forms: list[dict[str, Any]] = [
        ORGANISATION,
        ADMINISTRATOR,
        BUILT_IN,
        TEAM,
        {"kind": "help"},
        {},
    ]
    for form in forms:
        assert client.get(path).status_code == 200
        visited.append(path)
        path = leads_to(client, path, form)
    assert len(visited) == len(set(visited)) == 6
    assert path == "/console/"
    assert client.get("/account/").status_code == 200
    assert desk().set_up


def test_what_was_chosen_is_what_the_desk_does(administrator: Client) -> None:
    leads_to(administrator, "/setup/mail/", BUILT_IN)
    leads_to(administrator, "/setup/team/", TEAM)
    assert (desk().name, desk().language, desk().zone) == ("Soporte", "es", "Europe/Madrid")
    acme = Organisation.objects.get()
    assert (acme.name, acme.domains) == ("Acme", ["acme.example", "acme.test"])
    (max_,) = administrators()
    assert (max_.name, max_.organisation) == ("Max", acme)
    assert [box.address for box in Mailbox.objects.all()] == ["help@acme.example"]
    assert not SmtpServer.objects.exists()
    (team,) = Team.objects.all()
    assert team.name == "Front desk"
    assert Membership.objects.get(team=team).person == max_
    calendar = default_calendar()
    assert sorted(calendar.week) == ["mon", "sat", "tue"]
    assert calendar.week["sat"] == [["08:00", "15:30"]]
    assert (calendar.country, calendar.zone) == ("ES", "Europe/Madrid")


def test_every_step_is_a_fact_and_the_password_is_in_none(administrator: Client) -> None:
    names = set(Entry.objects.values_list("name", flat=True))
    assert {"preferences.changed", "people.organisation_changed", "identity.signed_in"} <= names
    assert not any(PASSWORD in str(entry.facts) for entry in Entry.objects.all())


def test_a_step_can_be_taken_again(administrator: Client) -> None:
    leads_to(administrator, "/setup/organisation/", {**ORGANISATION, "name": "Acme SL"})
    assert [one.name for one in Organisation.objects.all()] == ["Acme SL"]
    assert 'value="Acme SL"' in administrator.get("/setup/organisation/").text
    answer = administrator.get("/setup/administrator/")
    assert answer.headers["Location"] == "/setup/mail/", "there is one already"


def test_without_the_link_nothing_is_there(db: None) -> None:
    client = Client()
    for step in ("", "organisation/", "administrator/", "mail/", "team/", "practices/", "demo/"):
        assert client.get(f"/setup/{step}").status_code == 404
        if step:
            assert client.post(f"/setup/{step}", ORGANISATION).status_code == 404
    assert client.get("/setup/not-the-token-at-all-not-at-all/").status_code == 410
    assert not Organisation.objects.exists()


def test_once_there_is_an_administrator_the_link_is_over(
    client: Client, max_: Person, omar: Person, visiting: Callable[..., Client]
) -> None:
    assert client.get("/setup/organisation/").headers["Location"].startswith("/sign-in/")
    assert (
        client.post("/setup/administrator/", ADMINISTRATOR)
        .headers["Location"]
        .startswith("/sign-in/")
    )
    assert visiting(omar).get("/setup/mail/").status_code == 403
    assert visiting(max_).get("/setup/mail/").status_code == 200


def test_a_weak_password_is_refused_and_the_link_stays_good(client: Client) -> None:
    weak = {**ADMINISTRATOR, "password": "short", "again": "short"}
    assert client.post("/setup/administrator/", weak).status_code == 422
    assert not administrators().exists()
    assert leads_to(client, "/setup/administrator/", ADMINISTRATOR) == "/setup/mail/"


def test_servers_that_cannot_be_reached_are_said_and_nothing_is_kept(
    administrator: Client,
) -> None:
    own = {
        **BUILT_IN,
        "how": "own",
        "imap_host": "127.0.0.1",
        "imap_port": "1",
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": "1",
        "smtp_security": "none",
        "imap_user": "help",
        "imap_password": "p1",
        "smtp_user": "",
        "smtp_password": "",
    }
    answer = administrator.post("/setup/mail/", own)
    assert answer.status_code == 422
    assert "127.0.0.1:1" in answer.text
    assert not SmtpServer.objects.exists()
    assert administrator.post("/setup/mail/", {**own, "smtp_host": ""}).status_code == 422
    leads_to(administrator, "/setup/mail/", {**own, "anyway": "1"})
    server, box = SmtpServer.objects.get(), Mailbox.objects.get()
    assert (server.port, box.source, box.password) == (1, "imap", "p1")
    leads_to(administrator, "/setup/mail/", BUILT_IN)
    assert not SmtpServer.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": "15:00", "closes": "08:00"},
        {"days": []},
        {"name": ""},
        {"opens": "noon"},
        {"country": "XX"},
    ],
)
def test_hours_that_make_no_sense_are_refused(
    administrator: Client, wrong: dict[str, object]
) -> None:
    answer = administrator.post("/setup/team/", {**TEAM, **wrong})
    assert answer.status_code == 422
    assert "mon" in default_calendar().week


def test_practices_are_switched_as_chosen(administrator: Client) -> None:
    from atalaya.core.preferences.queries import practice_is_on

    leads_to(administrator, "/setup/practices/", {"kind": "pick", "picked": []})
    assert not practice_is_on("tickets")
    leads_to(administrator, "/setup/practices/", {"kind": "service"})
    assert practice_is_on("tickets")
    assert administrator.post("/setup/practices/", {"kind": "x"}).status_code == 422


def test_the_invented_company_is_offered_only_where_it_can_be_made(
    administrator: Client, run_jobs: Callable[..., list[str]]
) -> None:
    from atalaya.core.jobs.queries import is_declared

    offered = 'name="demo"' in administrator.get("/setup/demo/").text
    assert offered == is_declared("demo.fill")


def test_the_pages_speak_the_browsers_language(db: None) -> None:
    client = Client(headers={"Accept-Language": "es"})
    client.get(path_of(setup_link()))
    page = client.get("/setup/organisation/").text
    assert "Su organización" in page
    assert '<option value="es" selected>' in page
