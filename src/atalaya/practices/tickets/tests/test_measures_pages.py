"""The pages of measures: figures a lead can read, open and take along, in both languages."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.engines.reports.queries import metrics
from atalaya.kernel import clock
from atalaya.practices.tickets.actions import open_ticket, resolve_ticket
from atalaya.practices.tickets.models import Ticket

pytestmark = pytest.mark.django_db
Visiting = Callable[..., Client]
DAYS = "from=2026-03-01&to=2026-03-31"


class Styles(HTMLParser):
    """Collects what the content security policy would stop."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag}.{name}" for name, _ in attrs if name == "style" or name[:2] == "on"]
        self.found += [tag] if tag == "style" else []


@pytest.fixture
def tickets(
    rita: Person, omar: Person, front_desk: Team, acting: Callable[[Person], Actor]
) -> list[Ticket]:
    made = []
    for day in (2, 9, 9, 20):
        with clock.at(dt.datetime(2026, 3, day, 10, tzinfo=dt.UTC)):
            made.append(
                open_ticket(
                    Ticket.Kind.INCIDENT, by=SYSTEM, subject="=2+2", text="x", requester=rita,
                    team=front_desk,
                )
            )  # fmt: skip
    with clock.at(dt.datetime(2026, 3, 21, 12, tzinfo=dt.UTC)):
        resolve_ticket(made[0], by=acting(omar), answer="Ya.")
    return made


def test_every_measure_has_its_page_without_style_or_script_in_it(
    tickets: list[Ticket], ana: Person, visiting: Visiting
) -> None:
    client = visiting(ana)
    overview = client.get(f"/console/reports/?{DAYS}").content.decode()
    for metric in metrics():
        assert f"/console/reports/{metric.key}/" in overview
        for by in ("team", "priority"):
            page = client.get(f"/console/reports/{metric.key}/?{DAYS}&by={by}&timing=business")
            assert page.status_code == 200
            styles = Styles()
            styles.feed(page.content.decode())
            assert styles.found == []


def test_figures_are_shown_with_their_parts_and_open_into_tickets(
    tickets: list[Ticket], ana: Person, visiting: Visiting
) -> None:
    client = visiting(ana)
    page = client.get(f"/console/reports/closure_rate/?{DAYS}").content.decode()
    assert "25,0 %" in page
    assert "1 de 4" in page
    behind = client.get(f"/console/reports/resolved/tickets/?{DAYS}").content.decode()
    assert tickets[0].item.reference in behind
    assert tickets[1].item.reference not in behind
    one = client.get(f"/console/reports/created/tickets/?{DAYS}&priority=1").content.decode()
    assert tickets[0].item.reference not in one


def test_where_there_is_nothing_the_page_says_so(ana: Person, visiting: Visiting) -> None:
    page = visiting(ana).get(f"/console/reports/closure_rate/?{DAYS}").content.decode()
    assert "sin datos" in page
    assert "0,0 %" not in page


def test_values_and_tickets_can_be_taken_along(
    tickets: list[Ticket], ana: Person, visiting: Visiting
) -> None:
    client = visiting(ana)
    answer = client.get(f"/console/reports/created/values.csv?{DAYS}")
    assert "attachment" in answer["Content-Disposition"]
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert table[-1][-1] == "4"
    answer = client.get(f"/console/reports/closure_rate/values.csv?{DAYS}")
    assert answer.content.decode().splitlines()[-1].endswith(",0.25,1,4")
    answer = client.get(f"/console/reports/created/tickets.csv?{DAYS}")
    listed = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(listed) == 5
    assert {row[1] for row in listed[1:]} == {"'=2+2"}


def test_nonsense_in_the_address_is_left_out_and_no_measure_is_no_page(
    ana: Person, visiting: Visiting
) -> None:
    client = visiting(ana)
    for query in (
        "from=x&to=y", "from=2026-13-01&to=2026-01-01", "by=moon&timing=never&period=era",
        "team=abc&priority=9&agent=-1", "from=0001-01-01&to=9999-12-31", "category=99999999",
        "from=2026-03-31&to=2026-03-01", f"team={'9' * 18}&organisation=none",
    ):  # fmt: skip
        assert client.get(f"/console/reports/created/?{query}").status_code == 200
    assert client.get("/console/reports/nothing/").status_code == 404
    assert client.get("/console/reports/created/tickets/?after=x").status_code == 200


def test_who_may_not_see_measures_is_refused(rita: Person, visiting: Visiting) -> None:
    assert visiting(rita).get("/console/reports/").status_code in {302, 403}
    assert visiting(rita).get("/console/reports/created/values.csv").status_code in {302, 403}


def test_a_page_asks_a_number_of_questions_that_does_not_grow(
    tickets: list[Ticket], rita: Person, ana: Person, front_desk: Team, visiting: Visiting
) -> None:
    client = visiting(ana)
    address = f"/console/reports/resolution_time/?{DAYS}&timing=business"

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return sum("preferences_" not in query["sql"] for query in queries)  # kept for 2 s

    before = asked()
    for _more in range(5):
        with clock.at(dt.datetime(2026, 3, 12, 10, tzinfo=dt.UTC)):
            ticket = open_ticket(
                Ticket.Kind.REQUEST, by=SYSTEM, subject="x", text="x", requester=rita,
                team=front_desk,
            )  # fmt: skip
            resolve_ticket(ticket, by=SYSTEM)
    assert asked() == before
    assert before <= 45
