"""The fields of tickets: every one can be asked in every way, of the database and of a row."""

from __future__ import annotations

from typing import Any

import pytest

from atalaya.core.conditions.queries import (
    Context,
    describe,
    fields_for,
    parse,
    to_predicate,
    to_query,
)
from atalaya.core.people.models import SYSTEM, Person, Team
from atalaya.core.work.actions import set_tags
from atalaya.core.work.models import Channel, CustomField, WorkItem
from atalaya.practices.tickets.actions import open_ticket
from atalaya.practices.tickets.models import Ticket

pytestmark = pytest.mark.django_db
PLAIN, RICH = "Un portátil", "La impresora humea"
AN_HOUR = {"amount": 1, "unit": "hours"}
SHAPES: dict[str, Any] = {
    "none": None,
    "span": {"amount": 3, "unit": "days"},
    "period": "this_month",
}
VALUES: dict[str, Any] = {
    "text": "impresora",
    "number": 3,
    "boolean": True,
    "instant": "2026-03-29T02:30",
    "date": "2026-03-29",
    "person": "@me",
    "team": "@my_teams",
    "reference": 1,
    "tags": "wifi",
}


@pytest.fixture
def items(rita: Person, omar: Person, front_desk: Team) -> list[WorkItem]:
    CustomField.objects.create(key="floor", labels={"en": "Floor"}, kind="number")
    CustomField.objects.create(
        key="colour",
        labels={"en": "Colour"},
        kind="tree",
        choices=[{"key": "red", "children": [{"key": "dark", "labels": {"en": "Dark"}}]}],
    )
    CustomField.objects.create(key="until", labels={"en": "Until"}, kind="date")
    plain = open_ticket(Ticket.Kind.REQUEST, by=SYSTEM, subject=PLAIN, text="x", requester=rita)
    rich = open_ticket(
        Ticket.Kind.INCIDENT, by=SYSTEM, subject=RICH, text="x", requester=rita,
        team=front_desk, assignee=omar, channel=Channel.PHONE, priority=1,
        custom={"floor": 3, "colour": "dark", "until": "2026-03-29"},
    )  # fmt: skip
    set_tags(rich.item, by=SYSTEM, names=["wifi", "urgente"])
    rows = WorkItem.objects.select_related("team", "requester", "ticket").prefetch_related("tags")
    return [rows.get(pk=ticket.pk) for ticket in (plain, rich)]


def test_every_field_answers_every_operator_alike(
    items: list[WorkItem], omar: Person, front_desk: Team
) -> None:
    fields = fields_for("ticket")
    context = Context(person_id=omar.pk, team_ids=frozenset({front_desk.pk}))
    asked = 0
    for told in describe(fields):
        for operator, shape in told["operators"].items():
            one = VALUES.get(told["kind"]) or (told["choices"] or [("es", "")])[0][0]
            value = {"one": one, "list": [one], "range": [one, one], **SHAPES}[shape]
            if operator == "on_day":
                value = "2026-03-29"
            leaf = {"field": told["key"], "operator": operator, "value": value}
            tree = parse(leaf)
            found = set(WorkItem.objects.filter(to_query(tree, fields, context)))
            holds = to_predicate(tree, fields, context)
            assert found == {item for item in items if holds(item)}, leaf
            asked += 1
    assert asked > 200


@pytest.mark.parametrize(
    ("condition", "subjects"),
    [
        ({"field": "subject", "operator": "contains", "value": "IMPRESORA"}, {RICH}),
        ({"field": "tags", "operator": "all_of", "value": ["wifi", "urgente"]}, {RICH}),
        ({"field": "tags", "operator": "is_empty"}, {PLAIN}),
        ({"field": "assignee", "operator": "is", "value": "@me"}, {RICH}),
        ({"field": "team", "operator": "is_empty"}, {PLAIN}),
        ({"field": "tier", "operator": "at_least", "value": 1}, {RICH}),
        ({"field": "custom.floor", "operator": "more_than", "value": 2.5}, {RICH}),
        ({"field": "custom.colour", "operator": "is", "value": "dark"}, {RICH}),
        ({"field": "custom.until", "operator": "before", "value": "2026-04-01"}, {RICH}),
        ({"field": "custom.floor", "operator": "is_not", "value": 3}, {PLAIN}),
        (
            {"all": [{"field": "kind", "operator": "is", "value": "request"},
                     {"not": {"field": "channel", "operator": "is", "value": "phone"}}]},
            {PLAIN},
        ),
        (
            {"field": "created", "operator": "within_last", "value": AN_HOUR},
            {PLAIN, RICH},
        ),
    ],
)  # fmt: skip
def test_conditions_choose_what_they_say(
    items: list[WorkItem], omar: Person, condition: dict[str, Any], subjects: set[str]
) -> None:
    query = to_query(parse(condition), fields_for("ticket"), Context(person_id=omar.pk))
    assert set(WorkItem.objects.filter(query).values_list("subject", flat=True)) == subjects


def test_an_editor_sees_choices_of_a_tree_with_their_way(items: list[WorkItem]) -> None:
    told = {entry["key"]: entry for entry in describe(fields_for("ticket"))}
    assert ("dark", "red / Dark") in told["custom.colour"]["choices"]
    assert told["custom.colour"]["name"] == "Colour"


def test_a_field_that_is_switched_off_is_gone(items: list[WorkItem]) -> None:
    CustomField.objects.filter(key="floor").update(is_active=False)
    assert "custom.floor" not in fields_for("ticket")
