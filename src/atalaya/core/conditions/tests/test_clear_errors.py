"""What is wrong with a condition is said with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atalaya.core.conditions.errors import ConditionIsInvalid
from atalaya.core.conditions.ports import FIELDS as SLOT
from atalaya.core.conditions.ports import Field, FieldKind, field, more_fields
from atalaya.core.conditions.queries import describe, fields_for, parse, validate

SUBJECT = Field("subject", FieldKind.TEXT, "Subject", "subject")
COLOUR = Field("colour", FieldKind.CHOICE, "Colour", "colour", choices=lambda: [("red", "Red")])
DUE = Field("due", FieldKind.INSTANT, "Due", "due")
FIELDS = {found.key: found for found in (SUBJECT, COLOUR, DUE)}


def problems(data: Any) -> dict[str, str]:
    with pytest.raises(ConditionIsInvalid) as caught:
        validate(parse(data), FIELDS)
    return {problem.path: str(problem.sentence) for problem in caught.value.problems}


def test_every_mistake_is_told_with_its_path() -> None:
    data = {
        "all": [
            {"field": "colour", "operator": "is", "value": "blue"},
            {"not": {"field": "nothing", "operator": "is", "value": 1}},
            {
                "any": [
                    {
                        "field": "due",
                        "operator": "within_last",
                        "value": {"amount": -1, "unit": "days"},
                    }
                ]
            },
            {"field": "subject", "operator": "before", "value": "2026-01-01"},
        ]
    }
    assert set(problems(data)) == {
        "all.0.value",
        "all.1.not.field",
        "all.2.any.0.value",
        "all.3.value",
    }


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "x",
        [],
        {},
        {"all": {}},
        {"all": [3]},
        {"all": [], "any": []},
        {"field": "subject"},
        {"field": 1, "operator": "is"},
        {"field": "subject", "operator": "is", "value": "x" * 1001},
        {"field": "subject", "operator": "is", "value": [[[["deep"]]]]},
    ],
)
def test_a_form_that_is_none_is_refused(data: Any) -> None:
    with pytest.raises(ConditionIsInvalid):
        parse(data)


@pytest.mark.parametrize(
    ("key", "operator", "value"),
    [
        ("subject", "is", 3),
        ("subject", "is", "a\x00b"),
        ("subject", "contains", "\u0301"),
        ("subject", "is", "\ud800"),
        ("subject", "any_of", []),
        ("subject", "is_empty", "x"),
        ("due", "before", "yesterday"),
        ("due", "between", ["2026-01-01"]),
        ("due", "in_period", "soon"),
        ("due", "on_day", "9999-12-31"),
        ("due", "within_last", {"amount": 10**9, "unit": "weeks"}),
        ("due", "within_next", {"amount": True, "unit": "days"}),
        ("colour", "is", {"a": 1}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(key: str, operator: str, value: Any) -> None:
    assert set(problems({"field": key, "operator": operator, "value": value})) == {"value"}


def test_too_deep_and_too_long_conditions_are_refused() -> None:
    deep: dict[str, Any] = {"all": []}
    for _step in range(20):
        deep = {"not": deep}
    assert "8" in next(iter(problems(deep).values()))
    leaf = {"field": "subject", "operator": "is", "value": "x"}
    assert "200" in next(iter(problems({"all": [leaf] * 201}).values()))
    nested = {"any": [{"all": [leaf] * 150}, {"all": [leaf] * 150}]}
    assert list(problems(nested)) == ["any.1.all.50"]


@pytest.mark.django_db
def test_declared_and_run_time_fields_are_found_by_subject() -> None:
    field("probe", SUBJECT, module=__name__)

    @more_fields("probe")
    def custom() -> list[Field]:
        return [COLOUR]

    assert list(fields_for("probe")) == ["subject", "colour"]
    assert fields_for("other") == {}
    assert "probe.subject" in SLOT


def test_an_editor_learns_kinds_operators_and_choices() -> None:
    told = {entry["key"]: entry for entry in describe(FIELDS)}
    assert told["colour"]["choices"] == [("red", "Red")]
    assert told["due"]["operators"]["within_last"] == "span"
    assert json.dumps(list(told.values()))
