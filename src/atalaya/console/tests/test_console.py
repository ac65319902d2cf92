"""The console's own pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from atalaya.core.people.models import Person, Team
from atalaya.practices.tickets.actions import open_ticket
from atalaya.practices.tickets.models import Ticket


@pytest.fixture
def ticket(rita: Person, omar: Person, front_desk: Team, acting: Any) -> Ticket:
    return open_ticket(
        Ticket.Kind.INCIDENT,
        by=acting(omar),
        subject="La VPN no conecta",
        requester=rita,
        team=front_desk,
        assignee=omar,
    )


@pytest.mark.parametrize("name", ["home", "queue", "settings", "me", "search"])
def test_every_page_opens_in_a_fixed_number_of_queries(
    browser_of: Any, omar: Person, ticket: Ticket, query_counts: Any, name: str
) -> None:
    client = browser_of(omar)
    client.get(reverse(f"console:{name}"))
    with query_counts(f"console:{name}"):
        assert client.get(reverse(f"console:{name}")).status_code == 200


def test_requesters_stay_outside(browser_of: Any, rita: Person) -> None:
    assert browser_of(rita).get(reverse("console:home")).status_code == 403
    assert browser_of(None).get(reverse("console:home"))["Location"].startswith("/sign-in/")


def test_a_page_of_the_search_that_cannot_be_one_is_the_first(
    browser_of: Any, omar: Person
) -> None:
    given = {"q": "vpn", "after": "9" * 5000}
    assert browser_of(omar).get(reverse("console:search"), given).status_code == 200


def test_a_number_in_the_search_opens_the_ticket(
    browser_of: Any, omar: Person, ticket: Ticket
) -> None:
    answer = browser_of(omar).get(reverse("console:search"), {"q": ticket.item.reference})
    assert answer["Location"].endswith(f"/tickets/{ticket.item.reference}/")


def test_the_rail_counts_what_waits_for_me(browser_of: Any, omar: Person, ticket: Ticket) -> None:
    text = browser_of(omar).get(reverse("console:badges")).content.decode()
    assert 'id="badge-console-queue"' in text
    assert ">1<" in text


def test_the_tabs_of_the_queue_are_counted(browser_of: Any, omar: Person, ticket: Ticket) -> None:
    text = browser_of(omar).get(reverse("console:queue_counts")).content.decode()
    assert 'id="count-mine"' in text


def test_news_are_told_and_not_pushed_in(browser_of: Any, omar: Person, ticket: Ticket) -> None:
    client, address = browser_of(omar), reverse("console:queue_news")
    before = {"view": "mine", "since": "2020-01-01T00:00:00+00:00"}
    assert b"1 new or changed" in client.get(address, before).content
    after = {"view": "mine", "since": "2099-01-01T00:00:00+00:00"}
    assert client.get(address, after).content.strip() == b""
    assert client.get(address, {"since": "nonsense"}).status_code == 200


def test_a_filter_can_be_taken_away(browser_of: Any, omar: Person, ticket: Ticket) -> None:
    asked = {"view": "open", "priority": "1,2", "q": "vpn", "group": "team"}
    text = browser_of(omar).get(reverse("console:queue"), asked).content.decode()
    assert "view=open&amp;group=team&amp;priority=1&amp;priority=2" in text  # without the words


def test_nobody_reads_the_bin_without_the_right(browser_of: Any, omar: Person) -> None:
    assert browser_of(omar).get(reverse("console:queue"), {"view": "bin"}).status_code == 200


def test_settings_show_what_one_may(browser_of: Any, omar: Person, max_: Person) -> None:
    address = reverse("console:settings")
    assert b"Priority matrix" not in browser_of(omar).get(address).content
    everything = browser_of(max_).get(address).content
    assert b"Priority matrix" in everything
    found = browser_of(max_).get(address, {"q": "matrix"}).content
    assert b"Priority matrix" in found
    assert b"Organisations" not in found


def test_a_person_chooses_language_and_zone(browser_of: Any, omar: Person) -> None:
    given = {"language": "es", "zone": "Europe/Madrid"}
    client = browser_of(omar)
    assert client.post(reverse("console:me"), given).status_code == 303
    omar.refresh_from_db()
    assert (omar.language, omar.zone) == ("es", "Europe/Madrid")
    assert "Mi configuración" in client.get(reverse("console:me")).content.decode()
